"""The probes of names and certificates."""
import asyncio
import base64
import json

from .. import upstream
from .client import call, one, probe, query

ACM = "CertificateManager"


def zone(name, reference):
    """(id, answer) of a new hosted zone."""
    body = f"<CreateHostedZoneRequest><Name>{name}</Name><CallerReference>{reference}</CallerReference></CreateHostedZoneRequest>"
    answer = route53("POST", "/hostedzone", body)
    return one(answer, "Id").removeprefix("/hostedzone/"), answer


def route53(method, path, body=""):
    handler = upstream.service("route53").handle_request
    return asyncio.run(handler(method, f"/2013-04-01{path}", {}, body.encode(), {}))[2].decode().replace("ns0:", "")


def certificate(*names):
    asked = {"DomainName": names[0], "SubjectAlternativeNames": names, "ValidationMethod": "DNS"}
    return call("acm", ACM, "RequestCertificate", **asked)["CertificateArn"]


def listener(name, *arns):
    """The answer for an HTTPS listener of a new load balancer."""
    balancer = one(query("elasticloadbalancing", "CreateLoadBalancer", Name=name), "LoadBalancerArn")
    actions = {"DefaultActions.member.1.Type": "fixed-response", "DefaultActions.member.1.FixedResponseConfig.StatusCode": "404"}
    given = {f"Certificates.member.{number}.CertificateArn": arn for number, arn in enumerate(arns, 1)}
    return query("elasticloadbalancing", "CreateListener", LoadBalancerArn=balancer, Protocol="HTTPS", Port="443", **given, **actions)


@probe
def zones(_loaded):
    """Two zones of one name have the same name servers."""
    servers = {one(zone("probe.example.", f"probe-{number}")[1], "NameServer") for number in range(2)}
    return len(servers) == 1


@probe
def records(_loaded):
    """A CNAME at the zone's own name."""
    made, _ = zone("probe-records.example.", "probe-records")
    record = "<Name>probe-records.example.</Name><Type>CNAME</Type><TTL>60</TTL>"
    record += "<ResourceRecords><ResourceRecord><Value>other.example.</Value></ResourceRecord></ResourceRecords>"
    change = f"<Changes><Change><Action>CREATE</Action><ResourceRecordSet>{record}</ResourceRecordSet></Change></Changes>"
    answer = route53("POST", f"/hostedzone/{made}/rrset/", f"<R><ChangeBatch>{change}</ChangeBatch></R>")
    return "InvalidChangeBatch" not in answer


@probe
def route53_tags(_loaded):
    made, _ = zone("probe-tags.example.", "probe-tags")
    route53("POST", f"/tags/hostedzone/{made}", "<R><AddTags><Tag><Key>probe</Key><Value>v</Value></Tag></AddTags></R>")
    with upstream.request_scope("888888888888", "us-east-1"):
        return "probe" not in json.dumps(upstream.service("route53").get_state(), default=str)


@probe
def certificates(_loaded):
    """Nothing proves this name."""
    found = call("acm", ACM, "DescribeCertificate", CertificateArn=certificate("probe.example.com"))["Certificate"]
    return found["Status"] == "ISSUED"


@probe
def imports(_loaded):
    """Text that is no certificate."""
    nonsense = base64.b64encode(b"nonsense").decode()
    return "CertificateArn" in call("acm", ACM, "ImportCertificate", Certificate=nonsense, PrivateKey=nonsense)


@probe
def quotas(_loaded):
    asked = [f"n{number}.example.com" for number in range(11)]
    answer = call("acm", ACM, "RequestCertificate", DomainName=asked[0], SubjectAlternativeNames=asked, ValidationMethod="DNS")
    return "CertificateArn" in answer


@probe
def users(_loaded):
    """A certificate that a listener serves is deleted."""
    arn = certificate("probe-used.example.com")
    upstream.service("acm")._certificates[arn]["Status"] = "ISSUED"
    one(listener("probe-users", arn), "ListenerArn")
    return "ResourceInUseException" not in json.dumps(call("acm", ACM, "DeleteCertificate", CertificateArn=arn))


@probe
def listeners(_loaded):
    """A certificate that is none."""
    return "<ListenerArn>" in listener("probe-listeners", "arn:aws:acm:us-west-2:999999999999:certificate/none")


@probe
def balancers(loaded):
    """Clients that know port 443 as 8443 are led to 443."""
    made = query("elasticloadbalancing", "CreateLoadBalancer", Name="probe-balancers")
    arn, name = one(made, "LoadBalancerArn"), one(made, "DNSName")
    redirect = {"Type": "redirect", **{f"RedirectConfig.{k}": v for k, v in (("Port", "443"), ("StatusCode", "HTTP_301"))}}
    actions = {f"DefaultActions.member.1.{key}": value for key, value in redirect.items()}
    query("elasticloadbalancing", "CreateListener", LoadBalancerArn=arn, Protocol="HTTP", Port="80", **actions)
    alb = upstream.service("alb")
    if loaded:
        from ..edge import balancers, fronts, request

        front = next(each for each in fronts.listed() if each.id == arn)
        asked = request.Request("GET", "/", "/", "", {"host": f"{name}:8080"}, b"", "127.0.0.1", False, 80, {80: 8080, 443: 8443})
        answer = balancers.serve(front, asked)
    else:
        answer = alb.dispatch_request(alb._lbs[arn], "GET", "/", {"host": f"{name}:8080"}, b"", {}, 80)
    return ":8443/" not in asyncio.run(answer)[1]["Location"]

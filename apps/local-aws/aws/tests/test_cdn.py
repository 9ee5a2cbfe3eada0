import gzip
import time
from email.utils import formatdate
from unittest import mock

import brotli

from .. import upstream
from ..edge import cdn, cdn_cache
from ..probes import delivery
from .delivery_fixture import DeliveryCase, ask, front_of, put
from .edge_fixture import OTHER

TEXT = b"body { color: #123456 }\n" * 100
FOR_EVER = "public, max-age=31536000, immutable"


class CdnCase(DeliveryCase):
    def setUp(self):
        super().setUp()
        self.arn = self.certificate("*.example.com")

    def serve(self, **more):
        self.record = delivery.distribution("one", names=["static.example.com"], certificate=self.arn, bucket="static", **more)
        delivery.origin([self.record["ARN"]], TEXT, "static", "site.css", content_type="text/css", cache_control=FOR_EVER)
        put("index.html", b"<h1>It is served</h1>", content_type="text/html", cache_control="no-cache")
        self.front = front_of(self.record)

    def ask(self, path="/site.css", **more):
        return ask(self.front, path=path, **{"host": "static.example.com", **more})

    def later(self, seconds):
        return mock.patch.object(time, "time", lambda now=time.time() + seconds: now)


class Viewers(CdnCase):
    def test_who_asks_the_bucket_itself_is_refused_and_so_is_another_distribution(self):
        self.serve()
        refused = delivery.s3("GET", "/static/index.html", signed=False)
        self.assertEqual((403, True), (refused[0], b"AccessDenied" in refused[2]))
        self.assertEqual(403, delivery.s3("GET", "/static", query={"list-type": ["2"]}, signed=False)[0], "its list too")
        other = delivery.distribution("other", bucket="static")
        self.assertEqual(403, ask(front_of(other), path="/index.html")[0])
        with self.account(OTHER):
            theirs = delivery.distribution("theirs", bucket="static")
        self.assertGreaterEqual(ask(front_of(theirs, OTHER), path="/index.html")[0], 400)
        self.assertEqual((200, b"<h1>It is served</h1>"), self.ask("/")[::2])

    def test_a_bucket_that_takes_tls_only_and_a_policy_of_both_serves(self):
        self.serve()
        deny = '{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::static","arn:aws:s3:::static/*"],'
        deny += '"Condition":{"Bool":{"aws:SecureTransport":"false"}}}'
        policy = delivery.s3("GET", "/static", query={"policy": [""]})[2].decode().replace('"Statement": [', f'"Statement": [{deny},')
        self.assertEqual(204, delivery.s3("PUT", "/static", policy.encode(), {"policy": [""]})[0])
        upstream.gateway.pin_request_origin("127.0.0.1", True)
        self.assertEqual(200, self.ask()[0])

    def test_only_its_own_names_are_served(self):
        self.serve()
        for host in ("static.example.com", "STATIC.example.com:8443", self.record["DomainName"]):
            self.assertEqual(200, self.ask(host=host)[0], host)
        for host in ("www.example.com", "example.com", "", "a.static.example.com"):
            status, fields, content = self.ask(host=host)
            self.assertEqual((403, "Error from cloudfront"), (status, fields["x-cache"]), host)
            self.assertIn(b"ERROR: The request could not be satisfied", content)
        self.record["enabled"] = False
        self.assertEqual(403, self.ask()[0], "disabled")

    def test_http_leads_to_https_with_the_path_as_it_was_written(self):
        self.serve()
        status, fields, _ = self.ask("/a%20b", query="x=1&y=%2F", secure=False)
        self.assertEqual((301, "https://static.example.com/a%20b?x=1&y=%2F"), (status, fields["location"]))
        self.assertEqual("Redirect from cloudfront", fields["x-cache"])
        self.ask()
        self.assertEqual(301, self.ask(secure=False)[0], "what is kept too")

    def test_methods_that_the_behavior_does_not_take_are_refused(self):
        methods = "<AllowedMethods><Quantity>2</Quantity><Items><Method>GET</Method><Method>HEAD</Method></Items></AllowedMethods>"
        self.serve(behavior=methods)
        self.assertEqual(403, self.ask(method="POST")[0])
        self.assertEqual([200, 200], [self.ask(method=method)[0] for method in ("HEAD", "GET")])

    def test_the_headers_of_its_policy_are_sent_with_what_is_kept_too(self):
        transport = "<AccessControlMaxAgeSec>63072000</AccessControlMaxAgeSec><Override>true</Override>"
        security = f"<SecurityHeadersConfig><StrictTransportSecurity>{transport}</StrictTransportSecurity></SecurityHeadersConfig>"
        asked = f"<ResponseHeadersPolicyConfig><Name>hsts</Name>{security}</ResponseHeadersPolicyConfig>"
        made = delivery.one(delivery.cloudfront("POST", "/response-headers-policy", asked)[2], "Id")
        self.serve(behavior=f"<ResponseHeadersPolicyId>{made}</ResponseHeadersPolicyId>")
        self.assertEqual(["max-age=63072000"] * 2, [self.ask()[1]["strict-transport-security"] for _ in range(2)])


class Cache(CdnCase):
    def found(self, *asked, **more):
        return self.ask(*asked, **more)[1]["x-cache"].removesuffix(" from cloudfront")

    def test_the_second_answer_is_kept_and_says_how_old_it_is(self):
        self.serve()
        first, second = self.ask(), self.ask()
        self.assertEqual(("Miss from cloudfront", None), (first[1]["x-cache"], first[1].get("age")))
        with self.later(60):
            third = self.ask()
        self.assertEqual(("Hit from cloudfront", "0", "60"), (second[1]["x-cache"], second[1]["age"], third[1]["age"]))
        self.assertEqual(first[2], third[2])
        self.assertEqual("Hit", self.found(method="HEAD"), "HEAD is answered from it")

    def test_it_is_kept_as_long_as_the_origin_says_within_the_policys_limits(self):
        policy = {"MinTTL": 10, "DefaultTTL": 100, "MaxTTL": 1000}
        for control, seconds in (
            ("max-age=50", 50),
            ("public, max-age=5", 10),
            ("max-age=9999", 1000),
            ("max-age=50, s-maxage=70", 70),
            ("no-cache", 10),
            ("private, max-age=50", 10),
            ("", 100),
        ):
            self.assertEqual(seconds, cdn_cache.seconds({"cache-control": control} if control else {}, policy), control)
        self.assertAlmostEqual(500, cdn_cache.seconds({"expires": formatdate(time.time() + 500, usegmt=True)}, policy), delta=2)
        self.assertEqual(10, cdn_cache.seconds({"expires": "0"}, policy), "no date is past")

    def test_what_is_too_old_is_asked_for_again_and_kept_on_when_it_is_the_same(self):
        self.serve()
        self.ask("/index.html")
        self.assertEqual("Hit", self.found("/index.html"), "no-cache is kept for the policy's shortest time")
        with self.later(2):
            self.assertEqual("RefreshHit", self.found("/index.html"))
            self.assertEqual("Hit", self.found("/index.html"))
            put("index.html", b"<h1>Changed</h1>", content_type="text/html")
        with self.later(4):
            status, fields, content = self.ask("/index.html")
        self.assertEqual((200, "Miss from cloudfront", b"<h1>Changed</h1>"), (status, fields["x-cache"], content))

    def test_a_policy_that_keeps_nothing_keeps_nothing(self):
        self.serve(policy=delivery.DISABLED)
        self.assertEqual(["Miss", "Miss"], [self.found(), self.found()])

    def test_the_query_is_part_of_the_key_only_where_the_policy_names_it(self):
        self.serve()
        self.ask(query="v=1")
        self.assertEqual("Hit", self.found(query="v=2"))

    def test_a_policy_of_its_own_says_what_two_requests_must_share(self):
        def names(what, *given):
            items = "".join(f"<Name>{name}</Name>" for name in given)
            return f"<{what}><Quantity>{len(given)}</Quantity><Items>{items}</Items></{what}>"

        named = {"Headers": "x-kind", "Cookies": "theme", "QueryStrings": "v"}
        parts = ""
        for kind, name in named.items():
            behavior = f"<{kind[:-1]}Behavior>whitelist</{kind[:-1]}Behavior>"
            parts += f"<{kind}Config>{behavior}{names(kind, name)}</{kind}Config>"
        asked = f"""<CachePolicyConfig><Name>own</Name><MinTTL>1</MinTTL><ParametersInCacheKeyAndForwardedToOrigin>
            <EnableAcceptEncodingGzip>false</EnableAcceptEncodingGzip>{parts}
            </ParametersInCacheKeyAndForwardedToOrigin></CachePolicyConfig>"""
        self.serve(policy=delivery.one(delivery.cloudfront("POST", "/cache-policy", asked)[2], "Id"))
        first = {"query": "v=1&x=1", "x_kind": "a", "cookie": "theme=dark; id=1"}
        self.ask(**first)
        self.assertEqual("Hit", self.found(**{**first, "query": "x=2&v=1", "cookie": "id=2; theme=dark"}), "what it does not name differs")
        for change in ({"query": "v=2"}, {"x_kind": "b"}, {"cookie": "theme=light"}):
            self.assertEqual("Miss", self.found(**{**first, **change}), change)

    def test_an_invalidation_names_what_is_forgotten(self):
        self.serve()
        put("a/one.css", TEXT)

        def keep_and_invalidate(*paths):
            for path in ("/site.css", "/a/one.css"):
                self.ask(path)
            items = "".join(f"<Path>{path}</Path>" for path in paths)
            batch = f"<Paths><Quantity>{len(paths)}</Quantity><Items>{items}</Items></Paths><CallerReference>{paths}</CallerReference>"
            body = f'<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">{batch}</InvalidationBatch>'
            answer = delivery.cloudfront("POST", f"/distribution/{self.record['Id']}/invalidation", body)
            self.assertEqual(201, answer[0])
            return self.found("/site.css"), self.found("/a/one.css")

        self.assertEqual(("Hit", "Hit"), keep_and_invalidate("/site", "/A/*"))
        self.assertEqual(("Miss", "Hit"), keep_and_invalidate("/site.css"))
        self.assertEqual(("Hit", "Miss"), keep_and_invalidate("a/*"))
        self.assertEqual(("Miss", "Miss"), keep_and_invalidate("/*"))

    def test_a_missing_object_is_kept_too_so_that_publishing_late_shows(self):
        page = "<ErrorCode>403</ErrorCode><ResponsePagePath>/404.html</ResponsePagePath><ResponseCode>404</ResponseCode>"
        error = f"<CustomErrorResponse>{page}<ErrorCachingMinTTL>30</ErrorCachingMinTTL></CustomErrorResponse>"
        self.serve(more=f"<CustomErrorResponses><Quantity>1</Quantity><Items>{error}</Items></CustomErrorResponses>")
        put("404.html", b"Not here", content_type="text/html")
        status, fields, content = self.ask("/new.css")
        self.assertEqual((404, "Error from cloudfront", b"Not here"), (status, fields["x-cache"], content))
        put("new.css", TEXT)
        with self.later(29):
            self.assertEqual((404, "29"), (self.ask("/new.css")[0], self.ask("/new.css")[1]["age"]))
        with self.later(31):
            self.assertEqual(200, self.ask("/new.css")[0])

    def test_without_an_error_page_it_is_ten_seconds(self):
        self.serve()
        self.assertEqual(403, self.ask("/new.css")[0])
        put("new.css", TEXT)
        self.assertEqual(403, self.ask("/new.css")[0])
        with self.later(11):
            self.assertEqual(200, self.ask("/new.css")[0])

    def test_a_part_of_an_object_is_asked_of_the_origin(self):
        self.serve()
        for _ in range(2):
            status, fields, content = self.ask(range="bytes=0-3")
            self.assertEqual((206, "Miss from cloudfront", b"body"), (status, fields["x-cache"], content))

    def test_who_holds_it_already_gets_no_body(self):
        self.serve()
        fields = self.ask(accept_encoding="br")[1]
        self.assertTrue(fields["etag"].startswith("W/"))
        for conditions in ({"if_none_match": fields["etag"]}, {"if_none_match": '"no", *'}, {"if_modified_since": fields["last-modified"]}):
            status, sent, content = self.ask(accept_encoding="br", **conditions)
            self.assertEqual((304, b"", None), (status, content, sent.get("content-type")), conditions)
            self.assertEqual(FOR_EVER, sent["cache-control"])
        self.assertEqual(200, self.ask(if_none_match='"other"')[0])

    def test_the_oldest_goes_when_there_is_no_room(self):
        self.serve()
        put("other.css", TEXT)
        with mock.patch.object(cdn_cache, "ROOM", int(len(TEXT) * 1.5)):
            asked = ("/site.css", "/other.css", "/other.css", "/site.css")
            self.assertEqual(["Miss", "Miss", "Hit", "Miss"], [self.found(path) for path in asked])
            self.assertEqual(len(TEXT), cdn_cache.store.size)

    def test_nothing_is_left_of_a_deleted_distribution(self):
        self.serve()
        self.ask()
        self.record["enabled"] = False
        self.assertEqual(204, delivery.cloudfront("DELETE", f"/distribution/{self.record['Id']}", if_match=self.record["ETag"])[0])
        self.assertEqual((0, {}), (cdn_cache.store.size, cdn_cache.store.entries))


class Compression(CdnCase):
    def test_the_best_that_the_viewer_takes(self):
        self.serve()
        for accepted, coding, decode in (
            ("gzip, deflate, br", "br", brotli.decompress),
            ("gzip", "gzip", gzip.decompress),
            ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
            ("*", "br", brotli.decompress),
        ):
            for _ in range(2):
                _status, fields, content = self.ask(accept_encoding=accepted)
                self.assertEqual((coding, "Accept-Encoding", TEXT), (fields["content-encoding"], fields["vary"], decode(content)), accepted)
        _status, fields, content = self.ask(accept_encoding="identity, zstd")
        self.assertEqual((None, TEXT), (fields.get("content-encoding"), content))

    def test_what_is_not_compressed(self):
        self.serve()
        put("picture.png", TEXT, content_type="image/png")
        put("short.css", b"p {}", content_type="text/css")
        put("done.css", TEXT, content_type="text/css", content_encoding="deflate")
        for path, coding in (("/picture.png", None), ("/short.css", None), ("/done.css", "deflate")):
            self.assertEqual(coding, self.ask(path, accept_encoding="br, gzip")[1].get("content-encoding"), path)
        status, fields, _content = self.ask(range="bytes=0-1999", accept_encoding="br")
        self.assertEqual((206, None), (status, fields.get("content-encoding")))

    def test_the_policy_says_which(self):
        self.serve(policy=delivery.DISABLED)
        self.assertNotIn("content-encoding", self.ask(accept_encoding="br, gzip")[1])

    def test_it_is_done_once_for_what_is_kept(self):
        self.serve()
        with mock.patch.dict(cdn.ENCODERS, br=mock.Mock(side_effect=brotli.compress)):
            for _ in range(3):
                self.ask(accept_encoding="br")
            self.assertEqual(1, cdn.ENCODERS["br"].call_count)

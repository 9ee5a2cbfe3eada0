"""DescribeServices answers an empty networkConfiguration, on which provider 5.100.0 panics, and forgets
availabilityZoneRebalancing, placement and registries, which the next plan wants to set again (ministack 1.5.33)."""
from .. import kit

ecs = kit.service("ecs")
REMEMBERED = ("availabilityZoneRebalancing", "placementStrategy", "placementConstraints", "enableECSManagedTags", "propagateTags")
LEFT_OUT_WHEN_EMPTY = ("networkConfiguration", "platformVersion", "platformFamily", "roleArn")


def remember(data):
    name = (data.get("serviceName") or data.get("service", "")).rsplit("/", 1)[-1]
    service = ecs._services.get(f"{ecs._resolve_cluster_name(data.get('cluster', 'default'))}/{name}")
    if service:
        service.update({key: data[key] for key in REMEMBERED if key in data})
        service.setdefault("availabilityZoneRebalancing", "DISABLED")


def _remembering(name):
    @kit.wrap(ecs, name)
    def outer(inner, data):
        answer = inner(data)
        if answer[0] == 200:
            remember(data)
        return answer

    return outer


for _name in ("_create_service", "_update_service"):
    _remembering(_name)


@kit.wrap(ecs, "_sanitize")
def _sanitize(inner, record):
    out = inner(record)
    if isinstance(out, dict) and "serviceArn" in out and "deployments" in out:
        for key in LEFT_OUT_WHEN_EMPTY:
            if not out.get(key):
                out.pop(key, None)
    return out

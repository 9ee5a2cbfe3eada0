"""What a service starts and stops next: a pure decision, so that it can be tested without containers.

Minimum and maximum healthy percent as on AWS: new tasks come first, an old one goes when enough healthy ones remain."""
import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Member:
    """A task that has not been told to stop."""

    arn: str
    current: bool  # of the primary deployment
    healthy: bool
    started: float = 0.0


@dataclass(frozen=True)
class Plan:
    start: int = 0
    stop: tuple = field(default=())


def plan(desired, members, minimum=100, maximum=200, may_start=True):
    current = [m for m in members if m.current]
    old = [m for m in members if not m.current]
    if desired == 0:
        return Plan(stop=tuple(m.arn for m in members))
    surplus = sorted(current, key=lambda m: (m.healthy, -m.started))[: max(0, len(current) - desired)]
    room = max(desired * maximum // 100, 1) - len(members)
    start = max(0, min(desired - len(current), room)) if may_start else 0
    return Plan(start=start, stop=tuple(m.arn for m in [*surplus, *_spare(desired, current, old, minimum)]))


def _spare(desired, current, old, minimum):
    """Old tasks that can go: unhealthy ones as long as newer ones replace them, healthy ones above the minimum."""
    needed = math.ceil(desired * minimum / 100)
    healthy = sum(m.healthy for m in current) + sum(m.healthy for m in old)
    spare = [m for m in old if not m.healthy]
    for member in sorted((m for m in old if m.healthy), key=lambda m: m.started):
        if healthy - 1 < needed:
            break
        healthy -= 1
        spare.append(member)
    return spare


def breaker_threshold(desired):
    """Half of the wanted count, at least 3 and at most 200."""
    return min(200, max(3, math.ceil(desired / 2)))

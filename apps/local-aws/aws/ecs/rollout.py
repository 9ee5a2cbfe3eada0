"""Decides which tasks a service starts and stops next. It is pure, so that it can be tested without containers.

It keeps minimum and maximum healthy percent as AWS does: new tasks start first, and an old one stops when enough healthy ones remain."""
import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Member:
    """A task that is not stopping."""

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
    """Old tasks that can stop: all unhealthy ones, and healthy ones above the minimum."""
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
    """Half of the desired count, at least 3 and at most 200."""
    return min(200, max(3, math.ceil(desired / 2)))

"""The state of a target, computed from the results of its health checks."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    passed: bool
    reason: str = ""
    description: str = ""


def mismatch(code):
    return Check(False, "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{code}]")


TIMED_OUT = Check(False, "Target.Timeout", "Request timed out")
REFUSED = Check(False, "Target.FailedHealthChecks", "Health checks failed")
PASSED = Check(True)


class Health:
    """A new target is healthy after one passed check. Later changes take the group's thresholds of consecutive checks."""

    def __init__(self):
        self.state, self.reason = "initial", "Elb.RegistrationInProgress"
        self.description = "Target registration is in progress"
        self.passed = self.failed = 0

    def observe(self, check, healthy_threshold, unhealthy_threshold):
        """True when the state changed."""
        before = self.state
        self.passed, self.failed = (self.passed + 1, 0) if check.passed else (0, self.failed + 1)
        if check.passed and (before == "initial" or self.passed >= healthy_threshold):
            self._become("healthy")
        elif not check.passed and self.failed >= unhealthy_threshold:
            self._become("unhealthy", check.reason, check.description)
        elif self.state == "initial":
            self._become("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
        return self.state != before

    def drain(self):
        self._become("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")

    def _become(self, state, reason="", description=""):
        self.state, self.reason, self.description = state, reason, description


def matches(code, matcher):
    """A matcher is "200", "200,302" or "200-299"."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= code <= int(high or low):
            return True
    return False

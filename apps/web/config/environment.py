"""Settings come from the environment and from nowhere else."""

import os

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class BadEnvironment(SystemExit):
    """Stops the start with its sentence alone: a traceback would bury it in the task's log."""


def required(name: str, remedy: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise BadEnvironment(f"{name} (not set) must have a value; {remedy}.")
    return value


def required_list(name: str, remedy: str) -> list[str]:
    values = [value.strip() for value in required(name, remedy).split(",") if value.strip()]
    if not values:
        raise BadEnvironment(f"{name} ({os.environ[name]!r}) must name at least one value; {remedy}.")
    return values


def optional(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def whole_number(name: str, default: int, maximum: int) -> int:
    value = optional(name, str(default))
    if not value.isdecimal() or int(value) > maximum:
        raise BadEnvironment(
            f"{name} ({value!r}) must be a whole number from 0 to {maximum}; correct it or leave it out."
        )
    return int(value)


def flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in TRUE | FALSE:
        raise BadEnvironment(f"{name} ({value!r}) must be true or false; correct it or leave it out.")
    return value in TRUE

"""Settings come from the environment and from nowhere else."""

import os
from urllib.parse import urlsplit

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


def optional_list(name: str) -> list[str]:
    return [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]


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


def address(name: str, path: str) -> str:
    """This path, or an address of another host that ends in it."""
    value = optional(name, path)
    elsewhere = urlsplit(value)
    if value != path and value != f"https://{elsewhere.netloc}{path}":
        raise BadEnvironment(f"{name} ({value!r}) must be {path} or https://<host>{path}; correct it or leave it out.")
    return value


def origins(name: str) -> list[str]:
    values = optional_list(name)
    for value in values:
        if value != f"https://{urlsplit(value).netloc}" or value == "https://":
            raise BadEnvironment(f"{name} ({value!r}) must be https://<host>; correct it or leave it out.")
    return values

"""Loads every patch, then the packages `ecs` and `edge`. SLIPWAY_OFF=name,name leaves single ones out."""
import importlib
import pkgutil

from . import patches

# What SLIPWAY_OFF calls the packages.
PACKAGES = {"deployment": "ecs", "edge": "edge"}


def names():
    return sorted(m.name for m in pkgutil.iter_modules(patches.__path__))


def load(off=frozenset()):
    for name in names():
        if name not in off:
            importlib.import_module(f"{patches.__name__}.{name}")
    for name, package in PACKAGES.items():
        if name not in off:
            importlib.import_module(f"{__package__}.{package}").install()

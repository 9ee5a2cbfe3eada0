"""Loads every patch, then the ECS package. SLIPWAY_OFF=name,name leaves single ones out."""
import importlib
import pkgutil

from . import patches

# What SLIPWAY_OFF calls the ECS package.
ECS = "deployment"


def names():
    return sorted(m.name for m in pkgutil.iter_modules(patches.__path__))


def load(off=frozenset()):
    for name in names():
        if name not in off:
            importlib.import_module(f"{patches.__name__}.{name}")
    if ECS not in off:
        importlib.import_module(f"{__package__}.ecs").install()

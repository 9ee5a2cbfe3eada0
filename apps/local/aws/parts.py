"""Loads every fix, then the deployment engine. SLIPWAY_OFF=name,name leaves single ones out."""
import importlib
import pkgutil

from . import fixes

ENGINE = "deployment"


def names():
    return sorted(m.name for m in pkgutil.iter_modules(fixes.__path__))


def load(off=frozenset()):
    for name in names():
        if name not in off:
            importlib.import_module(f"{fixes.__name__}.{name}")
    if ENGINE not in off:
        importlib.import_module(f"{__package__}.{ENGINE}").install()

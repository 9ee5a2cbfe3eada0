"""Placeholder."""


def install():
    pass

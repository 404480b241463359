"""A package of the program's own."""

from .sub import NAME


def __getattr__(name):
    if name == "lazy_value":
        from .first import double

        return double(21)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""A module two packages down."""

from .. import sub
from ..first import double


def path():
    return [sub.__name__, double("ab")]

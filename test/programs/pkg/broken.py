"""A module that fails while it is imported."""

from .first import double

value = double(1) / 0

"""A package in a package."""

NAME = __name__.upper()

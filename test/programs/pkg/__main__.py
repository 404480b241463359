"""The package run with -m."""

import sys

from . import first
from .sub.deep import path


def main(arguments):
    for argument in arguments:
        print(argument, first.double(argument))
    return len(arguments)


if __name__ == "__main__":
    print(__name__, __package__, path())
    if main(sys.argv[1:]) > 2:
        sys.exit(17)

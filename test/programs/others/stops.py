"""A program that calls the debugger itself, from 2.7 on: by the function that the built-in breakpoint or pdb gives."""

import pdb
import sys

stop = breakpoint if sys.argv[1] == "breakpoint" else pdb.set_trace


def inner(n):
    doubled = n * 2
    stop()
    doubled += 1
    return doubled


def outer(n):
    total = 0
    for i in range(n):
        total += inner(i)
    return total


print(outer(4))

"""A program to debug, from 2.7 on."""

from __future__ import print_function


def inner(n):
    doubled = n * 2
    if doubled > 4:
        raise ValueError(doubled)
    return doubled


def generator(n):
    for i in range(n):
        yield inner(i)


def outer(n):
    total = 0
    try:
        for value in generator(n):
            total += value
    except ValueError as err:
        total += err.args[0]
    return total


def after():
    results = []
    for n in range(5):
        results.append(outer(n))
    return results


print(outer(2))
print(after())

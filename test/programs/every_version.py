"""What every version from 2.7 on has: calls, generators, exceptions through finally, classes, closures, exec."""

from __future__ import print_function

import gc
import sys

log = []


def count(n):
    for i in range(n):
        yield i


def echo():
    received = []
    while True:
        try:
            value = yield received
        except KeyError:
            received.append("KeyError")
        except GeneratorExit:
            log.append(("closed", len(received)))
            raise
        finally:
            log.append("turn")
        if value is None:
            return
        received.append(value)


def by_hand():
    gen = echo()
    next(gen)
    print(gen.send(1), gen.throw(KeyError("in")), gen.send(2))
    gen.close()
    try:
        gen = echo()
        next(gen)
        gen.throw(ValueError("through"))
    except ValueError as err:
        print("through", err)
    try:
        count(1).throw(IndexError("never started"))
    except IndexError as err:
        print(err)
    # In a list: what a variable held, the interpreter keeps for a trace function written in Python.
    dropped = [count(3), count(3)]
    next(dropped[0])
    del dropped[:]
    gc.collect()


def same_line(gen):
    log.append(int((yield 1) or 0) + next(gen or iter([0])))


def raises_where_it_went_on():
    """Not thrown in: raised by what comes next on the line of the yield."""
    gen = same_line(None)
    next(gen)
    print(list(gen))
    gen = same_line(iter([0]))
    next(gen)
    try:
        gen.send("no number")
    except ValueError:
        print("no number")


def through_finally(how):
    try:
        if how == "return":
            return "returned"
        if how == "raise":
            raise KeyError(how)
        for i in range(3):
            try:
                if i == 1:
                    continue
                if how == "break":
                    break
            finally:
                log.append(i)
    finally:
        log.append(how)
    return "end"


def nested_exceptions():
    try:
        try:
            raise KeyError("inner")
        except KeyError:
            raise ValueError("outer")
        finally:
            log.append("inner finally")
    except ValueError as err:
        return str(err)


class Base(object):
    attribute = [i * i for i in range(3)]

    def __init__(self, value):
        self.value = value

    @property
    def double(self):
        return self.value * 2

    @staticmethod
    def static():
        return 1

    class Inner(object):
        def method(self):
            return sorted([3, 1, 2], key=lambda n: -n)


class Old:
    def __init__(self):
        self.items = []

    def __getitem__(self, i):
        if i > 2:
            raise IndexError(i)
        return i

    def __del__(self):
        log.append("gone")


class Manager(object):
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return self.swallow


def managed():
    with Manager(True), Manager(False):
        raise KeyError("swallowed")
    with Manager(False):
        return "out of with"


def outer(n):
    def middle():
        def inner():
            return n + sum(x for x in range(n))

        return inner

    return middle()()


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


def churn(n):
    """Code objects that come and go: their addresses are used again."""
    total = 0
    for i in range(n):
        names = {}
        source = "def made%d(n):\n    return [x for x in range(n)]\n" % (i % 7)
        exec(compile(source, "<made %d>" % (i % 3), "exec"), names)
        total += len(names["made%d" % (i % 7)](i % 5))
        exec(compile("def other():\n    x = 1\n\n    return x\n", "<other>", "exec"), names)
        total += names["other"]()
    return total


by_hand()
raises_where_it_went_on()
for how in "return", "raise", "break", "end":
    try:
        print(through_finally(how))
    except KeyError as err:
        print("raised", err)
print(nested_exceptions(), managed())
base = Base(4)
print(base.double, base.static(), Base.Inner().method(), Base.attribute)
old = Old()
print(list(old), [x for x in old if x], {x: x for x in old}, sum(x for x in old))
del old
print(outer(5), fact(20), churn(200))
print(list(map(lambda x: x + 1, [1, 2])), eval("(lambda y: y)(3)"))
if "lines" in sys.argv:
    print()
print(len(log), log[-1])

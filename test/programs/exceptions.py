"""Exceptions: caught, re-raised, chained, finally with return, in else, in __del__, in generators, deep unwinding."""

import sys


class AppError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def raises(n):
    if n % 3 == 0:
        raise ValueError(n)
    if n % 3 == 1:
        raise AppError(n)
    return n


def catches(n):
    try:
        result = raises(n)
    except ValueError as err:
        result = -err.args[0]
    except (AppError, KeyError) as err:
        result = err.code * 100
    else:
        result += 1
    finally:
        results.append(n)
    return result


def reraises(n):
    try:
        raises(n)
    except ValueError:
        raise
    except AppError as err:
        raise RuntimeError("wrapped") from err


def swallows():
    try:
        raise KeyError("lost")
    finally:
        return "finally wins"


def loops():
    log = []
    for i in range(6):
        try:
            if i == 1:
                continue
            if i == 4:
                break
            log.append(i)
        finally:
            log.append("f")
    return log


def through(depth, n):
    if depth:
        return through(depth - 1, n)
    return raises(n)


class Closing:
    def __del__(self):
        raise OSError("in __del__")


def generator():
    for i in range(3):
        try:
            yield raises(i)
        except AppError:
            yield "from handler"
        except ValueError:
            yield "value"


def context():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            {}["missing"]
    except KeyError as err:
        return type(err.__context__).__name__


results = []
print([catches(n) for n in range(9)], results)
for n in range(3):
    try:
        reraises(n)
    except (ValueError, RuntimeError) as err:
        print(type(err).__name__, type(err.__cause__).__name__)
print(swallows())
print(loops())
for n in range(50):
    try:
        through(200, n)
    except Exception as err:
        last = type(err).__name__
print(last)

sys.unraisablehook = lambda info: print("unraisable", info.exc_value)
Closing()
print(list(generator()))
print(context())

for error in (StopIteration, GeneratorExit, SystemExit, KeyboardInterrupt, BaseException):
    try:
        raise error("base")
    except BaseException as err:
        print(type(err).__name__)

try:
    int("not a number")
except ValueError as err:
    if hasattr(err, "add_note"):  # since 3.11
        err.add_note("a note")
        print(err.__notes__)

try:
    assert len(results) == 0, "assertion"
except AssertionError as err:
    print(err)

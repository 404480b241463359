"""Generators: next, send, throw, close, yield from, return values, delegation of all of them."""


def count(n):
    for i in range(n):
        yield i
    return n


def echo():
    received = []
    while True:
        try:
            value = yield received
        except KeyError as err:
            received.append(type(err).__name__)
        except GeneratorExit:
            print("closed with", received)
            raise
        else:
            if value is None:
                return received
            received.append(value)


def delegate(times):
    results = []
    for _ in range(times):
        results.append((yield from echo()))
    return results


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def raising():
    yield 1
    raise LookupError("from inside")


def stops():
    yield 1
    raise StopIteration


def squares(values):
    return (v * v for v in values)


print(list(count(10)), sum(squares(range(20))))

gen = echo()
print(next(gen), gen.send("a"), gen.throw(KeyError("k")), gen.send("b"))
gen.close()
gen.close()

gen = delegate(2)
next(gen)
gen.send(1)
gen.throw(KeyError)
gen.send(None)
gen.send(2)
try:
    gen.send(None)
except StopIteration as stop:
    print("returned", stop.value)

gen = delegate(1)
next(gen)
try:
    gen.throw(ZeroDivisionError("not caught inside"))
except ZeroDivisionError as err:
    print(err)

gen = delegate(1)
next(gen)
gen.close()

gen = stubborn()
next(gen)
try:
    gen.close()
except RuntimeError as err:
    print(err)

for make in (raising, stops):
    try:
        for value in make():
            print(value)
    except (LookupError, RuntimeError) as err:
        print(type(err).__name__, err)

gen = count(3)
for first in gen:
    break
print(first, list(gen), next(gen, "exhausted"))


def reenters():
    try:
        next(me)
    except ValueError as err:
        print(err)
    yield 1


me = reenters()
next(me)

pairs = zip(count(1000), count(1001))
total = 0
for a, b in pairs:
    total += a * b
print(total)

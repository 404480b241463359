"""Generators never started that get throw() or close(), abandoned ones, ones in reference cycles."""

import gc

gc.disable()


def numbers(label):
    print("start", label)
    try:
        yield 1
        yield 2
    finally:
        print("finally", label)


fresh = numbers("never started, closed")
fresh.close()
print(next(fresh, "nothing"))

fresh = numbers("never started, thrown into")
try:
    fresh.throw(ValueError("too early"))
except ValueError as err:
    print(err)
print(next(fresh, "nothing"))

fresh = numbers("never started, dropped")
del fresh

fresh = numbers("never started, sent to")
try:
    fresh.send(1)
except TypeError as err:
    print(err)
print(next(fresh))
del fresh

started = numbers("started, dropped")
next(started)
del started

started = numbers("started, thrown into")
next(started)
try:
    started.throw(KeyError("k"))
except KeyError as err:
    print(repr(err))


class Holder:
    pass


collected = []


def cyclic(holder):
    try:
        yield 1
    finally:
        collected.append(holder.label)


for i in range(3):
    holder = Holder()
    holder.label = i
    holder.gen = cyclic(holder)
    next(holder.gen)
del holder
gc.collect()
print("collected", sorted(collected))  # the order is the collector's


def many():
    for i in range(100):
        yield i


for i in range(200):
    gen = many()
    next(gen)
    if i % 3 == 0:
        gen.close()
    elif i % 3 == 1:
        try:
            gen.throw(OSError)
        except OSError:
            pass
del gen

for i in range(200):
    try:
        many().throw(OSError)
    except OSError:
        pass
print("done")

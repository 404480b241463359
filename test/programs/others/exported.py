"""A program that profilers and coverage.py measure too: recursion, methods, generators, exceptions, statements of several lines."""

import functools


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(
        n - 2)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def numbers(n):
    for i in range(n):
        yield i


def chained(n):
    received = yield from numbers(n)
    try:
        yield received
    finally:
        fib(3)


def catches():
    values = chained(2)
    next(values)
    try:
        values.throw(KeyError("x"))
    except KeyError:
        pass
    values = chained(1)
    for value in values:
        values.close()


def fails(n):
    if n:
        fails(n - 1)
    raise ValueError(
        n)


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


class Shop:
    """Text."""

    kind: str = "small"

    def __init__(self, goods):
        self.goods = goods
        self.sold = []

    @property
    def rest(self):
        return len(self.goods) - len(self.sold)

    def sell(self, *names):
        for name in names:
            if name in self.goods:
                self.sold.append(
                    (name,
                     self.goods[name]))
        return self

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self.goods.get(name)

    @staticmethod
    def never():
        global nobody
        nobody = 1
        while nobody:
            if nobody > 2:
                break
            else:
                nobody += 1


def unused(n):  # pragma: no cover
    return n


@functools.lru_cache(maxsize=None)
def cached(n):
    return n if n < 1 else cached(n - 1)


def sorts():
    def key(n):
        return -n

    return sorted([3, 1, 2], key=key), list(map(lambda n: n + 1, [1, 2, 3]))


def main():
    print(fib(9), even(7), sum(numbers(5)), list(tree(4)))
    catches()
    try:
        fails(3)
    except ValueError as err:
        print(err)
    shop = Shop({"a": 1, "b": 2})
    print(shop.sell("a", "c").sell("b").rest, shop.a, hasattr(shop, "_x"))
    print(cached(5), cached(5), sorts())
    for i in range(3):
        if i == 1:
            continue
        total = functools.reduce(
            lambda a, b: a + b,
            [n * n for n in range(i)],
            0,
        )
        print(total)


if __name__ == "__main__":
    main()

"""Closures, lambdas, decorators, functools, type parameters."""

import functools


def make_counter(start=0):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        count = start

    step.reset = reset
    return step


def traced(label):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            log.append(f"{label}>{function.__name__}")
            try:
                return function(*args, **kwargs)
            finally:
                log.append(f"{label}<{function.__name__}")

        return wrapper

    return decorate


@traced("outer")
@traced("inner")
def work(n):
    return n * 2


@functools.cache
def slow(n):
    return n if n < 2 else slow(n - 1) + slow(n - 2)


@functools.lru_cache(maxsize=2)
def small(n):
    return -n


@functools.singledispatch
def show(value):
    return f"object {value}"


@show.register
def _(value: int):
    return f"int {value}"


@show.register(list)
def _(value):
    return "list " + ",".join(show(v) for v in value)


def first[T](values: list[T]) -> T:
    return values[0]


class Box[T]:
    type Pair = tuple[T, T]

    def __init__(self, value: T):
        self.value = value

    def map[U](self, function) -> "Box[U]":
        return Box(function(self.value))


log = []
step = make_counter(10)
for i in range(10):
    step(i)
print(step())
step.reset()
print(step())
print(work(21), log)
print(slow(60), slow.cache_info().hits)
print([small(n) for n in [1, 2, 1, 3, 1, 2]], small.cache_info().misses)
print(show("x"), show(3), show([1, [2, "y"]]))
print(first([1, 2]), Box(3).map(lambda v: v + 1).map(str).value, Box.__type_params__[0])
compose = functools.reduce(lambda f, g: lambda x: g(f(x)), [lambda x, k=k: x + k for k in range(50)])
print(compose(0))
add = functools.partial(lambda a, b, c: a * 100 + b * 10 + c, 1, c=3)
print(add(2))
recursive = (lambda f: f(f, 20))(lambda f, n: 1 if n == 0 else n * f(f, n - 1))
print(recursive)

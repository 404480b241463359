"""Plain calls: every kind of argument, methods, nested functions, modest recursion."""


def add(a, b=2, /, *rest, scale=1, **named):
    total = (a + b + sum(rest)) * scale
    for value in named.values():
        total += value
    return total


def nothing():
    pass


def only_docstring():
    """Has no line to run but its implicit return."""


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


class Counter:
    made = 0

    def __init__(self, start):
        Counter.made += 1
        self.value = start

    def step(self, by=1):
        self.value += by
        return self

    @classmethod
    def from_text(cls, text):
        return cls(int(text))

    @staticmethod
    def double(value):
        return value * 2

    def __call__(self, times):
        for _ in range(times):
            self.step()
        return self.value


def outer(n):
    def middle(k):
        def inner():
            return n * k

        return inner() + inner()

    total = 0
    for k in range(n):
        total += middle(k)
    return total


print(add(1), add(1, 3), add(1, 2, 3, 4, scale=2), add(*[1, 2], **{"x": 5, "scale": 3}))
print(nothing(), only_docstring())
print(fibonacci(15), is_even(40), is_even(41))
counter = Counter.from_text("5")
print(counter.step().step(3).value, counter(10), Counter.double(counter.value), Counter.made)
print(outer(6))
bound = counter.step
for i in range(20):
    bound(i)
print(counter.value)

"""Loops hot enough to be specialized or compiled, with types that change under way and code that is instrumented late."""


class A:
    def value(self):
        return 1


class B(A):
    def value(self):
        return 2.0


def nested(n):
    total = 0
    for i in range(n):
        for j in range(n):
            total += i ^ j
    return total


def polymorphic(items):
    total = 0
    for item in items:
        total += item.value()
    return total


def adds(values):
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def strings(n):
    parts = []
    text = ""
    for i in range(n):
        text += chr(97 + i % 26)
        if i % 26 == 25:
            parts.append(text)
            text = ""
    return len(parts)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def produce(n):
    i = 0
    while i < n:
        yield i
        i += 1


def consume(n):
    total = 0
    for value in produce(n):
        if value & 1:
            continue
        total += value
    return total


def unpack(pairs):
    total = 0
    for a, (b, c) in pairs:
        total += a * b - c
    return total


print(nested(150))
print(polymorphic([A()] * 2000), polymorphic([A(), B()] * 1000))
print(adds(list(range(2000))), adds([float(i) for i in range(2000)]), len(adds(["x"] * 2000)))
print(strings(5000))
print(max(collatz(i) for i in range(1, 200)))
print(consume(5000))
print(unpack([(i, (i + 1, i + 2)) for i in range(3000)]))

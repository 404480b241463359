"""Comprehensions (inlined since 3.12), generator expressions, over many lines and in odd places."""


def plain(n):
    squares = [i * i for i in range(n)]
    evens = {i for i in squares if i % 2 == 0}
    index = {value: key for key, value in enumerate(squares)}
    return squares[-1], len(evens), index[4]


def many_lines(rows):
    return [
        (
            row,
            column,
        )
        for row in range(rows)
        if row % 2
        for column in range(row)
        if column
        != 1
    ]


def nested(n):
    return [[a * b for b in range(a)] for a in range(n)]


def with_calls(values):
    return [
        transform(value)
        for value in values
        if keep(value)
    ]


def transform(value):
    return value + 1


def keep(value):
    return value % 3


def closures(n):
    functions = [lambda: i for i in range(n)]
    captured = [lambda i=i: i for i in range(n)]
    return [f() for f in functions], [f() for f in captured]


def lazy(n):
    gen = (
        transform(i)
        for i in range(n)
    )
    first = next(gen)
    return first, sum(gen), max(i for i in range(n)), any(i > 2 for i in range(n))


def raising(values):
    try:
        return [10 // v for v in values]
    except ZeroDivisionError:
        return "divided by zero"


class Table:
    size = 3
    cells = [0 for _ in range(3)]
    names = [f"c{i}" for i in range(size)]


def walrus(n):
    return [last := i for i in range(n)], last


print(plain(10))
print(many_lines(6))
print(nested(4))
print(with_calls(range(10)))
print(closures(3))
print(lazy(5))
print(raising([1, 2, 0, 4]))
print(Table.cells, Table.names)
print(walrus(4))
print([x for x in [y for y in [z for z in range(3)]]])
total = sum([i for i in range(1000)])
print(total)

"""Source layouts: statements over many lines, match, while/else, try/finally in loops, several statements on a line."""


def spread(a, b):
    result = (
        a
        + b
        * two(
            a,
            b,
        )
    )
    text = f"""{
        result
    } and {
        two(a, b)
    }"""
    if (
        a > 1
        and b > 1
        or a == b
    ):
        text += "!"
    return {
        "result": result,
        "text": text,
        **{
            "extra": [
                a,
                b,
            ],
        },
    }


def two(a, b): return a * 2 + b


def matches(value):
    match value:
        case 0 | 1:
            return "small"
        case int(n) if n > 100:
            return f"big {n}"
        case [first, *rest]:
            return f"list {first} {len(rest)}"
        case {"key": found, **others}:
            return f"dict {found} {len(others)}"
        case str() as text:
            return text.upper()
        case _:
            return "other"


def while_else(n, stop):
    i = 0
    while i < n:
        if i == stop:
            break
        i += 1
    else:
        return "else"
    return "break"


def for_else(values, wanted):
    for value in values:
        if value == wanted:
            found = value
            break
    else:
        found = None
    return found


def one_line_loops(n):
    total = 0
    for i in range(n): total += i
    while total > 50: total -= 7
    while total < 50: total += 1; total += 2
    if total > 50: total -= 1; total *= 2
    else: total = 0
    return total


def tries(n):
    log = []
    while n:
        n -= 1
        try:
            if n % 3 == 0:
                continue
            try:
                if n % 3 == 1:
                    raise ValueError
            finally:
                log.append(n)
        except ValueError:
            log.append("v")
        finally:
            log.append("f")
    return log


def jumps_back(n):
    i = 0
    while True:
        i += 1
        if i < n:
            continue
        break
    return i


def ternaries(n):
    return [
        "fizzbuzz" if i % 15 == 0 else
        "fizz" if i % 3 == 0 else
        "buzz" if i % 5 == 0 else
        i
        for i in range(1, n)
    ]


def conditions(a, b, c):
    if a and b or \
            c:
        return 1
    elif not a \
            and not b:
        return 2
    assert c is not None, (
        "never"
    )
    return 3


def defaults(
    a=two(1, 2),
    b=[
        two(i, i)
        for i in range(3)
    ],
    *,
    c: int = two(
        3,
        4,
    ),
) -> str:
    return f"{a} {b} {c}"


@lambda f: f
@(
    lambda f:
    f
)
def decorated(): return 1; return 2


class OneLine: x = 1; y = two(x, x)


print(spread(2, 3), spread(0, 0)["text"])
print([matches(v) for v in (0, 500, 5, [1, 2, 3], {"key": 1, "b": 2}, "text", 1.5)])
print(while_else(5, 3), while_else(5, 9), for_else("abc", "b"), for_else("abc", "z"))
print(one_line_loops(20))
print(tries(7))
print(jumps_back(10))
print(ternaries(16))
print([conditions(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
print(defaults(), decorated(), OneLine.y)
for i in range(3): print(i, end=" "); print(two(i, i))
with open(__file__) as f: print(len(f.readline()) > 10)
x = 5; del x; x = 6
while x: x -= 1
print(x)

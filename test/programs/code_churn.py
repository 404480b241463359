"""Tens of thousands of code objects made, run once and dropped, so that their addresses are used again."""


def evaluate(count):
    total = 0
    for i in range(count):
        total += eval(f"{i} + 1")
    return total


def lambdas(count):
    total = 0
    for i in range(count):
        f = eval(f"lambda x: x + {i % 7}")
        total += f(i) + f(i)
    return total


def functions(count):
    total = 0
    for i in range(count):
        namespace = {"__name__": f"churn{i % 3}"}
        exec(f"def f(x):\n    y = x * {i}\n    return y\n", namespace)
        total += namespace["f"](2)
    return total


def filtered(count):
    """Names that a filter may leave out and others that it takes, at the same addresses."""
    total = 0
    for i in range(count):
        namespace = {"__name__": "taken" if i % 2 else "skipped"}
        exec(f"def f{i % 2}():\n    return {i}\nr = f{i % 2}()", namespace)
        total += namespace["r"]
    return total


def generators(count):
    total = 0
    for i in range(count):
        gen = eval(f"(j + {i} for j in range(3))")
        total += next(gen)
        if i % 2:
            total += sum(gen)
    return total


def replaced(count):
    def f(x):
        return x

    code = f.__code__
    total = 0
    for i in range(count):
        f.__code__ = code.replace(co_firstlineno=i + 1)
        total += f(i)
    return total


print(evaluate(8_000))
print(lambdas(4_000))
print(functions(3_000))
print(filtered(2_000))
print(generators(2_000))
print(replaced(5_000))

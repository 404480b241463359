"""Stands in for pyperformance's programs in a quick run: mostly calls."""
import pyperf


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


if __name__ == '__main__':
    pyperf.Runner().bench_func('calls', fib, 18)

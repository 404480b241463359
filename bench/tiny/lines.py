"""Stands in for pyperformance's programs in a quick run: mostly lines."""
import pyperf


def collatz(limit):
    longest = 0
    for start in range(1, limit):
        steps = 0
        n = start
        while n != 1:
            if n % 2:
                n = 3 * n + 1
            else:
                n //= 2
            steps += 1
        longest = max(longest, steps)
    return longest


if __name__ == '__main__':
    pyperf.Runner().bench_func('lines', collatz, 800)

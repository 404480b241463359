"""Threads that do the same work each and share nothing: calls and lines.

    parallel.py --threads N
"""
import threading
import time

import pyperf


def step(n):
    return 3 * n + 1 if n % 2 else n // 2


def collatz(limit):
    longest = 0
    for start in range(1, limit):
        steps = 0
        n = start
        while n != 1:
            n = step(n)
            steps += 1
        longest = max(longest, steps)
    return longest


def work(loops, ready, spans):
    ready.wait()
    begin = time.perf_counter()
    for _ in range(loops):
        collatz(800)
    spans.append((begin, time.perf_counter()))


def run(loops, count):
    """Returns the time from the first one's begin to the last one's end."""
    ready, spans = threading.Barrier(count), []
    threads = [threading.Thread(target=work, args=(loops, ready, spans)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begins, ends = zip(*spans)
    return max(ends) - min(begins)


if __name__ == '__main__':
    runner = pyperf.Runner()
    runner.argparser.add_argument('--threads', type=int, default=1)
    runner.bench_time_func('parallel', run, runner.parse_args().threads)

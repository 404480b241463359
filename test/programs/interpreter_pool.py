"""A pool of interpreters (3.14 and later). Prints how often its function was called: "calls NAME N"."""

from concurrent.futures import InterpreterPoolExecutor


def task(n):
    total = 0
    for i in range(n):
        total += i
    return total


if __name__ == "__main__":
    with InterpreterPoolExecutor(3) as pool:
        print(sum(pool.map(task, range(60))))
    print("calls task 60")
    print("line task 3", 60 * 59 // 2)

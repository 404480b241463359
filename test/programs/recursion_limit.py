"""RecursionError at the default limit, caught; states its own counts, for a counter in Python needs frames too."""

import sys

calls = {"down": 0, "Chain.method": 0, "generator": 0}


def down():
    calls["down"] += 1
    down()


class Chain:
    def method(self):
        calls["Chain.method"] += 1
        return self.method()


def generator():
    calls["generator"] += 1
    yield from generator()


for name, attempt in [("down", down), ("Chain.method", Chain().method), ("generator", lambda: list(generator()))]:
    for _ in range(3):
        try:
            attempt()
        except RecursionError as err:
            print(name, type(err).__name__)
for name, count in calls.items():
    print("calls", name, count)
print(sys.getrecursionlimit())

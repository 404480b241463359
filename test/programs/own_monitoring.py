"""sys.monitoring used by the program with its own tool: local and global events, DISABLE, restart, its callbacks' errors."""

import collections
import sys

monitoring = sys.monitoring
E = monitoring.events
counts = collections.Counter()


def take_tool(name):
    for tool in range(6):
        if monitoring.get_tool(tool) is None:
            monitoring.use_tool_id(tool, name)
            return tool
    raise SystemExit("no tool id is free")


def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


def generator(n):
    for i in range(n):
        yield loop(i)


def fails():
    raise ValueError("failed")


def on(event, answer=None):
    def callback(code, *args):
        if code.co_filename == __file__:
            counts[event] += 1
        return answer

    return callback


def listen(tool, names, answer=None):
    for name in names:
        monitoring.register_callback(tool, getattr(E, name), on(name, answer))


def summary():
    text = " ".join(f"{k}={v}" for k, v in sorted(counts.items()))
    counts.clear()
    return text


tool = take_tool("the program")
names = ["PY_START", "PY_RETURN", "PY_YIELD", "PY_RESUME", "PY_UNWIND", "RAISE", "LINE", "CALL"]
listen(tool, names)
monitoring.set_local_events(tool, loop.__code__, E.LINE | E.PY_START | E.PY_RETURN)
print(loop(5), summary())
monitoring.set_local_events(tool, loop.__code__, 0)
print(loop(5), summary())

monitoring.set_events(tool, E.PY_START | E.PY_RETURN | E.PY_YIELD | E.PY_RESUME | E.PY_UNWIND)
values = list(generator(4))
try:
    fails()
except ValueError:
    pass
monitoring.set_events(tool, 0)
print(values, summary())

listen(tool, names, monitoring.DISABLE)
monitoring.set_local_events(tool, loop.__code__, E.LINE)
loop(5)
loop(5)
print(summary())
for _ in range(3):
    monitoring.restart_events()
    loop(5)
print(summary())


def broken(code, line):
    raise KeyError("callback fails")


monitoring.register_callback(tool, E.LINE, broken)
monitoring.restart_events()
try:
    loop(3)
except KeyError as err:
    print(err)
monitoring.set_local_events(tool, loop.__code__, 0)
monitoring.free_tool_id(tool)
print(monitoring.get_tool(tool), loop(5))
monitoring.restart_events()
print(loop(5), list(generator(3)))

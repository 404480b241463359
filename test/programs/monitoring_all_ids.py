"""Takes every sys.monitoring id that is free, late, listens on all, and gives its own back."""

import sys

monitoring = sys.monitoring
seen = 0


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def callback(code, *args):
    global seen
    if code is work.__code__:
        seen += 1


def listen():
    mine = [tool for tool in range(6) if monitoring.get_tool(tool) is None]
    for tool in mine:
        monitoring.use_tool_id(tool, f"greedy {tool}")
        monitoring.register_callback(tool, monitoring.events.LINE, callback)
        monitoring.set_local_events(tool, work.__code__, monitoring.events.LINE)
    return mine


print(work(10))
mine = listen()
print("all taken", all(monitoring.get_tool(tool) for tool in range(6)))
print(work(10))
print("each saw the same", seen % len(mine) == 0, seen // len(mine))
for tool in mine:
    try:
        monitoring.use_tool_id(tool, "again")
    except ValueError:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
print(work(10))

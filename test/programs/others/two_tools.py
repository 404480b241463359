"""Two tools of the program on sys.monitoring, in threads too: what each is told, switches off, and is told again."""

import collections
import sys
import threading

monitoring = sys.monitoring
E = monitoring.events
told = collections.defaultdict(list)


def take_tool(name):
    tool = next(i for i in range(6) if monitoring.get_tool(i) is None)
    monitoring.use_tool_id(tool, name)
    return tool


def branch(n):
    if n % 2:
        return n
    return -n


def generator(n):
    for i in range(n):
        yield branch(i)


def fails(n):
    try:
        branch(None)
    except TypeError:
        return n


def work(n):
    return sum(generator(n)), fails(n), [branch(i) for i in range(n)], max(n, 1)


def tells(name, event, answer=None):
    def callback(code, *args):
        if code.co_filename == __file__ and code.co_name in ("branch", "generator", "fails", "work"):
            what = args[0] - code.co_firstlineno if event == "LINE" else args[1].__qualname__ if event == "CALL" else ""
            told[name].append((event, code.co_name, what))
        return answer

    return callback


def listen(tool, name, answers):
    for event, answer in answers.items():
        monitoring.register_callback(tool, getattr(E, event), tells(name, event, answer))
    return sum(getattr(E, event) for event in answers)


def show(title, in_any_order=False):
    for name, events in sorted(told.items()):
        print(title, name, len(events), sorted(map(str, events)) if in_any_order else events)
    told.clear()


one, other = take_tool("one"), take_tool("other")
monitoring.set_events(one, listen(one, "one", dict.fromkeys(["LINE", "PY_START", "CALL", "PY_RETURN", "RAISE", "JUMP"])))
work(3)
show("one alone")

monitoring.set_events(other, listen(other, "other", {"LINE": monitoring.DISABLE, "CALL": monitoring.DISABLE, "PY_YIELD": None}))
work(3)
work(3)
show("the other is told of each place once")
monitoring.restart_events()
work(3)
show("and once more")

monitoring.set_events(one, 0)
monitoring.set_local_events(one, branch.__code__, E.LINE | E.PY_RETURN)
work(2)
show("one of a single function")

monitoring.set_events(other, 0)
monitoring.free_tool_id(other)
monitoring.set_events(one, E.LINE | E.PY_START | E.CALL)
threads = [threading.Thread(target=work, args=(n,)) for n in (2, 3, 4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
show("threads", in_any_order=True)

monitoring.set_events(one, 0)
monitoring.set_local_events(one, branch.__code__, 0)
monitoring.free_tool_id(one)
print(work(4), [monitoring.get_tool(i) for i in (one, other)], dict(told))

"""Tools that take the trace and the profile function, from 2.7 on: what they see is what they would see alone."""

from __future__ import print_function

import bdb
import cProfile
import sys
import threading

seen = []


def traced(n):
    total = 0
    for i in range(n):
        total += i
    return total


def generator():
    yield 1
    yield 2


def fails():
    try:
        raise KeyError("x")
    except KeyError:
        return traced(1)


def note(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        seen.append((event, frame.f_code.co_name, frame.f_lineno))
    return note


def once(frame, event, arg):
    """A global function only: no local one."""
    seen.append(("global", event, frame.f_code.co_name))


def breaks(frame, event, arg):
    if event == "line":
        raise ValueError("of the trace function")
    return breaks


def leaves(frame, event, arg):
    sys.settrace(None)
    return None


def show(title):
    print(title, len(seen), seen[:4], seen[-2:])
    del seen[:]


def in_turn():
    for function in note, once:
        sys.settrace(function)
        traced(3)
        list(generator())
        fails()
        is_it = sys.gettrace() is function
        sys.settrace(None)
        show(function.__name__)
        print(is_it, sys.gettrace())


def that_fail():
    sys.settrace(breaks)
    try:
        traced(2)
    except ValueError as err:
        print(err, sys.gettrace())
    sys.settrace(leaves)
    print(traced(2), sys.gettrace())


def in_threads():
    threading.settrace(note)
    thread = threading.Thread(target=traced, args=(3,))
    thread.start()
    thread.join()
    threading.settrace(None)
    mine = [entry for entry in seen if entry[1] == "traced"]
    del seen[:]
    print("thread", mine)


def profiled():
    sys.setprofile(lambda frame, event, arg: seen.append(event) if event != "c_call" else None)
    traced(2)
    list(generator())
    found = sys.getprofile() is not None
    sys.setprofile(None)
    print(found, sys.getprofile(), [event for event in seen if not event.startswith("c_")])
    del seen[:]


def by_c_profile():
    profile = cProfile.Profile()
    profile.runcall(fails)
    print(sorted((entry.code.co_name, entry.callcount) for entry in profile.getstats() if hasattr(entry.code, "co_name")))


class Debugger(bdb.Bdb):
    def user_line(self, frame):
        seen.append((frame.f_code.co_name, frame.f_lineno))
        if len(seen) < 5:
            self.set_step()
        else:
            self.set_continue()

    def user_return(self, frame, value):
        seen.append(("return", value))


def debugged():
    debugger = Debugger()
    debugger.set_break(__file__, traced.__code__.co_firstlineno + 3)
    print(debugger.runcall(traced, 4))
    show("debugger")


def both():
    sys.settrace(note)
    sys.setprofile(lambda *event: None)
    traced(2)
    sys.setprofile(None)
    sys.settrace(None)
    show("both")


def nested():
    """sys.call_tracing: the trace function is traced."""

    def outer(frame, event, arg):
        if event == "call" and frame.f_code.co_name == "fails":
            sys.settrace(note)
            sys.call_tracing(traced, (2,))
            sys.settrace(outer)
        return None

    sys.settrace(outer)
    fails()
    sys.settrace(None)
    show("nested")


in_turn()
that_fail()
in_threads()
profiled()
by_c_profile()
debugged()
both()
nested()
print(traced(10), list(generator()), fails())

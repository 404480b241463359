"""Runs a program beside a tool that does nothing, written in Python.

    python do_nothing.py PROGRAM ARG...

It has the events that the agent has, by the same means. A test that fails in it
as it does traced fails for the interpreter's reasons, not the agent's.
"""
import runpy
import sys


def watch():
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        def trace(frame, event, arg):
            return trace
        sys.settrace(trace)
        return
    events = monitoring.events
    of_code = events.PY_RESUME | events.PY_RETURN | events.PY_YIELD | events.LINE
    of_all = events.PY_START | events.PY_THROW | events.PY_UNWIND
    tool = monitoring.OPTIMIZER_ID
    monitoring.use_tool_id(tool, "tracer")
    for event in (events.PY_RESUME, events.PY_RETURN, events.PY_YIELD, events.LINE, events.PY_THROW, events.PY_UNWIND):
        monitoring.register_callback(tool, event, lambda *args: None)

    def start(code, offset):
        if type(code) is type(watch.__code__):  # extension modules may say that something else starts
            monitoring.set_local_events(tool, code, of_code)

    monitoring.register_callback(tool, events.PY_START, start)
    monitoring.set_events(tool, of_all)


if __name__ == "__main__":
    del sys.argv[0]
    watch()
    runpy.run_path(sys.argv[0], run_name="__main__")

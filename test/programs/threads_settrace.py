"""threading.settrace and setprofile used by the program, with sys.settrace in one thread only."""

import sys
import threading

log = []


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def tracer(frame, event, arg):
    if frame.f_code.co_name == "work":
        log.append(event)
        return tracer
    return None


def profiler(frame, event, arg):
    if frame.f_code.co_name == "work":
        log.append("profile " + event)


def run(target, *args):
    thread = threading.Thread(target=target, args=args)
    thread.start()
    thread.join()


def summary():
    counted = {event: log.count(event) for event in sorted(set(log))}
    log.clear()
    return counted


def traces_itself():
    sys.settrace(tracer)
    work(3)
    sys.settrace(None)
    work(3)


threading.settrace(tracer)
run(work, 5)
work(5)
threading.settrace(None)
print(summary())
threading.setprofile(profiler)
run(work, 5)
threading.setprofile(None)
print(summary())
run(traces_itself)
print(summary())
run(work, 5)
threading.settrace_all_threads(tracer)
work(2)
threading.settrace_all_threads(None)
print(summary(), sys.gettrace(), threading.gettrace())

"""sys.settrace used by the program: lines, opcodes, exceptions, a tracer that fails, jumps, f_trace_lines."""

import sys

events = []


def tracer(frame, event, arg):
    events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def traced(function, *args, with_tracer=tracer):
    events.clear()
    sys.settrace(with_tracer)
    try:
        result = function(*args)
    finally:
        sys.settrace(None)
    print(function.__name__, result, events)


def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


def generator():
    yield 1
    try:
        yield 2
    except ValueError:
        yield 3


def uses_generator():
    gen = generator()
    return [next(gen), next(gen), gen.throw(ValueError)]


def fails():
    try:
        loop(None)
    except TypeError:
        return "caught"


def jumps(x):
    x += 1
    x += 10
    x += 100
    return x


def jumping(frame, event, arg):
    if event == "line" and frame.f_lineno == jumps.__code__.co_firstlineno + 2:
        frame.f_lineno += 1
    return jumping


def calls_only(frame, event, arg):
    events.append((event, frame.f_code.co_name))
    frame.f_trace_lines = False
    return calls_only


def opcodes(frame, event, arg):
    frame.f_trace_opcodes = True
    if event == "opcode":
        events.append("opcode")
    return opcodes


def broken(frame, event, arg):
    if event == "line":
        raise RuntimeError("tracer fails")
    return broken


traced(loop, 2)
traced(uses_generator)
traced(fails)
traced(jumps, 0, with_tracer=jumping)
traced(uses_generator, with_tracer=calls_only)
try:
    traced(loop, 2, with_tracer=broken)
except RuntimeError as err:
    print(err, sys.gettrace())
sys.settrace(opcodes)
jumps(1)
sys.settrace(None)
print("opcodes", len(events) > 3)
print(loop(3), sys.gettrace())

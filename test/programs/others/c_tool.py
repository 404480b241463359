"""A tool in C that takes the trace function, from 2.7 on, or with an argument does not: what it is told, and what runs then."""

from __future__ import print_function

import ctypes
import sys

NAMES = ["call", "exception", "line", "return"]
FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
set_trace = ctypes.pythonapi.PyEval_SetTrace
set_trace.restype = None
set_trace.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
if len(sys.argv) > 1:
    set_trace = lambda *arguments: None
told = []


@FUNCTION
def tool(self, frame, what, argument):
    frame = ctypes.cast(frame, ctypes.py_object).value
    if what < 4 and frame.f_code.co_filename == __file__:
        told.append((NAMES[what], frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
    return 0


function = ctypes.cast(tool, ctypes.c_void_p)


def called(n):
    return n + 1


def takes():
    before = 1
    set_trace(function, None)
    lost = before
    lost += 1
    after = called(lost)
    after += 1
    return after


def goes_on(n):
    for i in range(n):
        try:
            called(i)
            called(None)
        except TypeError:
            pass


def removes():
    goes_on(2)
    set_trace(None, None)
    lost = 1
    lost += 1
    after = called(lost)
    return after


def turn():
    print(takes())
    goes_on(3)
    print(removes())
    print(sys.gettrace(), len(told))
    goes_on(2)
    print(len(told), told)
    del told[:]


# Not in a loop: until 3.9, the interpreter tells a line again whose frame was last told of a later one.
turn()
turn()
turn()

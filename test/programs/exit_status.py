"""Every way to leave: sys.exit with each kind of argument, SystemExit, os._exit, falling off the end."""

import atexit
import os
import sys


def leave(how):
    try:
        if how == "end":
            return
        elif how == "none":
            sys.exit()
        elif how == "seven":
            sys.exit(7)
        elif how == "message":
            sys.exit("a message for stderr")
        elif how == "raise":
            raise SystemExit(9)
        elif how == "big":
            sys.exit(256 + 11)
        elif how == "object":
            sys.exit(["a", "list"])
        elif how == "nested":
            try:
                sys.exit(1)
            finally:
                sys.exit(12)
        elif how == "os":
            print("no atexit", flush=True)
            os._exit(3)
        elif how == "os-in-generator":
            print("no finally", flush=True)
            next(leaver())
        elif how == "excepthook":
            sys.excepthook = lambda kind, value, traceback: print("hook", value)
            raise ValueError("seen by the hook")
    finally:
        print("finally")


def leaver():
    try:
        os._exit(13)
        yield
    finally:
        print("not seen")


atexit.register(print, "atexit")
leave(sys.argv[1])
print("fell off the end")

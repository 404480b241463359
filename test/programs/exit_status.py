"""Every way to leave: sys.exit with each kind of argument, SystemExit, os._exit, falling off the end."""

import atexit
import os
import sys


def leave(how):
    try:
        match how:
            case "end":
                return
            case "none":
                sys.exit()
            case "seven":
                sys.exit(7)
            case "message":
                sys.exit("a message for stderr")
            case "raise":
                raise SystemExit(9)
            case "big":
                sys.exit(256 + 11)
            case "object":
                sys.exit(["a", "list"])
            case "nested":
                try:
                    sys.exit(1)
                finally:
                    sys.exit(12)
            case "os":
                print("no atexit", flush=True)
                os._exit(3)
            case "os-in-generator":
                print("no finally", flush=True)
                next(leaver())
            case "excepthook":
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

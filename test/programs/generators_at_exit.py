"""Generators and objects that are still alive at exit: their finally and __del__ run while Python ends."""

import atexit


def waiting(label, write=print):
    try:
        while True:
            yield label
    finally:
        write("finally", label)


class Last:
    def __init__(self, label, write=print):
        self.label = label
        self.write = write

    def __del__(self):
        self.write("del", self.label)


@atexit.register
def goodbye():
    print("atexit", next(at_module))


at_module = waiting("module")
next(at_module)
last = Last("object")
del last
keeper = Last("kept")
print("end of program")

"""An uncaught exception: its traceback, with a cause, a context, a note and repeated frames, on stderr."""


class Failure(Exception):
    pass


def dig(n):
    if n == 0:
        return {}["missing"]
    return dig(n - 1)


def load(name):
    try:
        dig(6)
    except KeyError as err:
        raise Failure(f"cannot load {name}") from err


def gen():
    try:
        yield load("file")
    except Failure as err:
        getattr(err, "add_note", str)("while generating")
        raise


print("before")
for value in gen():
    print(value)
print("never")

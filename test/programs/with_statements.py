"""with statements: own managers, contextlib's, several at once, suppressed and raised exceptions, return inside."""

import contextlib
import io


class Managed:
    def __init__(self, name, suppress=False, fail_enter=False, fail_exit=False):
        self.name = name
        self.suppress = suppress
        self.fail_enter = fail_enter
        self.fail_exit = fail_exit

    def __enter__(self):
        if self.fail_enter:
            raise OSError(f"enter {self.name}")
        log.append(f"+{self.name}")
        return self

    def __exit__(self, kind, value, traceback):
        log.append(f"-{self.name}" + (f" {kind.__name__}" if kind else ""))
        if self.fail_exit:
            raise OSError(f"exit {self.name}")
        return self.suppress


def attempt(*managers, error=None):
    try:
        with contextlib.ExitStack() as stack:
            for manager in managers:
                stack.enter_context(manager)
            if error:
                raise error
    except Exception as err:
        log.append(f"out {err}")


def returns():
    with Managed("a"), Managed("b") as b:
        return b.name


def loops():
    for i in range(5):
        with Managed(str(i)):
            if i == 1:
                continue
            if i == 3:
                break


@contextlib.contextmanager
def tagged(name):
    log.append(f"<{name}>")
    try:
        yield name.upper()
    except KeyError:
        log.append("key")
    finally:
        log.append(f"</{name}>")


@tagged("decorator")
def decorated():
    log.append("inside")


log = []
attempt(Managed("a"), Managed("b"))
attempt(Managed("a"), Managed("b"), error=ValueError("v"))
attempt(Managed("a"), Managed("b", suppress=True), error=ValueError("v"))
attempt(Managed("a"), Managed("b", fail_enter=True))
attempt(Managed("a", fail_exit=True), Managed("b"), error=ValueError("v"))
log.append(returns())
loops()
with (
    tagged("x") as x,
    tagged("y") as y,
):
    log.append(x + y)
with tagged("swallow"):
    raise KeyError("swallowed")
try:
    with tagged("pass on"):
        raise IndexError("passed on")
except IndexError as err:
    log.append(str(err))
decorated()
with contextlib.suppress(ZeroDivisionError):
    1 / 0
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print("captured")
with contextlib.closing(io.StringIO("text")) as file, contextlib.nullcontext(3) as three:
    log.append((file.read(), three))
for entry in log:
    print(entry)
print(out.getvalue(), end="")

"""ExceptionGroup and except*: matched, split, nested, re-raised, with else and finally."""


def raise_group(*errors):
    raise ExceptionGroup("several", errors)


def handle(*errors):
    log = []
    try:
        if errors:
            raise_group(*errors)
    except* ValueError as group:
        for err in group.exceptions:
            log.append(f"value {err}")
    except* (KeyError, OSError) as group:
        log.append(f"other {len(group.exceptions)}")
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


def partly(*errors):
    try:
        raise_group(*errors)
    except* ValueError:
        pass


def raise_in_handler():
    try:
        raise_group(ValueError(1), KeyError(2))
    except* ValueError as group:
        raise RuntimeError("from handler") from group
    except* KeyError:
        raise


print(handle())
print(handle(ValueError(1)))
print(handle(ValueError(1), KeyError("k"), OSError("o"), ValueError(2)))
print(handle(ExceptionGroup("inner", [ValueError(3), KeyError("n")])))
try:
    partly(ValueError(1), TypeError("left"), ExceptionGroup("inner", [TypeError("too")]))
except ExceptionGroup as rest:
    print(rest, rest.exceptions)
try:
    handle(ZeroDivisionError())
except ExceptionGroup as rest:
    print(rest)
try:
    raise_in_handler()
except ExceptionGroup as group:
    print([type(e).__name__ for e in group.exceptions])
try:
    try:
        raise ValueError("naked")
    except* ValueError as group:
        print(type(group).__name__, group.exceptions)
finally:
    print("done")

"""Starts the reference counter of CPython 2.7 and 3.6 to 3.11: sys.settrace.

The same as ../inside does for later versions, which see there for its three
rules. It follows every thread, also those that the program starts through
_thread, and tells all kinds of events, which takes some deduction:

* 'call' is a start if the frame has run no instruction yet, else a resumption;
  if 'exception' follows while the frame stands where it stood, it was a throw.
* 'return' is a yield, a return or an unwinding, by the instruction at which the
  frame stands and by whether an exception was told of at that instruction.
"""

import sys

MODERN = sys.version_info >= (3, 11)
GENERATOR = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR


def _start():
    import os

    here = os.path.dirname(__file__)
    sys.path[:] = [entry for entry in sys.path if entry != here]
    settings = os.environ.pop("TRACER_REFERENCE", None)
    if settings is None:  # a child process, or a subinterpreter
        return
    settings = settings.split("\n")
    _tool, raw, only, skip = settings[:4]
    if settings[4:]:
        os.environ["PYTHONPATH"] = settings[4]
    else:
        os.environ.pop("PYTHONPATH", None)
    _import_next_sitecustomize()
    add = _open_store(raw)
    wanted = _make_filter(os, here, only, skip)
    _settrace_everywhere(_make_counter(os, add, wanted, _make_qualname()))


def _import_next_sitecustomize():
    """Run the sitecustomize that this one has hidden."""
    own = sys.modules.pop("sitecustomize")
    _import_next_sitecustomize.kept = own  # Python 2 clears the globals of a module that goes
    try:
        __import__("sitecustomize")
    except ImportError as err:
        if "sitecustomize" not in str(err):
            raise
        sys.modules["sitecustomize"] = own


def _open_store(path):
    """Map the file that reference.py made; return new(key), which returns count(n)."""
    import mmap

    from _struct import Struct

    try:
        from _thread import allocate_lock
    except ImportError:
        from thread import allocate_lock

    with open(path, "r+b") as file:
        mapping = mmap.mmap(file.fileno(), 0)
    word = Struct("<Q")
    pack, unpack = word.pack_into, word.unpack_from
    half = len(mapping) // 2
    pack(mapping, 0, 8)
    places = [half]
    lock = allocate_lock()
    unicode = type(b"".decode("ascii"))

    def text(value):
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

    def new(*key):
        key = tuple(text(part) for part in key)
        name = repr(key) if bytes is str else ascii(key)  # noqa: F821
        if isinstance(name, unicode):
            name = name.encode("ascii")
        with lock:
            begin = unpack(mapping, 0)[0]
            mapping[begin : begin + len(name) + 1] = name + b"\n"
            pack(mapping, 0, begin + len(name) + 1)
            place = places[0]
            places[0] = place + 8

        def count(n=1):
            pack(mapping, place, unpack(mapping, place)[0] + n)

        return count

    return new


def _make_filter(os, here, only, skip):
    """Return wanted(module, filename, globals): what README.md calls the module filter."""
    import site

    def parse(given):
        entries = [p for p in given.split(",") if p]
        return [(p[:-1], True) if p.endswith("*") else (p, False) for p in entries]

    def match(prefixes, module):
        for name, is_open in prefixes:
            if module == name or module.startswith(name if is_open else name + "."):
                return True
        return False

    prefixes, skipped = parse(only), parse(skip)
    library = os.path.dirname(os.__file__)
    folders = [library, os.path.realpath(library)]
    folders += getattr(site, "getsitepackages", list)()
    folders += [p for p in sys.path if p.endswith(("-dynload", ".zip"))]
    folders = tuple(set(f + os.sep for f in folders))
    installed = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
    own = here + os.sep

    def wanted(module, filename, globals, match=match, str=str, isinstance=isinstance, get=dict.get):
        if filename.startswith(own):
            return False
        if match(skipped, module):
            return False
        if prefixes:
            return match(prefixes, module)
        if filename.startswith("<frozen "):
            return False
        if module == "__main__":
            return True
        origin = get(globals, "__file__")
        if filename.startswith("<") and filename.endswith(">") and isinstance(origin, str):
            filename = origin  # made at run time, by the module whose globals it has
        if filename.startswith(folders):
            return False
        for folder in installed:
            if folder in filename:
                return False
        return True

    return wanted


def _make_qualname():
    """Return qualname(code). Before 3.11 the code objects within one that was seen tell what it is in."""
    if MODERN:
        return lambda code: code.co_qualname
    names = {}
    comprehensions = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
    code_type = type(_start.__code__)

    def note(code, name):
        names[id(code)] = code, name  # which keeps it alive, and its id its own
        inner = [c for c in code.co_consts if isinstance(c, code_type)]
        for child in inner:
            if code.co_name == "<module>":
                note(child, child.co_name)
            elif code.co_name in comprehensions or not code.co_flags & 1:  # CO_OPTIMIZED: a function
                note(child, name + "." + child.co_name)
            else:
                note(child, name + ".<locals>." + child.co_name)

    def qualname(code, id=id):
        if id(code) not in names:
            note(code, code.co_name)
        return names[id(code)][1]

    return qualname


class _Thread(object):
    """What is remembered of a thread between its events: frames by their ids, so that none lives longer."""

    def __init__(self):
        self.counters = {}
        self.entered = None  # frame's id, instruction, counter: of the last event, if that was a resumption or a start
        self.running = set()  # frames' ids
        self.raised = {}  # by frame's id: the instruction at which an exception was told of last, and its type
        self.doubtful = None  # an end that is counted as unwinding, unless the caller is not told of the exception


def _make_counter(os, new, wanted, qualname):
    import opcode

    modern, generator, new_thread = MODERN, GENERATOR, _Thread  # the module's globals go before the last events

    try:
        from _thread import get_ident
    except ImportError:
        from thread import get_ident
    operations = opcode.opmap
    returning = operations["RETURN_VALUE"]
    yielding = operations["YIELD_VALUE"]
    yielding_from = operations.get("YIELD_FROM", -1)  # until 3.10
    resuming = operations.get("RESUME", -1)
    # Until 3.7 it ends a finally clause: with a return that was made in front of it, or with an exception.
    finally_end = operations.get("END_FINALLY", -1) if sys.version_info < (3, 8) else -1
    byte = ord if bytes is str else int
    generator_exit = GeneratorExit
    threads = {}
    known = {}
    recording = os.getpid()

    def module_name(frame, get=dict.get, isinstance=isinstance, str=str):
        name = get(frame.f_globals, "__name__")
        return name if isinstance(name, str) else ""

    def operation(frame, further=0, len=len):
        text = frame.f_code.co_code
        at = frame.f_lasti + further
        return byte(text[at]) if 0 <= at < len(text) else -1

    def of_code(frame, id=id):
        """What is counted of a code object: its place; None if it is not wanted. Decided once."""
        code = frame.f_code
        entry = known.get(id(code))
        if entry is None:
            module = module_name(frame)
            place = None
            if wanted(module, code.co_filename, frame.f_globals):
                place = module, code.co_filename, qualname(code)
            entry = known[id(code)] = code, place
        return entry[1]

    def counter(thread, kind, place, line):
        key = kind, place, line
        count = thread.counters.get(key)
        if count is None:
            count = thread.counters[key] = new(kind, place[0], place[1], place[2], line)
        return count

    def on_call(thread, frame, place, id=id):
        code = frame.f_code
        kind = "calls"
        thread.running.add(id(frame))
        if code.co_flags & generator:
            if modern:
                if operation(frame) != resuming:
                    kind = "throws"
                elif operation(frame, 1) & 3:
                    kind = "resumes"
            elif frame.f_lasti >= 0:
                kind = "resumes"
        count = counter(thread, kind, place, code.co_firstlineno)
        count()
        if code.co_flags & generator and not modern:
            thread.entered = id(frame), frame.f_lasti, count

    def on_untold(thread, frame, place, id=id):
        """3.11 does not tell of a coroutine that goes on because what it awaited ended by an exception thrown in."""
        thread.running.add(id(frame))
        counter(thread, "resumes", place, frame.f_code.co_firstlineno)()

    def on_exception(thread, frame, place, arg, entered, id=id):
        thread.raised[id(frame)] = frame.f_lasti, arg[0]
        if entered and entered[0] == id(frame) and entered[1] == frame.f_lasti:
            entered[2](-1)
            counter(thread, "throws", place, frame.f_code.co_firstlineno)()

    def on_return(thread, frame, place, id=id):
        thread.running.discard(id(frame))
        at, kind_of = thread.raised.pop(id(frame), (None, None))
        line = frame.f_code.co_firstlineno
        now = operation(frame)
        yields = now == yielding
        if yielding_from >= 0:  # it is run again when the frame goes on: the frame stands in front of it
            yields = yields or yielding_from in (now, operation(frame, 2))
        if at is not None and at == frame.f_lasti:
            kind = "unwinds"
        elif yields and frame.f_code.co_flags & generator:
            kind = "yields"
            if at is not None:
                thread.raised[id(frame)] = None, kind_of
        elif now == returning:
            kind = "returns"
        elif now == finally_end:
            kind = "returns" if kind_of is None else "unwinds"
            if kind_of not in (None, generator_exit):  # close() in C tells no frame of that
                thread.doubtful = kind_of, [counter(thread, k, place, line) for k in ("unwinds", "returns")]
        else:
            kind = "unwinds"
        counter(thread, kind, place, line)()

    def on_event(frame, event, arg, getpid=os.getpid, id=id):
        if getpid() != recording:
            return None
        ident = get_ident()
        thread = threads.get(ident)
        if thread is None:
            thread = threads[ident] = new_thread()
        doubtful, thread.doubtful = thread.doubtful, None
        if doubtful and event == "call" and frame.f_lasti >= 0:
            thread.doubtful = doubtful  # the exception may be thrown on into a generator that delegates
        elif doubtful and not (event == "exception" and arg[0] is doubtful[0]):
            doubtful[1][0](-1)
            doubtful[1][1]()
        entered, thread.entered = thread.entered, None
        place = of_code(frame)
        if place is None:
            return on_event  # its exceptions tell how a frame inside ended
        if modern and event in ("line", "return") and frame.f_code.co_flags & generator and id(frame) not in thread.running:
            on_untold(thread, frame, place)
        if event == "line":
            if id(frame) in thread.raised:  # it is handled, or goes on after a finally clause
                thread.raised[id(frame)] = None, thread.raised[id(frame)][1]
            counter(thread, "hits", place, frame.f_lineno)()
        elif event == "call":
            on_call(thread, frame, place)
        elif event == "exception":
            on_exception(thread, frame, place, arg, entered)
        elif event == "return":
            on_return(thread, frame, place)
        return on_event

    def begin():
        threads[get_ident()] = new_thread()  # idents are used again

    on_event.begin = begin
    return on_event


def _settrace_everywhere(on_event):
    """Counts in this thread, and in each that starts."""
    try:
        import _thread
    except ImportError:
        import thread as _thread
    original = _thread.start_new_thread
    settrace = sys.settrace

    def start_new_thread(function, *rest):
        def run(*args, **kwargs):
            on_event.begin()
            settrace(on_event)
            return function(*args, **kwargs)

        return original(run, *rest)

    _thread.start_new_thread = _thread.start_new = start_new_thread
    if "threading" in sys.modules:
        sys.modules["threading"]._start_new_thread = start_new_thread
    settrace(on_event)


_start()

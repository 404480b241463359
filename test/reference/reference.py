"""Count what a program does, with Python's own means and nothing else.

    PYTHON reference.py --out counts.json --tool monitoring|settrace|trace
           [--only PREFIX,...] [--skip PREFIX,...] [--] PROGRAM.py [ARGS...]
    PYTHON reference.py ... -- -m MODULE [ARGS...]
    PYTHON reference.py --older PYTHON ... [--] PROGRAM.py [ARGS...]

The program runs in an interpreter of its own, with this one's streams and
options; its exit status, or the signal that ended it, becomes this one's. The
counts are written whatever ended it. README.md describes them.
"""

import argparse
import ast
import json
import os
import platform
import resource
import signal
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# One half for names, one for counters; sparse, so that only what is used exists.
STORE_BYTES = 256 << 20

FUNCTION_COUNTS = {
    "monitoring": ("calls", "returns", "yields", "resumes", "throws", "unwinds"),
    "settrace": ("calls", "entries", "exits"),
    "older": ("calls", "returns", "yields", "resumes", "throws", "unwinds"),
    "trace": (),
}


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="reference-") as folder:
        raw = os.path.join(folder, "raw")
        with open(raw, "wb") as file:
            file.truncate(STORE_BYTES)
        status = run(options, raw)
        counts = read_counts(raw, "older" if options.older else options.tool)
    counts = {
        "tool": options.tool,
        "python": platform.python_version(),
        "argv": options.command,
        "exit_status": status,
        **counts,
    }
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(counts, file, indent=1)
        file.write("\n")
    exit_like(status)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Count a program's events with Python's own means.")
    parser.add_argument("--out", required=True, help="the JSON file to write")
    parser.add_argument("--tool", required=True, choices=("monitoring", "settrace", "trace"))
    parser.add_argument("--older", help="a CPython before 3.12 that runs the program; with it, the tool is settrace")
    parser.add_argument("--only", default="", help="prefixes of module names; without it, the program's own code")
    parser.add_argument("--skip", default="", help="prefixes of module names; wins over --only")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="PROGRAM.py or -m MODULE, and its arguments")
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        del options.command[0]
    if not options.command:
        parser.error("no program given")
    if options.older and options.tool != "settrace":
        parser.error(f"{options.older} has no other tool than settrace")
    return options


def run(options, raw):
    """Run the program with the counter in it; return its status, -N for signal N."""
    environment = dict(os.environ)
    settings = [options.tool, raw, options.only, options.skip]
    inside = os.path.join(HERE, "older" if options.older else "inside")
    if "PYTHONPATH" in environment:
        settings.append(environment["PYTHONPATH"])
        environment["PYTHONPATH"] = inside + os.pathsep + environment["PYTHONPATH"]
    else:
        environment["PYTHONPATH"] = inside
    environment["TRACER_REFERENCE"] = "\n".join(settings)
    # A handler, unlike SIG_IGN, is not inherited by the program.
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    if options.older:
        return subprocess.call([options.older, *options.command], env=environment)
    flags = subprocess._args_from_interpreter_flags()
    return subprocess.call([sys.executable, *flags, *options.command], env=environment)


def read_counts(raw, tool):
    with open(raw, "rb") as file:
        (end,) = struct.unpack("<Q", file.read(8))
        names = file.read(max(end - 8, 0)).decode("ascii").splitlines()
        file.seek(STORE_BYTES // 2)
        values = struct.unpack(f"<{len(names)}Q", file.read(8 * len(names)))
    functions, lines, repeats, problems = {}, {}, set(), []
    for name, value in zip(names, values):
        kind, module, path, function, line = ast.literal_eval(name)
        row = {"module": module, "function": function, "file": path, "line": line}
        if kind == "problem":
            problems.append(function)
        elif kind == "hits":
            lines.setdefault((module, function, path, line), row | {"hits": 0})["hits"] += value
        elif kind == "repeats":
            repeats.add((module, function, path, line))
        else:
            row |= dict.fromkeys(FUNCTION_COUNTS[tool], 0)
            functions.setdefault((module, function, path, line), row)[kind] += value

    for key in repeats & lines.keys():
        lines[key]["repeats"] = True

    def order(row):
        return row["file"], row["line"], row["module"], row["function"]

    counts = {"functions": sorted(functions.values(), key=order), "lines": sorted(lines.values(), key=order)}
    if problems:
        counts["problems"] = problems
    return counts


def exit_like(status):
    """End as the program did."""
    if status < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(-status, signal.SIG_DFL) if -status != signal.SIGKILL else None
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    main()

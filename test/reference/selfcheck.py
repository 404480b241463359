"""Run the programs under every reference counter and say where they differ, and why.

    PYTHON selfcheck.py [--keep FOLDER] [NAME...]

For each program of programs.json, with the interpreter that runs this: output and
exit status must be as without a counter; the counts of the references that the
manifest lists must agree; differences of the others are shown beside the reason that
the manifest gives. Exits 1 if anything differs that should not.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), "programs")
REFERENCE = os.path.join(HERE, "reference.py")
TOOLS = ("monitoring", "settrace", "trace")
SHOWN = 6


def main():
    parser = argparse.ArgumentParser(description="Compare the reference counters with each other.")
    parser.add_argument("--keep", help="a folder for the counts, kept")
    parser.add_argument("names", nargs="*", help="programs of the manifest; without any, all")
    options = parser.parse_args()
    with open(os.path.join(PROGRAMS, "programs.json"), encoding="utf-8") as file:
        programs = json.load(file)["programs"]
    if unknown := set(options.names) - {p["name"] for p in programs}:
        parser.error(f"no such program in programs.json: {', '.join(sorted(unknown))}")
    print("python", sys.version.split()[0], sys.executable)
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        for program in programs:
            if options.names and program["name"] not in options.names:
                continue
            bad += not check(program, folder)
    print("all as expected" if not bad else f"{bad} programs not as expected")
    sys.exit(bool(bad))


def check(program, folder):
    """Run one program in every way; print what is worth saying; return whether all is as expected."""
    name = program["name"]
    if sys.version_info < tuple(program.get("min_python", (3, 12))):
        print(f"{name}: skipped, needs Python {'.'.join(map(str, program['min_python']))}")
        return True
    complaints, remarks = [], []
    plain = run([sys.executable, *program["command"]], program)
    if plain[0] != program["status"]:
        complaints.append(f"untraced: status {plain[0]}, expected {program['status']}")
    counts = {}
    for tool in TOOLS:
        out = os.path.join(folder, f"{name}.{tool}.json")
        flags = [f"--{flag}={','.join(program[flag])}" for flag in ("only", "skip") if flag in program]
        command = [sys.executable, REFERENCE, "--out", out, "--tool", tool, *flags, "--", *program["command"]]
        result = run(command, program)
        listed = tool in program["references"]
        told = complaints if listed else remarks
        if result != plain:
            told.append(f"{tool}: {difference(plain, result)}")
        with open(out, encoding="utf-8") as file:
            counts[tool] = json.load(file)
        if "problems" in counts[tool]:
            complaints.append(f"{tool}: {counts[tool]['problems']}")
        if tool == "monitoring":
            complaints += compare_stated(program, result[1], counts[tool])
        else:
            differences = compare(counts["monitoring"], counts[tool])
            if differences:
                told.append(f"{tool}: {len(differences)} counts differ" + (shorten(differences) if listed else ""))
    expected = set(program.get("differs", {}))
    if unlisted := set(TOOLS) - set(program["references"]) - expected:
        complaints.append(f"the manifest does not say why {', '.join(sorted(unlisted))} is not listed")
    total = sum(row["hits"] for row in counts["monitoring"]["lines"])
    print(f"{name}: {'BAD' if complaints else 'ok'}, {len(counts['monitoring']['functions'])} functions, {total} line events")
    for text in complaints:
        print("  !", text)
    for text in remarks:
        print("   ", text)
    for tool, reason in program.get("differs", {}).items():
        print(f"    {tool} is not listed: it {reason}")
    return not complaints


def compare_stated(program, stdout, counts):
    """Compare with the counts that the program has printed: lines "calls FUNCTION N"."""
    calls = {row["function"]: row["calls"] for row in counts["functions"]}
    stated = dict(line.split()[1:] for line in stdout.decode().splitlines() if line.startswith("calls "))
    for function in program.get("stated", ()):
        if str(calls.get(function)) != stated.get(function):
            yield f"{function}: {calls.get(function)} calls, {stated.get(function)} stated by the program"


def run(command, program):
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    result = subprocess.run(
        command,
        cwd=PROGRAMS,
        env=environment,
        input=program.get("stdin", "").encode(),
        capture_output=True,
        timeout=120,
    )
    return result.returncode, result.stdout, result.stderr


def difference(plain, other):
    for what, a, b in zip(("status", "stdout", "stderr"), plain, other):
        if a != b:
            if what == "status":
                return f"{what} {b}, untraced {a}"
            pairs = zip(a.splitlines() + [b""], b.splitlines() + [b""])
            a, b = next(((x, y) for x, y in pairs if x != y), (a[-80:], b[-80:]))
            return f"{what} {b!r}, untraced {a!r}"


def shorten(differences):
    more = [f"and {len(differences) - SHOWN} more"] if len(differences) > SHOWN else []
    return "".join("\n        " + text for text in differences[:SHOWN] + more)


def compare(monitoring, other):
    """List the differences of the other tool's counts from sys.monitoring's, but for the known ones."""
    differences = []
    if other["tool"] == "settrace":
        differences += compare_functions(monitoring["functions"], other["functions"])
        key = ("file", "line", "module", "function")
    else:
        key = ("file", "line")
    ours, theirs, repeats = Counter(), Counter(), set()
    for row in monitoring["lines"]:
        ours[tuple(row[k] for k in key)] += row["hits"]
    for row in other["lines"]:
        where = tuple(row[k] for k in key)
        theirs[where] += row["hits"]
        if row.get("repeats"):
            repeats.add(where)
    if other["tool"] == "trace":  # leaves out what has no __file__; a pseudo-file may belong to both
        ours, theirs = (Counter({k: v for k, v in c.items() if os.path.isfile(k[0])}) for c in (ours, theirs))
    for where in sorted(ours.keys() | theirs.keys()):
        a, b = ours[where], theirs[where]
        if a != b and not (where in repeats and b > a):
            differences.append(f"{where_text(where)}: {b} hits, {a} by monitoring")
    return differences


def compare_functions(monitoring, settrace):
    def by_place(rows, count):
        return Counter({(r["file"], r["line"], r["module"], r["function"]): count(r) for r in rows})

    same = {
        "calls": (lambda r: r["calls"], lambda r: r["calls"]),
        "entries": (lambda r: r["calls"] + r["resumes"] + r["throws"], lambda r: r["entries"]),
        "exits": (lambda r: r["returns"] + r["yields"] + r["unwinds"], lambda r: r["exits"]),
    }
    for what, (by_monitoring, by_settrace) in same.items():
        ours, theirs = by_place(monitoring, by_monitoring), by_place(settrace, by_settrace)
        for where in sorted(ours.keys() | theirs.keys()):
            if ours[where] != theirs[where]:
                yield f"{where_text(where)}: {theirs[where]} {what}, {ours[where]} by monitoring"


def where_text(where):
    file, line, *names = where
    return " ".join([f"{os.path.basename(file)}:{line}", *reversed(names)])


if __name__ == "__main__":
    main()

"""Runs pytest and writes what becomes of each test, as outcomes.py does.

    python pytest_outcomes.py FILE ARGUMENT...
"""
import json
import os
import re
import sys

import pytest


class Outcomes:
    """Children that a test forks write nothing."""

    def __init__(self, path):
        self.path = path
        self.process = os.getpid()

    def note(self, **record):
        if os.getpid() == self.process:
            with open(self.path, "a") as file:
                file.write(json.dumps(record) + "\n")

    def pytest_runtest_logstart(self, nodeid, location):
        self.note(start=name(nodeid))

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.note(end=name(report.nodeid), outcome="FAIL" if report.when == "call" else "ERROR", reason=raised(report))
        elif hasattr(report, "wasxfail"):
            self.note(end=name(report.nodeid), outcome="expected failure" if report.skipped else "unexpected pass", reason="")
        elif report.skipped:  # the reason may be put together from a set (SQLAlchemy): it is another each time
            self.note(end=name(report.nodeid), outcome="skipped", reason="")
        elif report.when == "call":
            self.note(end=name(report.nodeid), outcome="ok", reason="")

    def pytest_collectreport(self, report):
        if report.failed:
            self.note(end=name(report.nodeid), outcome="ERROR", reason="collection")


def name(nodeid):
    """A parameter may be an object whose text has its address."""
    return re.sub(r"0x[0-9a-f]{4,}", "0x", nodeid)


def raised(report):
    """The type of the exception, as far as the report has it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return re.split(r"[:\s]", crash.message)[0] if crash else ""


def main():
    path = sys.argv.pop(1)
    sys.exit(pytest.main(sys.argv[1:], plugins=[Outcomes(path)]))


if __name__ == "__main__":
    main()

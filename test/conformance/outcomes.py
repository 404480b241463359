"""Runs one unittest module and writes what becomes of each test.

    python outcomes.py FILE MODULE [WITHOUT...]

FILE gets lines of JSON: {"start": test}, then {"end": test, "outcome": ok, FAIL,
ERROR, skipped, "expected failure" or "unexpected success", "reason": text}. A
test that did not end is the last that started. The tests that are named WITHOUT are
not run. Runs on every Python from 2.7 on.
"""
import doctest
import importlib
import json
import os
import sys
import unittest


class Outcomes(unittest.TextTestResult):
    """Writes each outcome when it is known. The file is opened anew each time:
    tests count and close descriptors. Children that a test forks write nothing."""

    path = None
    process = None

    @classmethod
    def note(cls, **record):
        if os.getpid() == cls.process:
            with open(cls.path, "a") as file:
                file.write(json.dumps(record) + "\n")

    @classmethod
    def leave_out(cls, module, reason):
        cls.note(end=module, outcome="skipped", reason=str(reason))

    def note_end(self, test, outcome, reason=""):
        self.note(end=name(test), outcome=outcome, reason=str(reason))

    def startTest(self, test):
        super(Outcomes, self).startTest(test)
        self.note(start=name(test))

    def addSuccess(self, test):
        super(Outcomes, self).addSuccess(test)
        self.note_end(test, "ok")

    def addFailure(self, test, err):
        super(Outcomes, self).addFailure(test, err)
        self.note_end(test, "FAIL", err[0].__name__)

    def addError(self, test, err):
        super(Outcomes, self).addError(test, err)
        self.note_end(test, "ERROR", err[0].__name__)

    def addSubTest(self, test, subtest, err):
        super(Outcomes, self).addSubTest(test, subtest, err)
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self.note_end(test, "FAIL" if failed else "ERROR", err[0].__name__)

    def addSkip(self, test, reason):
        super(Outcomes, self).addSkip(test, reason)
        self.note_end(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super(Outcomes, self).addExpectedFailure(test, err)
        self.note_end(test, "expected failure")

    def addUnexpectedSuccess(self, test):
        super(Outcomes, self).addUnexpectedSuccess(test)
        self.note_end(test, "unexpected success")


def name(test):
    """A test, the subtest's test, or the class or module whose set-up failed."""
    test = getattr(test, "test_case", test)
    return test.id() if hasattr(test, "id") else str(test)


def leave_out_tracer():
    """Has sys.monitoring say that the tool "tracer" has no events: test_monitoring
    asserts before and after each test that no tool has any."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return
    every, of_tool = monitoring._all_events, monitoring.get_events

    def is_tracer(tool):
        return 0 <= tool < 6 and monitoring.get_tool(tool) == "tracer"

    def all_events():
        tracer = sum(1 << tool for tool in range(6) if is_tracer(tool))
        return {event: tools & ~tracer for event, tools in every().items() if tools & ~tracer}

    monitoring._all_events = all_events
    monitoring.get_events = lambda tool: 0 if is_tracer(tool) else of_tool(tool)


def suite(module_name):
    """All tests of the module, its doctests too, which older versions' modules
    run only from a function of their own."""
    loader = unittest.defaultTestLoader
    try:
        module = importlib.import_module(module_name)
    except unittest.SkipTest as e:
        Outcomes.leave_out(module_name, e)
        return loader.suiteClass()
    tests = loader.loadTestsFromModule(module)
    if not hasattr(module, "load_tests"):
        try:
            tests.addTest(doctest.DocTestSuite(module))
        except ValueError:
            pass  # older versions: there are none
    return tests


def without(tests, names):
    """The suite without the tests of these names."""
    if not isinstance(tests, unittest.TestSuite):
        return tests
    left = [t for t in tests if isinstance(t, unittest.TestSuite) or t.id() not in names]
    return type(tests)([without(t, names) for t in left])


def main():
    Outcomes.path, module_name = sys.argv[1:3]
    names = sys.argv[3:]
    Outcomes.process = os.getpid()
    sys.argv[1:] = []  # modules look at it
    leave_out_tracer()
    result = unittest.TextTestRunner(verbosity=2, resultclass=Outcomes).run(without(suite(module_name), names))
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()

"""CPython's tests of multiprocessing with the start method forkserver, for a Python that was
installed without the module that does this."""
import test._test_multiprocessing

test._test_multiprocessing.install_tests_in_module_dict(globals(), "forkserver")

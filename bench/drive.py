"""Runs one of pyperformance's programs in this process, a fixed number of loops.

    drive.py SCRIPT LOOPS [ARGS...]

The script runs unchanged as __main__, with its own argument parsing. What it
imports as pyperf is a stand-in, which hands the benchmark its loops once, takes
their time, and leaves it in the file that BENCH_RESULT names: the seconds, those
of the processor, and the Unix time in nanoseconds at which they were over. So
every tool sees the same work, and its own start and end stay out of the figure.

BENCH_LINES=1 has line_profiler count every function of the script meanwhile.
BENCH_LEAVE=1 ends the process at once after the loops, whatever a tool has
still to save. BENCH_CHECK=1 adds to the result what line_profiler counted.
"""
import argparse
import json
import os
import sys
import time
import types

# What is older than 3.3 has neither.
perf_counter = getattr(time, 'perf_counter', time.time)
process_time = getattr(time, 'process_time', None) or time.clock


class Runner:
    """What the scripts use of pyperf.Runner."""

    def __init__(self, loops, add_cmdline_args=None):
        self.loops = loops
        self.metadata = {}
        self.argparser = argparse.ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        self.args = self.argparser.parse_args(args)
        return self.args

    def bench_func(self, name, func, *args):
        def loops(count):
            start = perf_counter()
            for _ in range(count):
                func(*args)
            return perf_counter() - start
        self.bench_time_func(name, loops)

    def bench_time_func(self, name, func, *args):
        profiler = begin()
        start = process_time()
        seconds = func(self.loops, *args)
        finish(seconds, process_time() - start, profiler)


def begin():
    """Starts line_profiler on all functions of the script, if it is wanted."""
    if os.environ.get('BENCH_LINES') != '1':
        return None
    import line_profiler
    profiler = line_profiler.LineProfiler()
    profiler.add_module(sys.modules['__main__'])
    profiler.enable()
    return profiler


def finish(seconds, cpu, profiler):
    """Leaves the result, before any tool does its own work at the end."""
    result = {'seconds': seconds, 'cpu': cpu, 'end': int(time.time() * 1e9)}
    if profiler:
        profiler.disable()
        if os.environ.get('BENCH_CHECK') == '1':
            timings = profiler.get_stats().timings
            result['hits'] = sum(hits for lines in timings.values() for _, hits, _ in lines)
            result['functions'] = len(timings)
    path = os.environ['BENCH_RESULT']
    if not os.path.exists(path):  # tracer run --calibrate runs all this once more
        with open(path, 'w') as file:
            json.dump(result, file)
    if os.environ.get('BENCH_LEAVE') == '1':
        sys.stdout.flush()
        os._exit(0)


def stand_in(loops):
    """Returns the module that the script imports as pyperf."""
    module = types.ModuleType('pyperf')
    module.perf_counter = perf_counter
    module.Runner = lambda *args, **kwargs: Runner(loops, *args, **kwargs)
    return module


def main():
    script, loops = sys.argv[1], int(sys.argv[2])
    sys.modules['pyperf'] = stand_in(loops)
    sys.argv = [script] + sys.argv[3:]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    module = types.ModuleType('__main__')
    module.__file__ = script
    sys.modules['__main__'] = module
    with open(script, 'rb') as file:
        code = compile(file.read(), script, 'exec')
    exec(code, module.__dict__)


main()

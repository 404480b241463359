"""What `tracer doctor` records to see whether an interpreter can be traced.

The counts of what is between the two marks are known, so the trace can be compared with
them. It runs on 2.7 and on every 3, and leaves in the file that is its argument what was
at work before it began.
"""
import sys
import threading

TOOLS = ('coverage', 'ddtrace', 'newrelic', 'sentry_sdk', 'elasticapm', 'opentelemetry', 'debugpy', 'pydevd',
         'viztracer', 'line_profiler', 'scalene', 'memray', 'pyinstrument', 'beartype')


def loop(n):
    total = 0
    for i in range(n):
        total += i  # HITS
    return total


def fail():
    raise ValueError('as expected')


def numbers():
    yield 1
    yield 2


def surroundings():
    found = ['module\t' + name for name in TOOLS if name in sys.modules]
    monitoring = getattr(sys, 'monitoring', None)
    names = [monitoring.get_tool(i) for i in range(6)] if monitoring else []
    found += ['tool id\t' + name for name in names if name and name != 'tracer']
    custom = getattr(sys.modules.get('sitecustomize'), '__file__', None)
    if custom:
        found.append('sitecustomize\t' + custom)
    text = '\n'.join(found)
    return text if isinstance(text, bytes) else text.encode('utf-8', 'surrogateescape')


loop(50)
try:
    fail()
except ValueError:
    pass
list(numbers())
thread = threading.Thread(target=loop, args=(50,))
thread.start()
thread.join()
with open(sys.argv[1], 'wb') as out:
    out.write(surroundings())

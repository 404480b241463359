package exporttest

import (
	"testing"

	"tracer/internal/store"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// coveredText is a file that ran in part.
const coveredText = `"""What it is."""
import other

def f(n):
    return sum(
        [n,
         1])

class C:
    def g(self):
        return 2
    def h(self):  # pragma: no cover
        return 3
f(1), f(2)
`

// coveredProgram is what ran of it, and of a file of which there is no copy.
const coveredProgram = `process pid=1 clock-kind=monotonic start-ticks=1000 start-mono-ns=1000
interpreter python=3.14.6 cwd=/srv argv=python3 argv=app.py
file 1 name=app.py path=/srv/app.py
file 2 name=other.py path=/lib/other.py
file 3 kind=missing name=<string>
code 1 file=1 module=__main__ qualname=<module> first-line=1 lines=1-14
code 21 file=1 module=__main__ qualname=f first-line=4 lines=4-7
code 31 file=2 module=other qualname=<module> first-line=1 lines=1-9
code 41 file=3 module=__main__ qualname=<module> first-line=1 lines=1-1
code 51 file=1 module=__main__ qualname=C first-line=9 lines=9-12
thread 1 tid=8
slot thread=1
call 1
line 2
line 3
call 31
line 36
return 31 +5
line 5
line 10
call 51
line 52
line 53
line 55
return 51
call 41
line 42
return 41
line 15
call 21
line 23
line 24
line 25
line 23
return 21
call 21
line 23
line 24
line 25
line 23
return 21
return 1 +5
`

// Covered opens a trace of a file with a docstring, a statement of several lines, a function that
// was not called and one that is excluded.
func Covered(tb testing.TB) *trace.Trace {
	tb.Helper()
	return Open(tb, tracetest.Write(tb, tracetest.Spec{
		Processes: []string{coveredProgram},
		Sources:   map[string]string{"/srv/app.py": coveredText},
		Manifest:  store.Manifest{Cwd: "/srv"},
	}))
}

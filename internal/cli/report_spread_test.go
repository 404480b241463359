package cli

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/trace/tracetest"
)

// planted is a program that calls a function which takes longer and longer, one that has a few calls
// which take far longer than others, by way of another, and one that only varies.
func planted(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`process pid=7 slot-size=262144 clock-kind=monotonic start-ticks=1000 start-mono-ns=1000
interpreter python=3.14.6 executable=/usr/bin/python3 cwd=/app argv=python3 argv=a.py
file 1 name=/app/a.py path=/app/a.py
code 1 file=1 module=__main__ qualname=main first-line=1 lines=1-5
code 11 file=1 module=__main__ qualname=append first-line=11 lines=11-13
code 21 file=1 module=__main__ qualname=stall first-line=21 lines=21-23
code 31 file=1 module=__main__ qualname=vary first-line=31 lines=31-33
code 41 file=1 module=__main__ qualname=through first-line=41 lines=41-43
thread 1 tid=7 ident=7 name=MainThread
slot thread=1
call 1 +10
`)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 1000 {
		stall := 500
		if i%300 == 150 {
			stall = 2_000_000
		}
		fmt.Fprintf(&b, "line 3 +100\ncall 11 +20\nline 13\nreturn 11 +%d\n", 1000+5*i)
		fmt.Fprintf(&b, "line 4 +100\ncall 41 +20\nline 43\ncall 21 +10\nline 23\nreturn 21 +%d\nreturn 41 +10\n", stall+rnd.IntN(100))
		fmt.Fprintf(&b, "line 5 +100\ncall 31 +20\nline 33\nreturn 31 +%d\n", 500+rnd.IntN(2000))
	}
	b.WriteString("return 1 +10\n")
	return tracetest.Text(t, b.String())
}

// report runs tracer report.
func report(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Run(IO{Out: &out, Err: &errs}, append([]string{"report"}, args...)); code != 0 || errs.Len() > 0 {
		t.Fatalf("exit %d, %s", code, errs.String())
	}
	return out.String()
}

func TestReportFindsWhatIsPlanted(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	path := planted(t)
	for _, test := range []struct {
		args      string
		want      []string
		wantNever []string
	}{
		{"--trend", []string{"growing", "append", "▂", "█", "+5.", "1 function of 5;"}, []string{"vary", "stall"}},
		{"--trend --by line", []string{"a.py:12", "1 line of "}, []string{"a.py:32"}},
		{"--trend --format json", []string{`"function":"append"`, `"verdict":"growing"`, `"tenths":[{"from_ns":0`}, []string{"vary"}},
		{"--trend --format csv", []string{"verdict,from_ns,to_ns", "append,/app/a.py,11,1000,growing,"}, nil},
		{"--trend --function vary", []string{"no trend", "vary"}, []string{"append"}},
		{"--outliers", []string{"stall  /app/a.py:21  1,000 calls, half of them up to 5", "2.00 ms", "MainThread", "through /app/a.py:42", "/app/a.py:22 100.0%", "1 function with calls"}, []string{"vary", "through  "}},
		{"--outliers --worst 2 --format csv", []string{"stall,/app/a.py,21,7,7,MainThread,"}, []string{"append"}},
		{"--outliers --function through --worst 1", []string{"stall() 100.0%", "main /app/a.py:3"}, nil},
		{"--spread --function stall", []string{"1,000", "2.00 ms", "stall"}, []string{"vary"}},
	} {
		got := report(t, append(strings.Fields(test.args), path)...)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", test.args, want, got)
			}
		}
		for _, never := range test.wantNever {
			if strings.Contains(got, never) {
				t.Errorf("%s: %q in\n%s", test.args, never, got)
			}
		}
	}
}

func TestPicture(t *testing.T) {
	for want, numbers := range map[string][]int64{"▁█": {0, 8}, "▅▅▅█": {4, 4, 4, 8}, "▁": {0}, "": nil, "▁▂█": {-3, 1, 7}} {
		if got := picture(numbers); got != want {
			t.Errorf("%v: %s, expected %s", numbers, got, want)
		}
	}
}

func TestChange(t *testing.T) {
	for want, x := range map[string][2]int64{"×2.0": {100, 200}, "×30": {100, 3000}, "+50%": {100, 150}, "-20%": {100, 80}, "÷4.0": {100, 25}, "÷40": {400, 10}, "×5.0": {-3, 5}} {
		if got := change(x[0], x[1]); got != want {
			t.Errorf("from %d to %d: %s, expected %s", x[0], x[1], got, want)
		}
	}
}

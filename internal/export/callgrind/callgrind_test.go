package callgrind

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tracer/internal/export/exporttest"
)

// read is what a file says, read by the format's specification.
type read struct {
	names     map[string]map[string]string // of kinds of names, by number
	head      map[string]string
	file, fn  string
	own       map[exporttest.Row][2]int64
	inclusive map[string][2]int64 // of functions' calls
	calls     map[string]int64
}

// name returns what "(1) name" or "(1)" stands for.
func (r *read) name(kind, text string) (string, error) {
	number, name, named := strings.Cut(text, " ")
	if !strings.HasPrefix(number, "(") || !strings.HasSuffix(number, ")") {
		return "", fmt.Errorf("no number in %q", text)
	}
	if r.names[kind] == nil {
		r.names[kind] = map[string]string{}
	}
	old, known := r.names[kind][number]
	if named == known {
		return "", fmt.Errorf("%s %q was %q", kind, text, old)
	}
	if named {
		r.names[kind][number] = name
	}
	return r.names[kind][number], nil
}

var position = regexp.MustCompile(`^(\d+) (\d+) (\d+)$`)

func costs(line string) (at int, c [2]int64, err error) {
	m := position.FindStringSubmatch(line)
	if m == nil {
		return 0, c, fmt.Errorf("no costs: %q", line)
	}
	at, err = strconv.Atoi(m[1])
	c[0], _ = strconv.ParseInt(m[2], 10, 64)
	c[1], _ = strconv.ParseInt(m[3], 10, 64)
	return at, c, err
}

func parse(b []byte) (*read, error) {
	r := &read{names: map[string]map[string]string{}, head: map[string]string{}, own: map[exporttest.Row][2]int64{}, inclusive: map[string][2]int64{}, calls: map[string]int64{}}
	s := bufio.NewScanner(bytes.NewReader(b))
	callee, calling := "", false
	for n := 0; s.Scan(); n++ {
		line := s.Text()
		var err error
		key, value, _ := strings.Cut(line, "=")
		switch {
		case n == 0:
			if line != "# callgrind format" {
				err = fmt.Errorf("begins with %q", line)
			}
		case line == "":
		case key == "fl":
			r.file, err = r.name("file", value)
		case key == "cfi":
			_, err = r.name("file", value)
		case key == "fn":
			r.fn, err = r.name("function", value)
		case key == "cfn":
			callee, err = r.name("function", value)
		case key == "calls":
			count, _, _ := strings.Cut(value, " ")
			c, cerr := strconv.ParseInt(count, 10, 64)
			r.calls[callee] += c
			err, calling = cerr, true
		case calling:
			_, c, cerr := costs(line)
			sum := r.inclusive[r.fn]
			if callee != r.fn { // a function that calls itself has that time already
				r.inclusive[r.fn] = [2]int64{sum[0] + c[0], sum[1] + c[1]}
			}
			err, calling = cerr, false
		case r.fn == "" || strings.HasPrefix(line, "totals:"):
			key, value, ok := strings.Cut(line, ": ")
			if !ok {
				err = fmt.Errorf("no head: %q", line)
			}
			r.head[key] = value
		default:
			at, c, cerr := costs(line)
			row := exporttest.Row{Function: r.fn, File: r.file, Line: at}
			if _, twice := r.own[row]; twice {
				cerr = fmt.Errorf("%+v twice", row)
			}
			r.own[row] = c
			err = cerr
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return r, s.Err()
}

// TestTotalsAreThoseOfProfile reads files by the format's specification.
func TestTotalsAreThoseOfProfile(t *testing.T) {
	for seed := range uint64(6) {
		tr := exporttest.Random(t, exporttest.Program{Seed: seed, Threads: 2, Processes: 2, Events: 3000})
		want := exporttest.Profile(t, tr)
		var b bytes.Buffer
		if err := Write(t.Context(), &b, tr, Options{Raw: true, Creator: "test"}); err != nil {
			t.Fatal(err)
		}
		r, err := parse(b.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, b.Bytes())
		}
		total := fmt.Sprintf("%d %d", want.SelfNS, want.Hits)
		if r.head["summary"] != total || r.head["totals"] != total || r.head["events"] != "Ns Hits" || r.head["positions"] != "line" {
			t.Errorf("%q, expected totals %s", r.head, total)
		}
		own, entered := map[string][2]int64{}, int64(0)
		for row, c := range r.own {
			s := own[row.Function]
			own[row.Function] = [2]int64{s[0] + c[0], s[1] + c[1]}
		}
		for row, l := range want.Lines {
			c := r.own[exporttest.Row{Function: row.Module + "." + row.Function, File: row.File, Line: row.Line}]
			if c[0] != l.RawSelfNS || c[1] != int64(l.Hits) {
				t.Errorf("%+v: %d, expected %+v", row, c, l)
			}
		}
		for row, f := range want.Functions {
			name := row.Module + "." + row.Function
			if own[name][0] != f.RawSelfNS {
				t.Errorf("%s: %d, expected %d", name, own[name][0], f.RawSelfNS)
			}
			if sum := own[name][0] + r.inclusive[name][0]; sum < f.RawTotalNS {
				t.Errorf("%s: own and calls are %d, expected at least %d", name, sum, f.RawTotalNS)
			}
			entered += r.calls[name]
		}
		if entered == 0 || entered > int64(want.Calls) {
			t.Errorf("%d calls, expected up to %d", entered, want.Calls)
		}
	}
}

// TestOwnAndCallsAreTheTotal: without recursion by way of others, what a function costs in
// all is its own lines and its calls.
func TestOwnAndCallsAreTheTotal(t *testing.T) {
	tr := exporttest.Text(t, program)
	want := exporttest.Profile(t, tr)
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{Raw: true, Creator: "test"}); err != nil {
		t.Fatal(err)
	}
	r, err := parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for row, f := range want.Functions {
		name, own := row.Module+"."+row.Function, int64(0)
		for of, c := range r.own {
			if of.Function == name {
				own += c[0]
			}
		}
		if got := own + r.inclusive[name][0]; got != f.RawTotalNS {
			t.Errorf("%s: %d, expected %d", name, got, f.RawTotalNS)
		}
	}
}

// program has a function that calls itself, and a generator.
const program = `process pid=1 clock-kind=monotonic start-ticks=1000 start-mono-ns=1000
interpreter argv=python3 argv="a\nb.py"
file 1 name=a.py path=/a.py
file 2 name=b.py path=/b.py
code 1 file=1 module=a qualname=main first-line=1 lines=1-9
code 11 file=2 module=b qualname=fib first-line=1 lines=2-5
code 21 file=1 module=a qualname=gen first-line=20 lines=21-25
thread 1 tid=1
slot thread=1
call 1 +5
line 3 +1
call 11 +10
line 12 +1
call 11 +2
line 13 +4
call 11 +3
line 14 +1
return 11 +6
return 11 +7
line 14 +1
return 11 +8
line 4 +1
call 21 +3
line 22 +2
call 11 +9
return 11 +4
yield 21 +5
line 5 +6
resume 22 +7
line 23 +1
return 21 +2
return 1 +9
`

// TestCallgrindAnnotateReadsIt: Valgrind's own reader has the same totals.
func TestCallgrindAnnotateReadsIt(t *testing.T) {
	tool, err := exec.LookPath("callgrind_annotate")
	if err != nil {
		t.Skip("not tested with callgrind_annotate, which comes with Valgrind: it is not here")
	}
	tr := exporttest.Random(t, exporttest.Program{Seed: 3, Threads: 2, Events: 5000})
	want := exporttest.Profile(t, tr)
	var b bytes.Buffer
	if err := Write(t.Context(), &b, tr, Options{Raw: true, Creator: "test"}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "callgrind.out.1")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "--threshold=100", "--show-percs=no", "--auto=no", "--tree=calling", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := strings.ReplaceAll(string(out), ",", "")
	total := regexp.MustCompile(fmt.Sprintf(`(?m)^\s*%d\s+%d\s+PROGRAM TOTALS`, want.SelfNS, want.Hits))
	if !total.MatchString(text) {
		t.Errorf("expected totals %d and %d:\n%s", want.SelfNS, want.Hits, out)
	}
	for row := range want.Functions {
		if !strings.Contains(text, row.File+":"+row.Module+"."+row.Function) {
			t.Errorf("%+v is missing:\n%s", row, out)
		}
	}
}

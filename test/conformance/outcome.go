package conformance

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Outcomes says by a test's name what became of it: "ok", "FAIL: KeyError",
// "skipped: no such module". Of one with subtests it is all that differ.
type Outcomes map[string]string

// record is a line that a driver writes.
type record struct{ Start, End, Outcome, Reason string }

// address is what differs in the text of an object from run to run.
var address = regexp.MustCompile(`0x[0-9a-fA-F]{4,}`)

// readOutcomes reads what a driver wrote: what became of the tests, how many
// began, and the one that was running when the program ended. Of a program that
// did not come as far as its first test there is no file.
func readOutcomes(path string) (of Outcomes, started int, unfinished string, err error) {
	of = Outcomes{}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return of, 0, "", nil
	}
	if err != nil {
		return nil, 0, "", fmt.Errorf("read outcomes: %w", err)
	}
	defer file.Close()
	all := map[string][]string{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, 0, "", fmt.Errorf("read outcomes: %s, line %d: %w", path, n, err)
		}
		if r.Start != "" {
			started++
			unfinished = r.Start
			continue
		}
		all[r.End] = append(all[r.End], r.text())
		if r.End == unfinished {
			unfinished = ""
		}
	}
	for test, outcomes := range all {
		slices.Sort(outcomes)
		of[test] = strings.Join(slices.Compact(outcomes), ", ")
	}
	return of, started, unfinished, lines.Err()
}

func (r record) text() string {
	if r.Reason == "" {
		return r.Outcome
	}
	return r.Outcome + ": " + address.ReplaceAllString(r.Reason, "0x…")
}

// passed reports whether a suite with these outcomes ends with the status 0.
func (of Outcomes) passed() bool {
	for _, outcome := range of {
		for _, bad := range []string{"FAIL", "ERROR", "unexpected success"} {
			if strings.Contains(outcome, bad) {
				return false
			}
		}
	}
	return true
}

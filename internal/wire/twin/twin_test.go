package twin_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"tracer/internal/wire"
	"tracer/internal/wire/twin"
)

// example is a text with everything in it.
func example(tb testing.TB) string {
	b, err := os.ReadFile("testdata/example.txt")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func parse(tb testing.TB, text string) twin.Files {
	tb.Helper()
	f, err := twin.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestExampleIsSound(t *testing.T) {
	if err := twin.Check(parse(t, example(t))); err != nil {
		t.Error(err)
	}
}

func TestTextRoundTrips(t *testing.T) {
	for name, text := range map[string]string{
		"the example":            example(t),
		"nothing but a process":  "process pid=1",
		"words that are broken":  "process pid=1\nslot\nword 0x0\nword 7\ncall 5 +1\nmark 9 +3\n",
		"records out of order":   "process pid=1\nrecord type=77 payload=00010203\nrecord type=5\nthread 3\nthread 3 name=\"\"\n",
		"names that need quotes": "process pid=1\nfile 1 name=\"a b\" path=\"\\xff\\n\\\"#\"\ncode 1 qualname=<lambda>=x\n",
		"lines of all sorts": "process pid=1\ncode 1 lines=7,\ncode 3 lines=1,9 min-line=4\ncode 6 lines=5-5\ncode 9 count=3 min-line=4294967295\n" +
			"code 20 lines=0,3\ncode 30 lines=3,8 min-line=0\ncode 40 min-line=6\n",
		"slots that are not begun": "process pid=1 slot-size=80\nempty 2\nslot\ncall 1\nempty\nslot thread=2 sequence=7\n",
	} {
		f := parse(t, text)
		formatted, err := twin.Format(f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := twin.Parse(formatted)
		if err != nil {
			t.Errorf("%s: %v in\n%s", name, err, formatted)
			continue
		}
		if string(again.Control) != string(f.Control) || string(again.Names) != string(f.Names) || string(again.Raw) != string(f.Raw) {
			t.Errorf("%s: the bytes are others after\n%s", name, formatted)
		}
	}
}

func TestParseErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                           "no process line",
		"slot":                                       "line 1: slot: the text begins with one process line",
		"process pid=1\nprocess pid=2":               "line 2: process: the text begins with one process line",
		"process pid=x":                              `line 1: "x" is no number of 32 bits`,
		"process pd=1":                               `line 1: process: unknown key "pd"`,
		"process slot-size=100":                      "slot-size 100",
		"process\njump 5":                            `line 2: unknown word "jump"`,
		"process\ncall 5":                            "line 2: call: not in a slot",
		"process\nslot\ncall":                        "line 3: call: no location",
		"process\nslot\ncall 5 6":                    `ticks "6", expected +N`,
		"process\nslot\ncall 5 +6 7":                 `line 3: call: unexpected "7"`,
		"process\nslot\ncall 536870912":              "no number of 29 bits",
		"process\nslot\ncall 1\nframe":               "frames come before the events",
		"process\nframe code=1":                      "line 2: frame: not in a slot",
		"process\nfile 1 name=\"a":                   "value of name",
		"process\nrecord type=9 payload=abc":         "expected hexadecimal",
		"process\ncode 1 lines=9-1":                  "lines 9-1",
		"process\nempty 4000000000":                  "more than",
		"process slot-size=72\nslot\ncall 1\ncall 1": "line 2: slot of 80 bytes, it has room for 72",
	} {
		if _, err := twin.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, expected %q", text, err, want)
		}
	}
}

// sound is what the rules are broken in, one at a time.
const sound = `process pid=1 start-ticks=100
interpreter
file 1
code 1 file=1 lines=1-4
code 6 file=1 lines=1,9
thread 1 tid=5
`

func TestCheckFindsEachBrokenRule(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"event after a zero word":       {sound + "slot\ncall 1\nword 0\nline 2", "event 0x10 after a word of zero"},
		"location without a name":       {sound + "slot\nline 9", "line at location 9, which no record names"},
		"line of a code object":         {sound + "slot\nline 1", "which is a code object"},
		"call of a line":                {sound + "slot\ncall 2", "expected a code object"},
		"mark that is not known":        {sound + "slot\nmark 9 +1", "mark 9 of 1"},
		"mark of no time":               {sound + "slot\nmark time", "mark 1 of 0"},
		"two time marks":                {sound + "slot\nmark time +1\nmark time +1\ncall 1", "no two time marks in a row"},
		"sequence with a hole":          {sound + "slot\nslot sequence=2", "slot 2 of thread 1, expected 1"},
		"sequence twice":                {sound + "slot\nslot sequence=0", "slot 0 of thread 1, expected 1"},
		"thread without a name":         {sound + "slot thread=2", "thread 2 is not named"},
		"thread of two system ids":      {sound + "slot tid=6", "the system's thread 6"},
		"time that runs back":           {sound + "slot\ncall 1 +50\nslot ticks=120\n frame code=1", "begins at 120 ticks, the one before it ended at 150"},
		"frame without a name":          {sound + "slot depth=1\nframe code=99", "frame of code 99"},
		"frame entered later":           {sound + "slot\nframe code=1 entered-ticks=101", "after the slot's 100"},
		"frames other than the events'": {sound + "slot\ncall 1\ncall 6\nreturn 6\nslot\nframe code=6", "has frames [6] of 1, the events before it leave [1] of 1 open"},
		"depth other than the events'":  {sound + "slot\ncall 1\nslot depth=5\nframe code=1", "of 5, the events before it leave [1] of 1 open"},
		"more frames than depth":        {sound + "slot depth=0\nframe code=1", "slot head"},
		"locations that overlap":        {sound + "code 5 file=1 lines=1-3", "code at 5, which is taken up to 6"},
		"lines that do not ascend":      {sound + "code 20 file=1 lines=9,1", "line 1 after 9"},
		"code of an unnamed file":       {sound + "code 20 file=2", "file 2, which no record before it names"},
		"code at no location":           {sound + "code 0 file=1", "expected locations from 1"},
		"file twice":                    {sound + "file 1", "file 1 of kind 0"},
		"record of no known type":       {sound + "record type=9", "record of type 9 in names"},
		"process record that is late":   {"process pid=1\nfile 1\ninterpreter", "the process record is the first"},
		"counter of locations":          {strings.Replace(sound, "process", "process locations=30", 1), "the control page says 30"},
		"counter of slots":              {strings.Replace(sound, "process", "process slots=0", 1) + "slot\ncall 1", "1 slots are begun, the control page says 0"},
		"state that is none":            {"process pid=1 state=7\ninterpreter", "state 7 is no State"},
		"version of another time":       {"process pid=1 version=9", "version 9"},
		"drops without an error":        {"process pid=1 dropped-space=3\ninterpreter", "no error says why"},
		"drops at the limit":            {"process pid=1 dropped-limit=3\ninterpreter", "no error says why"},
		"gate that is none":             {"process pid=1 gate=9\ninterpreter", "gate 9 is no Gate"},
		"trigger that is none":          {"process pid=1 trigger=9\ninterpreter", "trigger 9 is no Trigger"},
		"list that is overfull":         {"process pid=1 full-taken=1\ninterpreter", "4294967295 entries in the list full"},
		"slot that ends earlier":        {sound + "slot used=72\ncall 1\nline 2", "72 bytes are used, expected 80"},
		"slot that ends later":          {sound + "slot used=88\ncall 1\nline 2", "88 bytes are used, expected 80"},
		"slot after the last":           {sound + "slot used=72 last=1\ncall 1\nslot\nframe code=1", "which had ended with slot 0"},
		"fork record of no fork":        {"process pid=1\ninterpreter\nfork size=16 parent=proc-1-0", "the second of a forked process, and of no other"},
		"fork without its record":       {"process pid=1 forked=1\ninterpreter\nfile 1", "the second of a forked process"},
		"fork whose parent is not here": {"process pid=1 forked=1\ninterpreter\nfork size=16 parent=proc-1-0", "the names of proc-1-0 are not there"},
	} {
		err := twin.Check(parse(t, test.text))
		var corrupt *wire.CorruptError
		if err == nil || !strings.Contains(err.Error(), test.want) || !errors.As(err, &corrupt) {
			t.Errorf("%s: %v, expected %q", name, err, test.want)
		}
	}
	if err := twin.Check(parse(t, sound)); err != nil {
		t.Errorf("the text without a mistake: %v", err)
	}
}

func TestCheckTakesGapsThatAreExplained(t *testing.T) {
	for name, test := range map[string]struct {
		text    string
		drained bool
	}{
		"events that were lost":          {sound + "slot used=72 lost=3\ncall 1\nslot\nframe code=6\nreturn 6", false},
		"a slot that was drained":        {sound + "slot used=72\ncall 1\nslot sequence=2\nframe code=6\nreturn 6", true},
		"first slots that were drained":  {sound + "slot sequence=7\nframe code=6\nreturn 6", true},
		"a slot that is still written":   {sound + "slot\ncall 1\nline 2", false},
		"a thread that ended with a gap": {sound + "slot used=72 lost=1 last=1\ncall 1", false},
	} {
		f := parse(t, test.text)
		f.Drained = test.drained
		if err := twin.Check(f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f.Drained = false
		if err := twin.Check(f); test.drained && err == nil {
			t.Errorf("%s: a hole that nobody explains is not noticed", name)
		}
	}
}

func TestForkGoesOnWithItsParentsNames(t *testing.T) {
	first := parse(t, sound)
	fork := func(size int, parent, rest string) twin.Files {
		return parse(t, fmt.Sprintf("process pid=2 forked=1 locations=20 start-ticks=200\ninterpreter\nfork size=%d parent=%s\nthread 1 tid=7\n%s", size, parent, rest))
	}
	second := fork(len(first.Names), "proc-1-0", "code 10 file=1 lines=1-9\nslot\nframe code=1\nframe code=6\ncall 10\nline 12")
	second.Parents = [][]byte{first.Names}
	third := fork(len(second.Names), "proc-2-0", "slot\nframe code=6\ncall 10\nline 2\n")
	third.Parents = [][]byte{second.Names, first.Names}
	for name, f := range map[string]twin.Files{"a fork": second, "a fork of it": third} {
		if err := twin.Check(f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, test := range map[string]struct {
		f    twin.Files
		want string
	}{
		"a location of the parent's later life": {fork(len(first.Names)-60, "proc-1-0", "slot\ncall 6"), "which no record names"},
		"a code object at the parent's place":   {fork(len(first.Names), "proc-1-0", "code 7 file=1 lines=1-12\n"), "code at 7, which is taken up to 9"},
		"a file that the parent has named":      {fork(len(first.Names), "proc-1-0", "file 1\ncode 9 file=1 lines=1-10\n"), "file 1 of kind 0"},
		"a thread of the parent's":              {parse(t, fmt.Sprintf("process pid=2 forked=1 locations=9\ninterpreter\nfork size=%d\nslot tid=5\ncall 1", len(first.Names))), "thread 1 is not named"},
	} {
		test.f.Parents = [][]byte{first.Names}
		if err := twin.Check(test.f); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, expected %q", name, err, test.want)
		}
	}
}

func TestCheckTakesWhatAKillLeaves(t *testing.T) {
	f := parse(t, sound+"slot\ncall 1\nline 2\n")
	f.Names = append(f.Names, 44, 0, 0, 0, 3, 0) // a record that was being written
	if err := twin.Check(f); err != nil {
		t.Error(err)
	}
	f.Names[len(f.Names)-30] ^= 1
	if err := twin.Check(f); err == nil {
		t.Error("a flipped bit in names is not noticed")
	}
	f.Control = f.Control[:100]
	if err := twin.Check(f); err == nil {
		t.Error("a short control page is not noticed")
	}
}

func FuzzText(f *testing.F) {
	f.Add(example(f))
	f.Add(sound + "slot\nframe code=1\nword 0\nmark time +1\nline 9")
	f.Fuzz(func(t *testing.T, text string) {
		files, err := twin.Parse(text)
		if err != nil {
			if files.Control != nil {
				t.Fatal("both an error and files")
			}
			return
		}
		_ = twin.Check(files)
		formatted, err := twin.Format(files)
		if err != nil {
			return // a slot's head of the text's own
		}
		again, err := twin.Parse(formatted)
		if err != nil || !reflect.DeepEqual(again, files) {
			t.Fatalf("%v after\n%s", err, formatted)
		}
	})
}

func FuzzCheck(f *testing.F) {
	files, err := twin.Parse(strings.Replace(sound, "process", "process slot-size=128", 1) + "slot\ncall 1\nline 2\nslot\nframe code=1 location=2\nreturn 1\n")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(files.Control, files.Names, files.Raw)
	f.Fuzz(func(_ *testing.T, control, names, raw []byte) {
		files := twin.Files{Control: control, Names: names, Raw: raw}
		_ = twin.Check(files)
		_, _ = twin.Format(files)
	})
}

package store

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"tracer/internal/wire"
)

func TestRemoveUnbegun(t *testing.T) {
	inTemp(t)
	const gone = "proc-2147483646-0" // no system has a process of that number
	put := func(name string, content ...byte) func(string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), content, 0o600) }
	}
	page := make([]byte, wire.ControlFile)
	begun := slices.Clone(page)
	begun[wire.OffControlMagic] = 1
	cutOff := slices.Clone(page)[:5]
	cutOff[4] = 1
	tests := map[string]struct {
		proc string
		put  []func(dir string) error
		want bool
	}{
		"before the first file":     {gone, nil, true},
		"before the page":           {gone, []func(string) error{put(ControlName)}, true},
		"before names":              {gone, []func(string) error{put(ControlName, page...)}, true},
		"while costs were measured": {gone, []func(string) error{put(ControlName, page...), put(NamesName, 1, 2, 3), put(RawName)}, true},
		"with a magic":              {gone, []func(string) error{put(ControlName, begun...), put(NamesName), put(RawName)}, false},
		"with a part of one":        {gone, []func(string) error{put(ControlName, cutOff...)}, false},
		"with too long a page":      {gone, []func(string) error{put(ControlName, append(slices.Clone(page), 0)...)}, false},
		"with slots":                {gone, []func(string) error{put(ControlName, page...), put(RawName, 0)}, false},
		"with segments":             {gone, []func(string) error{put(ControlName, page...), put("segments-0")}, false},
		"that says why":             {gone, []func(string) error{put(ControlName), put(RefusedName)}, false},
		"with another's file":       {gone, []func(string) error{put("notes.txt")}, false},
		"with a folder":             {gone, []func(string) error{func(dir string) error { return os.Mkdir(filepath.Join(dir, RawName), 0o700) }}, false},
		"with a link":               {gone, []func(string) error{func(dir string) error { return os.Symlink("x", filepath.Join(dir, RawName)) }}, false},
		"of a process that lives":   {"proc-" + strconv.Itoa(os.Getpid()) + "-0", []func(string) error{put(ControlName)}, false},
		"that is none":              {"sources", nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Unix(1000, 0))
			dir := filepath.Join(d.Path(), tt.proc)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for _, put := range tt.put {
				if err := put(dir); err != nil {
					t.Fatal(err)
				}
			}
			before := tree(t, d.Path())
			removed, err := d.RemoveUnbegun(tt.proc)
			if removed != tt.want || err != nil {
				t.Errorf("%t, %v, expected %t", removed, err, tt.want)
			}
			after := tree(t, d.Path())
			if _, err := os.Lstat(dir); (err == nil) == tt.want || !tt.want && !slices.Equal(after, before) {
				t.Errorf("left are %q of %q", after, before)
			}
		})
	}
}

// A page that a process has open for writing may be of one that begins, by another number here.
func TestRemoveUnbegunThatIsWritten(t *testing.T) {
	inTemp(t)
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Unix(1000, 0))
	dir := filepath.Join(d.Path(), "proc-2147483646-0")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, ControlName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if removed, err := d.RemoveUnbegun(filepath.Base(dir)); removed || err != nil {
		t.Errorf("%t, %v", removed, err)
	}
}

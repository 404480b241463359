package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestLooks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "looks")
	const text = `<module> (drive.py:99);main (drive.py:96);f (a/run.py:12) 5
<module> (drive.py:99);f (a/run.py:12);g (run.py:7) 2
<module> (drive.py:99);f (a/run.py:12) 4
<module> (drive.py:99);f (a/run.py:12);library (other.py:12) 100
<module> (drive.py:99) 3

odd
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readLooks(path, "/elsewhere/run.py")
	if want := map[int]float64{12: 9, 7: 2}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; expected %v", got, err, want)
	}
	if _, err := readLooks(path+".none", "run.py"); err == nil {
		t.Error("no error without a file")
	}
}

func TestTop(t *testing.T) {
	lines := map[int]float64{1: 5, 2: 50, 3: 5, 4: 7}
	if got := top(lines); !slices.Equal(got, []int{2, 4, 1, 3}) {
		t.Errorf("unexpected order %v", got)
	}
	for i := range 20 {
		lines[100+i] = float64(100 + i)
	}
	if got := top(lines); len(got) != topLines || got[0] != 119 {
		t.Errorf("unexpected order %v", got)
	}
}

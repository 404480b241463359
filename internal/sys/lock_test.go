package sys

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLockIsForOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	a, b, reader := open(), open(), open()
	expect := func(what string, got bool, err error, want bool) {
		t.Helper()
		if got != want || err != nil {
			t.Errorf("%s: %v, %v, expected %v", what, got, err, want)
		}
	}
	locked, err := Locked(reader)
	expect("a file that nobody has", locked, err, false)
	got, err := LockFile(a)
	expect("the first to lock", got, err, true)
	got, err = LockFile(b)
	expect("the second", got, err, false)
	for range 2 {
		locked, err = Locked(reader)
		expect("a file that somebody has", locked, err, true)
	}
	if err := UnlockFile(a); err != nil {
		t.Fatal(err)
	}
	locked, err = Locked(reader)
	expect("a file that was given back", locked, err, false)
	got, err = LockFile(b)
	expect("the second once it is free", got, err, true)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	got, err = LockFile(a)
	expect("the first after the second has closed it", got, err, true)
}

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var sha = strings.Repeat("0a", 32)

func TestKnown(t *testing.T) {
	tests := map[string]bool{
		"manifest.json": true, "settings": true, "refused": true, "sources/" + sha: true,
		"proc-1-0/control": true, "proc-1-0/names": true, "proc-1-0/raw": true, "proc-12-3/counters": true,
		"proc-1-0/segments-0": true, "proc-1-0/index-12": true, "proc-1-0/summaries-1": true, "proc-1-0/contexts-2147483647": true,

		"": false, ".": false, "..": false, "/": false, "lock": false, "sources": false, "proc-1-0": false, "raw": false,
		"/manifest.json": false, "./manifest.json": false, "manifest.json/": false, "Manifest.json": false, "manifest.json\x00": false,
		"sources/" + strings.ToUpper(sha): false, "sources/" + sha[2:]: false, "sources/" + sha + "00": false, "sources/../" + sha: false,
		"sources/x/" + sha: false, "sources/": false, "proc-1-0/": false, "proc-1-0/..": false, "proc-1-0/../settings": false,
		"proc-1-0/proc-1-0/raw": false, "proc-1/raw": false, "proc-x-0/raw": false, "proc--1-0/raw": false, "proc-1-0-0/raw": false,
		"../proc-1-0/raw": false, "proc-1-0/settings": false, "proc-1-0/lock": false, "proc-1-0/segments": false, "proc-1-0/segments-": false,
		"proc-1-0/segments-00": false, "proc-1-0/segments-+1": false, "proc-1-0/segments--1": false, "proc-1-0/segments-2147483648": false,
		"proc-1-0/raw-0": false, `proc-1-0\raw`: false, `..\settings`: false,
	}
	for path, want := range tests {
		if got := Known(path); got != want {
			t.Errorf("%q: %v, expected %v", path, got, want)
		}
		if passing(path) != (path == LockName) {
			t.Errorf("%q is a passing file: %v", path, passing(path))
		}
	}
	for path, want := range map[string]bool{
		".manifest.json-123": true, "sources/." + sha + "-1": true, ".manifest.json-": true,
		".manifest.json": false, ".bashrc": false, ".x-1": false, "manifest.json-1": false, ".settings-1x": false, "-1": false,
	} {
		if passing(path) != want {
			t.Errorf("%q is a passing file: %v, expected %v", path, !want, want)
		}
	}
}

// write makes an empty file, and its directory.
func write(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParts(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	for _, name := range []string{"raw", "segments-2", "index-2", "segments-10", "index-3", "summaries-4", "contexts-5", "index-x", "segments-007"} {
		write(t, d.Path(), "proc-1-0", name)
	}
	if err := os.Mkdir(filepath.Join(d.Path(), "proc-1-0", PartName(IndexName, 9)), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Parts("proc-1-0"); err != nil || !reflect.DeepEqual(got, []int{2, 3, 10}) {
		t.Errorf("%v, %v, expected 2, 3, 10", got, err)
	}
	for _, proc := range []string{"proc-2-0", "..", ManifestName} {
		if got, err := d.Parts(proc); err == nil {
			t.Errorf("%s has %v", proc, got)
		}
	}
}

func TestFilesAreWhatWasRecordedInOrder(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	want := []string{ManifestName, RefusedName, SettingsName, "sources/" + sha, "proc-1-0/raw", "proc-1-0/segments-0", "proc-2-0/names"}
	for _, name := range append([]string{"notes.txt", "lock", ".settings-12", "proc-1-0/core", "sources/x", "other/raw"}, want[1:]...) {
		write(t, d.Path(), name)
	}
	if os.Symlink(ManifestName, filepath.Join(d.Path(), "proc-2-0", "raw")) == nil && os.Symlink("proc-1-0", filepath.Join(d.Path(), "proc-3-0")) != nil {
		t.Fatal("only one of the links could be made")
	}
	files, err := d.Files()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Path)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, expected %q", got, want)
	}
	if size := files[0].Info.Size(); size == 0 {
		t.Error("the manifest is empty")
	}
}

func TestCreateAndRemoveFile(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	proc := filepath.Join(d.Path(), "proc-1-0")
	if _, err := d.CreateFile("proc-1-0", "index-0"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the directory: %v", err)
	}
	if err := os.Mkdir(proc, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := d.CreateFile("proc-1-0", "index-0")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if info, err := f.Stat(); err != nil || os.PathSeparator == '/' && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := d.CreateFile("proc-1-0", "index-0"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
	for _, bad := range [][2]string{{"proc-1-0", "notes"}, {"proc-1-0", "../settings"}, {"..", "settings"}, {"", "x"}, {"sources", "x"}} {
		_, err := d.CreateFile(bad[0], bad[1])
		wants(t, bad[1], err, "is no name of a file in a trace")
		wants(t, bad[1], d.RemoveFile(bad[0], bad[1]), "is no name of a file in a trace")
	}
	outside := write(t, t.TempDir(), "outside")
	if os.Symlink(outside, filepath.Join(proc, "raw")) == nil {
		if _, err := d.CreateFile("proc-1-0", "raw"); !errors.Is(err, fs.ErrExist) {
			t.Errorf("through a link: %v", err)
		}
		wants(t, "a link", d.RemoveFile("proc-1-0", "raw"), "is no regular file")
	}
	if os.Symlink(filepath.Dir(outside), filepath.Join(d.Path(), "proc-2-0")) == nil {
		_, err := d.CreateFile("proc-2-0", "raw")
		wants(t, "below a link", err, "is no directory")
		wants(t, "below a link", d.RemoveFile("proc-2-0", "raw"), "is no directory")
	}
	if err := d.RemoveFile("proc-1-0", "index-0"); err != nil {
		t.Error(err)
	}
	if err := d.RemoveFile("proc-1-0", "index-0"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestHolesDoNotCount(t *testing.T) {
	d := newTrace(t, filepath.Join(t.TempDir(), "x"), time.Time{})
	before, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	const hole, content = 64 << 20, 10_000
	path := write(t, d.Path(), "proc-1-0", "raw")
	if err := os.WriteFile(path, make([]byte, content), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Bytes(); err != nil || got != before+content {
		t.Errorf("%d bytes, %v, expected %d", got, err, before+content)
	}
	if err := os.Truncate(path, hole); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Bytes(); err != nil || os.PathSeparator == '/' && got >= hole {
		t.Errorf("%d bytes, %v, with a hole of %d", got, err, hole)
	}
}

package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/internal/store"
	"tracer/internal/zstd"
	"tracer/trace/tracetest"
)

const limit = 1 << 30

// newTrace makes a trace with files of all kinds.
func newTrace(t *testing.T) *store.Dir {
	t.Helper()
	path := tracetest.Write(t, tracetest.Spec{Sources: map[string]string{"/srv/app.py": "print()\n", "/srv/empty.py": ""}})
	d, err := store.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"settings": "settings", "refused": "7\twhy\n", "proc-1-0/control": strings.Repeat("c", 4096), "proc-1-0/names": "names",
		"proc-1-0/segments-0": strings.Repeat("s", 3*bufferSize+1), "proc-20-1/counters": "",
	} {
		f, err := d.AddFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(content); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// addSparse adds a file of size bytes with few that are not zero.
func addSparse(t *testing.T, d *store.Dir, size int64) {
	t.Helper()
	f, err := d.AddFile("proc-1-0/raw")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, at := range []int64{0, 5*hole - 1, bufferSize, size / 2, size - 1} {
		if _, err := f.WriteAt([]byte("x"), at); err != nil {
			t.Fatal(err)
		}
	}
}

// contents returns what is in the files of a trace, by their paths.
func contents(t *testing.T, d *store.Dir) map[string]string {
	t.Helper()
	files, err := d.Files()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		b, err := d.Read(1<<40, strings.Split(f.Path, "/")...)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Path] = string(b)
	}
	return all
}

func packed(t *testing.T, d *store.Dir) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Pack(t.Context(), d, &b, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	d := newTrace(t)
	const size = 64<<20 + 123
	addSparse(t, d, size)
	want := contents(t, d)
	// What does not belong to the recording stays out.
	for _, name := range []string{store.LockName, ".manifest.json-12", "notes.txt", "proc-1-0/core"} {
		if err := os.WriteFile(filepath.Join(d.Path(), name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var done, total int64
	var b bytes.Buffer
	err := Pack(t.Context(), d, &b, func(n, of int64) {
		if n <= done || of < n {
			t.Errorf("%d bytes of %d after %d", n, of, done)
		}
		done, total = n, of
	})
	if err != nil || done != total || total < size {
		t.Fatalf("%v after %d bytes of %d", err, done, total)
	}
	if b.Len() > 100_000 {
		t.Errorf("%d bytes: the holes were not packed well", b.Len())
	}
	got, err := Unpack(t.Context(), &b, filepath.Join(t.TempDir(), "a", "copy.trace"), limit)
	if err != nil {
		t.Fatal(err)
	}
	have := contents(t, got)
	for name := range want {
		if have[name] != want[name] {
			t.Errorf("%s has %d bytes, expected these %d", name, len(have[name]), len(want[name]))
		}
	}
	if len(have) != len(want) || len(want) != 10 {
		t.Errorf("%d files of %d, expected 10", len(have), len(want))
	}
	if bytes, err := got.Bytes(); err != nil || os.PathSeparator == '/' && bytes > 8<<20 {
		t.Errorf("%d bytes on disk, %v: the holes are gone", bytes, err)
	}
	private(t, got.Path())
	if err := store.Remove(got.Path()); err != nil {
		t.Error(err)
	}
}

// private fails the test if others may look into a trace, or if anything in it
// is not as in a new one.
func private(t *testing.T, path string) {
	t.Helper()
	err := filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = fs.ModeDir | 0o700
		}
		if err == nil && os.PathSeparator == '/' && info.Mode() != want {
			t.Errorf("%s has mode %v, expected %v", name, info.Mode(), want)
		}
		if e.Name() == store.LockName {
			t.Errorf("%s is left", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheArchiveIsATar(t *testing.T) {
	d := newTrace(t)
	files, err := d.Files()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range files {
		want = append(want, "test.trace/"+f.Path)
	}
	z, err := zstd.NewReader(bytes.NewReader(packed(t, d)))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := tar.NewReader(z)
	var names []string
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if h.Mode != 0o600 || h.Uid != 0 || h.Uname != "" {
			t.Errorf("%s has mode %o, owner %d %q", h.Name, h.Mode, h.Uid, h.Uname)
		}
	}
	if len(names) != 9 || names[0] != "test.trace/manifest.json" || !slices.Equal(names, want) {
		t.Errorf("%q, expected %q", names, want)
	}
}

func TestPackFile(t *testing.T) {
	d := newTrace(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "x"+Suffix)
	size, err := PackFile(t.Context(), d, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Size() != size || os.PathSeparator == '/' && info.Mode() != 0o600 {
		t.Errorf("%v, %v, expected %d bytes", info, err, size)
	}
	_, err = PackFile(t.Context(), d, path, nil)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "choose another -o or remove it") {
		t.Errorf("over a file: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := PackFile(stopped, d, filepath.Join(folder, "y"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if _, err := PackFile(t.Context(), d, filepath.Join(folder, "no", "y"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v, expected the first archive", left, err)
	}
}

func TestAFileThatAppearsMeanwhileIsKept(t *testing.T) {
	d, folder := newTrace(t), t.TempDir()
	path := filepath.Join(folder, "x")
	_, err := PackFile(t.Context(), d, path, func(int64, int64) {
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Error(err)
		}
	})
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if b, err := os.ReadFile(path); string(b) != "mine" {
		t.Errorf("%q, %v", b, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestPackRefuses(t *testing.T) {
	d := newTrace(t)
	l, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	err = Pack(t.Context(), d, io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "it is being written; pack it when the recording has ended") {
		t.Errorf("a trace that is being written: %v", err)
	}
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := d.RemoveFile("", store.ManifestName); err != nil {
		t.Fatal(err)
	}
	if err := Pack(t.Context(), d, io.Discard, nil); err == nil || !strings.Contains(err.Error(), "it has no manifest.json") {
		t.Errorf("a trace without a manifest: %v", err)
	}
}

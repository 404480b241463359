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
	"strings"
	"testing"

	"tracer/internal/store"
	"tracer/internal/zstd"
)

// compress returns b in zstd.
func compress(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// tarOf makes a tar of entries; the first is the manifest of a trace if there is none.
func tarOf(t testing.TB, entries ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range entries {
		content := []byte("{}" + strings.Repeat(" ", 1<<10))[:h.Size]
		if h.Typeflag != tar.TypeReg && h.Typeflag != 0 {
			content = nil
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func file(name string) tar.Header { return tar.Header{Name: name, Size: 10} }

var manifest = file("x.trace/manifest.json")

func TestUnpackHostile(t *testing.T) {
	link := func(kind byte, name string) tar.Header {
		return tar.Header{Typeflag: kind, Name: name, Linkname: "/etc/passwd"}
	}
	whole := tarOf(t, manifest, file("x.trace/proc-1-0/names"))
	good := compress(t, whole)
	flipped := bytes.Clone(good)
	flipped[len(flipped)-1] ^= 1
	tests := map[string]struct {
		archive []byte
		want    string
	}{
		"nothing":               {nil, "no packed trace: it is empty"},
		"text":                  {[]byte("This is no archive. This is no archive."), "no packed trace: "},
		"an empty tar":          {compress(t, tarOf(t)), "no packed trace: it is empty"},
		"no tar":                {compress(t, bytes.Repeat([]byte("text"), 1000)), "no packed trace: archive/tar: invalid tar header"},
		"no zstd":               {whole, "no packed trace: "},
		"another tar":           {compress(t, tarOf(t, file("project/main.c"))), `it begins with "project/main.c", expected manifest.json in a folder`},
		"no folder":             {compress(t, tarOf(t, file("manifest.json"))), "expected manifest.json in a folder"},
		"a root":                {compress(t, tarOf(t, file("/manifest.json"))), `"/manifest.json" is no file of a trace`},
		"another folder":        {compress(t, tarOf(t, manifest, file("y.trace/settings"))), `"y.trace/settings" is no file of a trace in the folder "x.trace"`},
		"an absolute path":      {compress(t, tarOf(t, manifest, file("/x.trace/settings"))), "is no file of a trace"},
		"a way up":              {compress(t, tarOf(t, manifest, file("x.trace/../settings"))), "is no file of a trace"},
		"a way up in a process": {compress(t, tarOf(t, manifest, file("x.trace/proc-1-0/../../../settings"))), "is no file of a trace"},
		"an unknown file":       {compress(t, tarOf(t, manifest, file("x.trace/.bashrc"))), "is no file of a trace"},
		"the lock":              {compress(t, tarOf(t, manifest, file("x.trace/lock"))), "is no file of a trace"},
		"a symbolic link":       {compress(t, tarOf(t, manifest, link(tar.TypeSymlink, "x.trace/settings"))), `"x.trace/settings" is no regular file, but of type '2'`},
		"a hard link":           {compress(t, tarOf(t, manifest, link(tar.TypeLink, "x.trace/settings"))), "is no regular file"},
		"a pipe":                {compress(t, tarOf(t, manifest, link(tar.TypeFifo, "x.trace/settings"))), "is no regular file"},
		"a device":              {compress(t, tarOf(t, manifest, link(tar.TypeChar, "x.trace/settings"))), "is no regular file"},
		"a directory":           {compress(t, tarOf(t, manifest, link(tar.TypeDir, "x.trace/settings/"))), "is no file of a trace"},
		"a manifest link":       {compress(t, tarOf(t, link(tar.TypeSymlink, "x.trace/manifest.json"))), "is no regular file"},
		"a file twice":          {compress(t, tarOf(t, manifest, file("x.trace/settings"), file("x.trace/settings"))), `"x.trace/settings" is in it twice`},
		"the manifest twice":    {compress(t, tarOf(t, manifest, manifest)), "is in it twice"},
		"a broken manifest":     {compress(t, tarOf(t, tar.Header{Name: manifest.Name, Size: 1})), "manifest.json: unexpected end of JSON input"},
		"a large manifest":      {compress(t, sized(t, manifest.Name, maxManifest+1)), "has 67108865 bytes, expected at most 67108864"},
		"too much":              {compress(t, append(tarOf(t, manifest)[:1024], sized(t, "x.trace/settings", limit-9)...)), "it holds more than 1073741824 bytes; allow more with --max-size"},
		"a cut file":            {compress(t, whole[:1024+512+5]), "damaged archive: it ends too early"},
		"a cut stream":          {good[:len(good)-5], "it ends too early"},
		"a wrong checksum":      {flipped, "damaged archive after 2 files: "},
		"bytes behind the end":  {compress(t, append(bytes.Clone(whole), 1)), "bytes follow its end"},
		"a sea of zeros":        {compress(t, append(bytes.Clone(whole), make([]byte, maxRest+1)...)), "more than 1048576 zeros follow its end"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			path := filepath.Join(parent, "got")
			_, err := Unpack(t.Context(), bytes.NewReader(tt.archive), path, limit)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, expected %q", err, tt.want)
			}
			if err != nil && !errors.As(err, new(*CorruptError)) && !errors.As(err, new(*LimitError)) {
				t.Errorf("%v has no type", err)
			}
			if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
				t.Errorf("left are %v, %v", left, err)
			}
		})
	}
	d, err := Unpack(t.Context(), bytes.NewReader(compress(t, append(whole, make([]byte, 10240)...))), filepath.Join(t.TempDir(), "got"), 20)
	if err != nil {
		t.Fatalf("the good one: %v", err)
	}
	if got := contents(t, d); len(got) != 2 || got["proc-1-0/names"] != "{}        " {
		t.Errorf("%q", got)
	}
}

// sized is the head of an entry that claims a size.
func sized(t *testing.T, name string, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tar.NewWriter(&b).WriteHeader(&tar.Header{Name: name, Size: size}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpackOverwritesNothing(t *testing.T) {
	archive := packed(t, newTrace(t))
	path := t.TempDir()
	if _, err := Unpack(t.Context(), bytes.NewReader(archive), path, limit); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(path); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// stopReader calls stop after some bytes.
type stopReader struct {
	io.Reader
	left int
	stop func()
}

func (r *stopReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b[:min(len(b), 100)])
	if r.left -= n; r.left < 0 {
		r.stop()
	}
	return n, err
}

func TestUnpackIsATraceOnlyWhenItIsWhole(t *testing.T) {
	d := newTrace(t)
	addSparse(t, d, 64<<20)
	archive := packed(t, d)
	parent := t.TempDir()
	path := filepath.Join(parent, "got.trace")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	looked := false
	_, err := Unpack(ctx, &stopReader{bytes.NewReader(archive), len(archive) / 2, func() {
		half, err := store.OpenDir(path)
		if err == nil && !looked {
			looked = true
			if _, err := half.ReadManifest(); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("half a trace has a manifest: %v", err)
			}
			if state, err := half.State(); state != store.Recording {
				t.Errorf("half a trace is %q, %v", state, err)
			}
		}
		cancel()
	}}, path, limit)
	if !errors.Is(err, context.Canceled) || !looked {
		t.Errorf("%v, looked: %v", err, looked)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

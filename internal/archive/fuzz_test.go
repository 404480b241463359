package archive

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/store"
)

// What is unpacked, of whatever bytes, is a trace within its limit, and packed and
// unpacked again the same; or there is nothing. The bytes are those of a tar, or
// of what it is in.
func FuzzUnpack(f *testing.F) {
	whole := tarOf(f, manifest, file("x.trace/settings"), file("x.trace/proc-1-0/segments-0"))
	f.Add(whole, false)
	f.Add(compress(f, whole), true)
	f.Add(tarOf(f, manifest, file("x.trace/../../escape")), false)
	const limit = 1 << 20
	f.Fuzz(func(t *testing.T, data []byte, packedAlready bool) {
		if !packedAlready {
			data = compress(t, data)
		}
		parent := t.TempDir()
		path := filepath.Join(parent, "x.trace")
		d, err := Unpack(t.Context(), bytes.NewReader(data), path, limit)
		left, rerr := os.ReadDir(parent)
		if rerr != nil {
			t.Fatal(rerr)
		}
		if err != nil {
			if len(left) != 0 {
				t.Errorf("%v, and left are %v", err, left)
			}
			return
		}
		if len(left) != 1 {
			t.Errorf("beside the trace are %v", left)
		}
		private(t, path)
		if _, err := store.Removable(path); err != nil {
			t.Error(err)
		}
		want := contents(t, d)
		again, err := Unpack(t.Context(), bytes.NewReader(packed(t, d)), filepath.Join(parent, "again"), limit)
		if err != nil {
			t.Fatal(err)
		}
		var sum int
		got := contents(t, again)
		for name, content := range want {
			if sum += len(content); got[name] != content {
				t.Errorf("%s is not the same again", name)
			}
		}
		if len(got) != len(want) || sum > limit {
			t.Errorf("%d files of %d, %d bytes", len(got), len(want), sum)
		}
	})
}

package sys

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestHolesTakeNoDisk(t *testing.T) {
	const size = 64 << 20
	f, err := os.Create(filepath.Join(t.TempDir(), "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	bytes := func() int64 {
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		return DiskBytes(info)
	}
	if got := bytes(); os.PathSeparator == '/' && got >= size/2 {
		t.Errorf("a hole of %d bytes takes %d", size, got)
	}
	err = Allocate(f, 0, size)
	if errors.As(err, new(*UnsupportedError)) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes(); got < size {
		t.Errorf("%d bytes that are allocated take %d", size, got)
	}
}

package sys

import (
	"os"
	"path/filepath"
	"testing"
)

func TestViewOfAFile(t *testing.T) {
	for _, want := range []string{"", "some bytes"} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, end, err := View(f)
		if err != nil || string(got) != want {
			t.Errorf("%q, %v, expected %q", got, err, want)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

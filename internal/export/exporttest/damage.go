package exporttest

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Damage flips so many bytes of the files of a trace's processes, wherever they lie.
func Damage(tb testing.TB, path string, rnd *rand.Rand, bytes int) {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(path, "proc-*", "*"))
	if err != nil {
		tb.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(file string) bool { // they would leave no trace at all
		base := filepath.Base(file)
		return base == "control" || base == "raw"
	})
	for range bytes {
		file := files[rnd.IntN(len(files))]
		b, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		if len(b) == 0 {
			continue
		}
		b[rnd.IntN(len(b))] ^= byte(1 + rnd.IntN(255))
		if err := os.WriteFile(file, b, fs.FileMode(0o600)); err != nil {
			tb.Fatal(err)
		}
	}
}

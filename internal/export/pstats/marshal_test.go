package pstats

import (
	"bufio"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/export/exporttest"
)

// TestPythonReadsMarshal compares numbers and texts with what Python reads.
func TestPythonReadsMarshal(t *testing.T) {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	m := marshal{w}
	numbers := []uint64{0, 1, 255, math.MaxInt32, math.MaxInt32 + 1, 1<<45 - 1, 1 << 45, math.MaxUint64}
	m.dict()
	for i, n := range numbers {
		m.int(n)
		m.tuple(2)
		m.float(float64(i) / 3)
		m.text("größe\xff")
	}
	m.end()
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := exporttest.Run(t, exporttest.Python(t), "-c", `
import marshal, sys
d = marshal.load(open(sys.argv[1], "rb"))
print(*d, [f * 3 for f, _ in d.values()], ascii({s for _, s in d.values()}))
`, path)
	const want = `0 1 255 2147483647 2147483648 35184372088831 35184372088832 18446744073709551615 [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] {'gr\xf6\xdfe\ufffd'}`
	if strings.TrimSpace(got) != want {
		t.Errorf("%s, expected\n%s", got, want)
	}
}

//go:build unix

package stringtable

import (
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"tracer/stringtable/sample"
)

// fenced returns memory between pages that cannot be read.
func fenced(t *testing.T, size int) []byte {
	page := os.Getpagesize()
	size = (size + page - 1) / page * page
	b, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatalf("map memory: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(b) })
	for _, fence := range [][]byte{b[:page], b[page+size:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatalf("protect memory: %v", err)
		}
	}
	return b[page:][:size]
}

// put copies s to the end or to the begin of memory.
func put(memory []byte, s string, end bool) []byte {
	at := memory[:len(s)]
	if end {
		at = memory[len(memory)-len(s):]
	}
	copy(at, s)
	return at
}

// Nothing is read before or behind a string or an image: each lies beside a page that cannot be read.
func TestNothingIsReadBesideStringsAndImages(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 10)
	sets := map[string][]string{
		"sixteen": sample.Sixteen(), "many": sample.Modules(rand.New(rand.NewPCG(15, 16)), 100),
		"deep": {long[:130], long[:150], long[:9] + "x", long[:64], long[:65], "012"},
	}
	for i := range 12 {
		sets["common"] = append(sets["common"], long[:20+i]+"x")
	}
	strings, images := fenced(t, 4096), fenced(t, 1<<16)
	for name, prefixes := range sets {
		for _, end := range []bool{true, false} {
			table, err := Open(put(images, string(build(t, prefixes).Image()), end))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			asked := 0
			for _, p := range append(prefixes, long, "") {
				for _, s := range []string{p + ".x", p + long} {
					for size := max(0, len(p)-12); size <= len(s); size += 1 + size/40 {
						at := put(strings, s[:size], end)
						longest, shortest := reference(prefixes).match(s[:size])
						check(t, table, unsafe.String(unsafe.SliceData(at), size), longest, shortest)
						asked++
					}
				}
			}
			if asked < 100 {
				t.Errorf("%s: %d strings: the test has lost its sense", name, asked)
			}
		}
	}
}

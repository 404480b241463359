package stringtable

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// images returns images of each sort.
func images(t testing.TB) map[string][]byte {
	all := map[string][]byte{}
	r := rand.New(rand.NewPCG(11, 12))
	for name, set := range sets {
		for size, n := range map[string]int{"none": 0, "one": 1, "some": 12, "many": 400} {
			all[name+", "+size] = build(t, set(r, n)).Image()
		}
	}
	return all
}

// resign makes the checksum right.
func resign(image []byte) {
	if len(image) > headerSize {
		binary.LittleEndian.PutUint32(image[12:], crc32.Checksum(image[summedFrom:], castagnoli))
	}
}

func TestEachByteCounts(t *testing.T) {
	for name, image := range images(t) {
		image := slices.Clone(image)
		for at := 0; at < len(image); at += 1 + len(image)/2048 {
			for _, flip := range []byte{1, 0x80} {
				image[at] ^= flip
				_, err := Open(image)
				if _, ok := errors.AsType[*CorruptError](err); !ok {
					t.Fatalf("%s: byte %d of %d: %v", name, at, len(image), err)
				}
				image[at] ^= flip
			}
		}
		if _, err := Open(image); err != nil {
			t.Fatal(err)
		}
	}
}

func TestImagesOfAnotherLengthAreRefused(t *testing.T) {
	for name, image := range images(t) {
		for _, n := range []int{0, 1, 7, headerSize - 1, headerSize, len(image) / 2, len(image) - 1, len(image) + 1} {
			other := append(slices.Clone(image), 0)[:n]
			for range 2 {
				if _, err := Open(other); err == nil {
					t.Errorf("%s: %d bytes of %d: no error", name, n, len(image))
				}
				resign(other) // but the length is said in the header
			}
		}
	}
}

// Damage with a right checksum, as a program with an error would write it, is refused or makes wrong answers, within bounds.
func TestForgedImagesDoNotPanic(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	opened, refused := 0, 0
	for _, image := range images(t) {
		for range 60 {
			forged := slices.Clone(image)
			for range 1 + r.IntN(3) {
				forged[summedFrom+r.IntN(len(forged)-summedFrom)] = byte(r.Uint32())
			}
			resign(forged)
			table, err := Open(forged)
			if err != nil {
				refused++
				continue
			}
			opened++
			ask(t, table)
		}
	}
	if opened < 20 || refused < 500 {
		t.Errorf("%d opened, %d refused: the test has lost its sense", opened, refused)
	}
}

// ask asks a table: all it says is one of its prefixes or nothing, on each unit the same.
func ask(t testing.TB, table *Table) {
	t.Helper()
	n := table.Len()
	texts := []string{"", "a", "os", "\x00", strings.Repeat("ab", 100), strings.Repeat("common.", 30)}
	for i := 0; i < n; i += 1 + n/60 {
		texts = append(texts, table.Prefix(i), table.Prefix(i)+".x")
		if parent, ok := table.Parent(i); ok != (parent >= 0) || parent >= n {
			t.Fatalf("Parent(%d) = %d, %v of %d", i, parent, ok, n)
		}
	}
	for _, s := range texts {
		index, ok := table.Match(s)
		if ok != (index >= 0) || index >= n || ok && !strings.HasPrefix(s, table.Prefix(index)) {
			t.Fatalf("Match(%q) = %d, %v of %d", s, index, ok, n)
		}
		for _, u := range units() {
			with := *table
			with.use(u)
			if got, _ := with.Match(s); got != index {
				t.Fatalf("Match(%q) = %d with %v, expected %d", s, got, u, index)
			}
		}
		if shortest, ok := table.Shortest(s); ok != (index >= 0) || shortest >= n {
			t.Fatalf("Shortest(%q) = %d, %v of %d", s, shortest, ok, n)
		}
	}
}

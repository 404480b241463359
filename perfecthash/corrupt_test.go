package perfecthash

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"testing"
)

// images returns a table of each sort, as bytes, some larger than others.
func images(t testing.TB) map[string][]byte {
	numbers := randomNumbers(2000, 9)
	var texts []string
	for i := range 300 {
		texts = append(texts, fmt.Sprint("text ", i*i))
	}
	all := map[string][]byte{}
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			for _, n := range []int{0, 3, 2000} {
				all[fmt.Sprint(algorithm, check, n)] = written(t, build(t, Uint64s(numbers[:n]), Options{Algorithm: algorithm, Check: check}))
			}
			all[fmt.Sprint(algorithm, check, "texts")] = written(t, build(t, Strings(texts), Options{Algorithm: algorithm, Check: check}))
		}
	}
	return all
}

func TestEachByteCounts(t *testing.T) {
	for name, image := range images(t) {
		step := 1 + len(image)/4096
		for at := 0; at < len(image); at += step {
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

func TestTablesOfAnotherLengthAreRefused(t *testing.T) {
	for name, image := range images(t) {
		for _, n := range []int{0, 1, 7, headerSize - 1, headerSize, len(image) / 2, len(image) - 1} {
			if n < len(image) {
				if _, err := OpenQuick(slices.Clone(image[:n])); err == nil {
					t.Errorf("%s: %d bytes of %d: no error", name, n, len(image))
				}
			}
		}
		if _, err := OpenQuick(append(slices.Clone(image), 0)); err == nil {
			t.Errorf("%s: a byte more: no error", name)
		}
	}
}

// Damage whose checksums are right, as a program with an error would write it, is either refused
// or makes wrong answers, but no panic; those are within bounds.
func TestForgedTablesDoNotPanic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	opened, refused := 0, 0
	for name, image := range images(t) {
		for range 300 {
			forged := slices.Clone(image)
			for range 1 + r.IntN(4) {
				at := 12 + r.IntN(len(forged)-12)
				if r.IntN(2) == 0 {
					at = 12 + r.IntN(min(len(forged), 600)-12)
				}
				forged[at] = byte(r.Uint32())
			}
			resign(forged)
			quick, err := OpenQuick(forged)
			if err == nil {
				ask(t, name, quick)
			}
			whole, err := Open(forged)
			if err != nil {
				refused++
				continue
			}
			opened++
			ask(t, name, whole)
		}
	}
	if opened < 100 || refused < 100 {
		t.Errorf("%d opened, %d refused: the test has lost its sense", opened, refused)
	}
}

// resign makes the checksums right, as far as the sections can be found.
func resign(image []byte) {
	end := uint64(headerSize)
	for i := range sectionCount {
		record := image[sectionAt+sectionRecord*i:]
		size, at := binary.LittleEndian.Uint64(record), aligned(end)
		if at > uint64(len(image)) || size > uint64(len(image))-at {
			break
		}
		end = at + size
		binary.LittleEndian.PutUint32(record[8:], crc32.Checksum(image[at:end], castagnoli))
	}
	binary.LittleEndian.PutUint32(image[headerSize-4:], crc32.Checksum(image[:headerSize-4], castagnoli))
}

// ask looks up some keys.
func ask(t testing.TB, name string, table *Table) {
	var numbers [1]int
	for i := range uint64(200) {
		number, ok := table.FindUint64(mix(i))
		if ok && (number < 0 || number >= table.Len()) {
			t.Fatalf("%s: number %d of %d", name, number, table.Len())
		}
		number, ok = table.FindString(fmt.Sprint("text ", i*i))
		if ok && (number < 0 || number >= table.Len()) {
			t.Fatalf("%s: number %d of %d", name, number, table.Len())
		}
		if table.FindUint64s([]uint64{mix(i)}, numbers[:]); numbers[0] >= max(table.Len(), 1) {
			t.Fatalf("%s: number %d of %d", name, numbers[0], table.Len())
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	image := written(t, build(t, Uint64s(randomNumbers(100, 1)), Options{}))
	change := func(at int, b ...byte) []byte {
		c := slices.Clone(image)
		copy(c[at:], b)
		return c
	}
	for _, c := range []struct {
		image []byte
		want  string
	}{
		{nil, `perfect hash table, byte 0: begins with "", expected "perfhash"`},
		{image[:100], "perfect hash table, byte 100: ends within the header of 192 bytes"},
		{bytes.Repeat([]byte("x"), 200), `perfect hash table, byte 0: begins with "xxxxxxxx", expected "perfhash"`},
		{change(8, 7), "perfect hash table, byte 8: version 7, expected 1"},
		{image[:len(image)-1], fmt.Sprintf("perfect hash table, byte 32: is %d bytes long, expected %d", len(image)-1, len(image))},
	} {
		if _, err := Open(c.image); err == nil || err.Error() != c.want {
			t.Errorf("%v, expected %s", err, c.want)
		}
	}
}

package perfecthash

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// allChecks are the checks, allAlgorithms the algorithms, each combination of which most tests try.
var (
	allChecks     = []Check{CheckNone, Check8, Check16, Check32, CheckKeys}
	allAlgorithms = []Algorithm{PHast, CHM}
)

// randomNumbers returns n numbers that differ.
func randomNumbers(n int, seed uint64) []uint64 {
	r := rand.New(rand.NewPCG(seed, 1))
	keys := make([]uint64, n)
	for i := range keys {
		keys[i] = mix(r.Uint64()<<32 | uint64(i))
	}
	return keys
}

func build(t testing.TB, keys Keys, o Options) *Table {
	t.Helper()
	table, err := Build(context.Background(), keys, o)
	if err != nil {
		t.Fatalf("%v: %v", o, err)
	}
	return reopened(t, table)
}

// reopened returns the table as it is after it was written and read, and demands that it is
// written the same again.
func reopened(t testing.TB, table *Table) *Table {
	t.Helper()
	image := written(t, table)
	again, err := Open(image)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written(t, again), image) {
		t.Fatal("written differently the second time")
	}
	return again
}

func written(t testing.TB, table *Table) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := table.WriteTo(&b)
	if err != nil || n != int64(b.Len()) || n != table.Size().File {
		t.Fatalf("wrote %d bytes, said %d, Size %d: %v", b.Len(), n, table.Size().File, err)
	}
	return b.Bytes()
}

// checkEach demands that find is a bijection from the keys to 0 … n-1.
func checkEach[K any](t testing.TB, table *Table, keys []K, find func(K) (int, bool)) {
	t.Helper()
	if table.Len() != len(keys) {
		t.Fatalf("Len() = %d, expected %d", table.Len(), len(keys))
	}
	seen := make([]bool, len(keys))
	for i, key := range keys {
		number, ok := find(key)
		switch {
		case !ok:
			t.Fatalf("%v %v: key %v is not found", table.algorithm, table.check, key)
		case number < 0 || number >= len(keys):
			t.Fatalf("%v %v: key %v has number %d of %d", table.algorithm, table.check, key, number, len(keys))
		case seen[number]:
			t.Fatalf("%v %v: number %d is there twice", table.algorithm, table.check, number)
		case table.algorithm == CHM && number != i:
			t.Fatalf("key %d has number %d: not in order", i, number)
		}
		seen[number] = true
	}
}

func TestEverySizeFrom0To10000(t *testing.T) {
	all := randomNumbers(10_000, 1)
	sizes := 0
	for n := 0; n <= len(all); n++ {
		sizes++
		if underRace && n > 500 && n%41 != 0 {
			continue // without it all are tried; what goroutines share is the same in each
		}
		keys := all[:n]
		o := Options{Check: allChecks[n%len(allChecks)], Seed: uint64(n)}
		if n%7 == 0 {
			o.Algorithm = CHM
		}
		table := build(t, Uint64s(keys), o)
		checkEach(t, table, keys, table.FindUint64)
	}
	if sizes != 10_001 {
		t.Fatalf("%d sizes", sizes)
	}
}

func TestEveryCombination(t *testing.T) {
	numbers := randomNumbers(3000, 2)
	small := make([]uint32, 3000)
	texts := make([]string, 3000)
	for i := range small {
		small[i] = uint32(i) * 77
		texts[i] = strings.Repeat("x", i%50) + fmt.Sprint(i)
	}
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			for _, n := range []int{0, 1, 2, 15, 64, 500, 3000} {
				t.Run(fmt.Sprintf("%v %v %d", algorithm, check, n), func(t *testing.T) {
					o := Options{Algorithm: algorithm, Check: check}
					table := build(t, Uint64s(numbers[:n]), o)
					checkEach(t, table, numbers[:n], table.FindUint64)
					table = build(t, Uint32s(small[:n]), o)
					checkEach(t, table, small[:n], func(k uint32) (int, bool) { return table.FindUint64(uint64(k)) })
					table = build(t, Strings(texts[:n]), o)
					checkEach(t, table, texts[:n], table.FindString)
					checkEach(t, table, texts[:n], func(k string) (int, bool) { return table.FindBytes([]byte(k)) })
					checkEach(t, table, texts[:n], func(k string) (int, bool) {
						var number [1]int
						table.FindStrings([]string{k}, number[:])
						return number[0], number[0] >= 0
					})
				})
			}
		}
	}
}

// Keys that follow each other are the usual ones, and random ones the easy case.
func TestKeysInPatterns(t *testing.T) {
	patterns := map[string]func(i uint64) uint64{
		"one after the other": func(i uint64) uint64 { return i },
		"multiples of 4096":   func(i uint64) uint64 { return i * 4096 },
		"high halves only":    func(i uint64) uint64 { return i << 32 },
		"top bits only":       func(i uint64) uint64 { return i << 46 },
		"addresses":           func(i uint64) uint64 { return 0x7f0000000000 + 48*i },
		"bits mirrored":       func(i uint64) uint64 { return i<<40 | i },
		"negative":            func(i uint64) uint64 { return -i },
	}
	const n = 100_000
	for name, pattern := range patterns {
		t.Run(name, func(t *testing.T) {
			keys := make([]uint64, n)
			for i := range keys {
				keys[i] = pattern(uint64(i))
			}
			table := build(t, Uint64s(keys), Options{})
			checkEach(t, table, keys, table.FindUint64)
			if bits := float64(table.Size().Function*8) / n; bits > 2.1 {
				t.Errorf("%.3f bits a key: the hash function does not spread these keys", bits)
			}
		})
	}
}

func TestSeveralAreasAndWorkers(t *testing.T) {
	keys := randomNumbers(900_000, 3) // three areas
	var images [][]byte
	for _, workers := range []int{1, 2, 7} {
		table := build(t, Uint64s(keys), Options{Workers: workers})
		checkEach(t, table, keys, table.FindUint64)
		if bits := float64(table.Size().Function*8) / float64(len(keys)); bits > 2.05 {
			t.Errorf("%.3f bits a key", bits)
		}
		images = append(images, written(t, table))
	}
	if !bytes.Equal(images[0], images[1]) || !bytes.Equal(images[0], images[2]) {
		t.Error("the table depends on the number of workers")
	}
	slices.Reverse(keys)
	if !bytes.Equal(images[0], written(t, build(t, Uint64s(keys), Options{}))) {
		t.Error("the table depends on the order of the keys")
	}
}

func TestForeignKeysAreNotFound(t *testing.T) {
	const n, asked = 20_000, 1 << 20
	keys := randomNumbers(n, 4)
	wrong := map[Check]int{CheckNone: asked, Check8: asked >> 8, Check16: asked >> 16, Check32: 0, CheckKeys: 0}
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			table := build(t, Uint64s(keys), Options{Check: check, Algorithm: algorithm})
			found := 0
			for i := range uint64(asked) {
				if _, ok := table.FindUint64(mix(i<<32 | 1<<31)); ok {
					found++
				}
			}
			want := wrong[check]
			// Five times the deviation of a count that is random.
			off := found - want
			if algorithm == CHM || check == CheckNone {
				off = max(off, 0) // of some foreign keys it is clear that they are
			}
			if off*off > 25*(want+1) {
				t.Errorf("%v %v: %d of %d foreign keys found, expected about %d", algorithm, check, found, asked, want)
			}
		}
	}
}

func TestKeysOfAnotherKindAreNotFound(t *testing.T) {
	numbers := build(t, Uint64s([]uint64{1, 2, 3}), Options{Check: CheckNone})
	texts := build(t, Strings([]string{"1", "2", "3"}), Options{Check: CheckNone})
	small := build(t, Uint32s([]uint32{7}), Options{Check: CheckKeys})
	for what, ok := range map[string]bool{
		"a string among numbers":   second(numbers.FindString("1")),
		"a number among strings":   second(texts.FindUint64(1)),
		"2^32+7 among small ones":  second(small.FindUint64(1<<32 + 7)),
		"a number in an empty set": second(build(t, Uint64s(nil), Options{Check: CheckNone}).FindUint64(0)),
	} {
		if ok {
			t.Errorf("%s is found", what)
		}
	}
	if _, ok := small.FindUint64(7); !ok {
		t.Error("7 is not found")
	}
	out := []int{5, 5}
	texts.FindUint64s([]uint64{1, 2}, out)
	if !slices.Equal(out, []int{-1, -1}) {
		t.Error(out)
	}
}

func second(_ int, ok bool) bool { return ok }

func TestManyAtOnceAreThoseOneByOne(t *testing.T) {
	keys := randomNumbers(5000, 5)
	asked := append(slices.Clone(keys), randomNumbers(5001, 6)...)
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			table := build(t, Uint64s(keys), Options{Check: check, Algorithm: algorithm})
			numbers := make([]int, len(asked)+1)
			numbers[len(asked)] = 77
			table.FindUint64s(asked, numbers)
			if numbers[len(asked)] != 77 {
				t.Fatal("written beyond the keys")
			}
			for i, key := range asked {
				number, ok := table.FindUint64(key)
				if !ok {
					number = -1
				}
				if numbers[i] != number {
					t.Fatalf("%v %v: key %d: %d of many, %d alone", algorithm, check, key, numbers[i], number)
				}
			}
		}
	}
}

func TestLookUpsAllocateNothing(t *testing.T) {
	numbers := build(t, Uint64s(randomNumbers(1000, 7)), Options{})
	texts := build(t, Strings([]string{"a", "bb", "ccc"}), Options{Check: CheckKeys})
	key, out := []byte("bb"), make([]int, 2)
	for what, f := range map[string]func(){
		"FindUint64":  func() { numbers.FindUint64(12345) },
		"FindString":  func() { texts.FindString("ccc") },
		"FindBytes":   func() { texts.FindBytes(key) },
		"FindUint64s": func() { numbers.FindUint64s([]uint64{1, 2}, out) },
		"FindStrings": func() { texts.FindStrings([]string{"a", "x"}, out) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
}

func TestWordsAreLittleEndian(t *testing.T) {
	var b []byte
	for _, v := range []uint64{1, 1 << 40, 99} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	table := build(t, Words64(append(b, 1, 2, 3)), Options{Check: CheckKeys})
	checkEach(t, table, []uint64{1, 1 << 40, 99}, table.FindUint64)
	table = build(t, Words32(b[:8]), Options{Check: CheckKeys})
	checkEach(t, table, []uint64{1, 0}, table.FindUint64)
}

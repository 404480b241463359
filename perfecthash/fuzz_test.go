package perfecthash

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// FuzzOpen: bytes are a table that can be asked anything, or a *CorruptError.
func FuzzOpen(f *testing.F) {
	for _, n := range []int{0, 1, 40} {
		for _, algorithm := range allAlgorithms {
			f.Add(written(f, build(f, Uint64s(randomNumbers(n, 1)), Options{Algorithm: algorithm})), true)
		}
	}
	f.Add(written(f, build(f, Strings([]string{"", "a", "bc"}), Options{Check: CheckKeys})), false)
	f.Fuzz(func(t *testing.T, image []byte, sign bool) {
		if sign && len(image) >= headerSize {
			image = slices.Clone(image)
			resign(image)
		}
		if table, err := OpenQuick(image); err == nil {
			ask(t, "quick", table)
		}
		table, err := Open(image)
		if err != nil {
			if _, ok := errors.AsType[*CorruptError](err); !ok || table != nil {
				t.Fatalf("%v, %v", table, err)
			}
			return
		}
		ask(t, "whole", table)
		if !bytes.Equal(written(t, table), image) {
			t.Error("written differently")
		}
	})
}

// FuzzBuild: any keys are a table in which each is found, or a duplicate is named that is one.
func FuzzBuild(f *testing.F) {
	f.Add([]byte("a\nb\nc"), byte(0), byte(0))
	f.Add([]byte("a\na"), byte(4), byte(1))
	f.Add([]byte{}, byte(1), byte(2))
	f.Add([]byte("0123456789abcdef0123456789abcdef"), byte(2), byte(3))
	f.Fuzz(func(t *testing.T, text []byte, check, algorithm byte) {
		o := Options{Check: CheckNone + Check(check%5), Algorithm: Algorithm(algorithm % 2)}
		lines := bytes.Split(text, []byte{'\n'})
		if len(lines[len(lines)-1]) == 0 {
			lines = lines[:len(lines)-1]
		}
		ask := func(keys Keys, n int, twice map[string]int, find func(*Table, int) (int, bool)) {
			table, err := Build(context.Background(), keys, o)
			if d, ok := errors.AsType[*DuplicateError](err); ok {
				name := string(d.Bytes)
				if d.Kind != KindBytes {
					name = string(binary.LittleEndian.AppendUint64(nil, d.Number))
				}
				if twice[name] < 2 {
					t.Fatalf("%v, which is there %d times", err, twice[name])
				}
				return
			}
			if err != nil || len(twice) != n {
				t.Fatalf("%d keys, %d of which differ: %v", n, len(twice), err)
			}
			all := make([]int, n)
			for i := range all {
				all[i] = i
			}
			table = reopened(t, table)
			checkEach(t, table, all, func(i int) (int, bool) { return find(table, i) })
		}
		count := map[string]int{}
		for _, line := range lines {
			count[string(line)]++
		}
		ask(Separated(text, '\n'), len(lines), count, func(table *Table, i int) (int, bool) { return table.FindBytes(lines[i]) })
		words := map[string]int{}
		for i := 0; i+8 <= len(text); i += 8 {
			words[string(text[i:i+8])]++
		}
		ask(Words64(text), len(text)/8, words, func(table *Table, i int) (int, bool) {
			return table.FindUint64(binary.LittleEndian.Uint64(text[8*i:]))
		})
	})
}

package cli

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"tracer/perfecthash"
)

// keyBench has the keys in the form that look-ups take them in.
type keyBench struct {
	n       int
	numbers []uint64 // all, or
	texts   []string // all
	asked   []int    // which are looked up
	out     []int
	sum     int // of the numbers found, so that no look-up is left out
}

func newKeyBench(o *perfecthashBench, keys *keySet) *keyBench {
	const least, most = 100_000, 1_000_000 // look-ups
	b := &keyBench{numbers: keys.numbers}
	switch {
	case o.as == "strings":
		for rest := keys.content; len(rest) > 0; {
			var key []byte
			key, rest, _ = bytes.Cut(rest, []byte{o.separator()})
			b.texts = append(b.texts, string(key))
		}
	case o.binary && o.as == "uint32":
		for c := keys.content; len(c) > 0; c = c[4:] {
			b.numbers = append(b.numbers, uint64(binary.LittleEndian.Uint32(c)))
		}
	case o.binary:
		for c := keys.content; len(c) > 0; c = c[8:] {
			b.numbers = append(b.numbers, binary.LittleEndian.Uint64(c))
		}
	}
	b.n = len(b.numbers) + len(b.texts)
	r := rand.New(rand.NewPCG(1, 2))
	if b.n > 0 {
		b.asked = make([]int, min(max(b.n, least), most))
	}
	for i := range b.asked {
		b.asked[i] = r.IntN(b.n)
	}
	b.out = make([]int, len(b.asked))
	return b
}

// chosen returns the keys that are looked up, one after the other in memory.
func chosen[K any](all []K, asked []int) []K {
	out := make([]K, len(asked))
	for i, at := range asked {
		out[i] = all[at]
	}
	return out
}

// ofTable returns the times of look-ups one by one, and of many at once.
func (b *keyBench) ofTable(t *perfecthash.Table) (one, many float64) {
	if b.texts != nil {
		keys := chosen(b.texts, b.asked)
		one = fastest(len(keys), func(from, to int) {
			for _, key := range keys[from:to] {
				number, _ := t.FindString(key)
				b.sum += number
			}
		})
		return one, fastest(len(keys), func(from, to int) { t.FindStrings(keys[from:to], b.out) })
	}
	keys := chosen(b.numbers, b.asked)
	one = fastest(len(keys), func(from, to int) {
		for _, key := range keys[from:to] {
			number, _ := t.FindUint64(key)
			b.sum += number
		}
	})
	return one, fastest(len(keys), func(from, to int) { t.FindUint64s(keys[from:to], b.out) })
}

// ofMap makes and measures Go's map.
func (b *keyBench) ofMap() benchRow {
	if b.texts != nil {
		return mapRow(b, b.texts)
	}
	return mapRow(b, b.numbers)
}

func mapRow[K comparable](b *keyBench, all []K) benchRow {
	row := benchRow{Table: fmt.Sprintf("map[%T]uint32", *new(K)), Check: "keys", TimesMap: 1}
	start := time.Now()
	m := make(map[K]uint32, len(all))
	for i, key := range all {
		m[key] = uint32(i)
	}
	row.BuildNS = time.Since(start).Nanoseconds()
	keys := chosen(all, b.asked)
	row.OneNS = fastest(len(keys), func(from, to int) {
		for _, key := range keys[from:to] {
			b.sum += int(m[key])
		}
	})
	return row
}

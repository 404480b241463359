package summary

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"tracer/internal/replay"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// some makes a few summaries of random threads, and one of each kind of extreme.
func some(t testing.TB) []*Summary {
	rnd := rand.New(rand.NewPCG(7, 8))
	all := []*Summary{
		{},
		{Start: math.MinInt64, End: math.MaxInt64, Events: math.MaxUint64, Gaps: 1, Lost: 1, Outside: 1, OutsideCost: math.MinInt64},
		{
			Start: -5, End: 5, Lines: []Line{
				{LineKey{0, 0}, 1, 2, 3, 4, 5}, {LineKey{0, 1<<32 - 1}, 1, 2, 3, -4, -5},
				{LineKey{wire.MaxLocation, 0}, 1, 0, math.MaxUint64, math.MaxInt64, math.MinInt64},
			},
			Functions: []Function{{1, 0, 1, NoMin, 0, -1, 0, 0}, {wire.MaxLocation, 1, 1, 0, math.MaxUint64, math.MinInt64, -1, math.MaxInt64}},
			Contexts:  []Context{{0, 1, 2, 3}, {1<<32 - 1, 3, 4, -5}},
			Detail:    Detail{Shift: 63, Buckets: []Bucket{{Number: -1, At: math.MinInt64, Ticks: 1}, {At: 0, Open: 1 << 31, Stack: make([]wire.Location, MaxStack+1)}}},
		},
	}
	for range 10 {
		set := priced(rnd, world(t))
		b := NewBuilder(NewRows(set), NewContexts(1000))
		p := replay.NewPlayer(set, replay.Uncalibrated, b)
		random(rnd, set, p)
		s := b.Cut(p.At())
		s.Events = rnd.Uint64()
		all = append(all, s)
	}
	return all
}

func TestRecordsRoundTrip(t *testing.T) {
	e, d := zstd.NewEncoder(), zstd.NewDecoder()
	all := some(t)
	var file []byte
	for i, s := range all {
		file, _ = s.Append(file, wire.Summary{Level: 1, Thread: 2, Sequence: uint32(i), Slots: 7}, e, MaxTables)
	}
	at := 0
	for i, want := range all {
		h, got, err := Decode(file[at:], d)
		if err != nil {
			t.Fatal(err)
		}
		if h.Level != 1 || h.Thread != 2 || h.Sequence != uint32(i) || h.Slots != 7 || h.Size%8 != 0 {
			t.Errorf("head %+v", h)
		}
		same(t, "a record", got, want)
		at += int(h.Size)
	}
	if at != len(file) {
		t.Errorf("records of %d bytes in %d", at, len(file))
	}
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	d := zstd.NewDecoder()
	file, _ := some(t)[4].Append(nil, wire.Summary{}, zstd.NewEncoder(), MaxTables)
	flips := 0
	for bit := range 8 * len(file) {
		b := bytes.Clone(file)
		b[bit/8] ^= 1 << (bit % 8)
		var corrupt *wire.CorruptError
		if _, s, err := Decode(b, d); !errors.As(err, &corrupt) || s != nil {
			t.Errorf("bit %d flipped: %v", bit, err)
		}
		flips++
	}
	for n := range file {
		var corrupt *wire.CorruptError
		if _, _, err := Decode(file[:n], d); !errors.As(err, &corrupt) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if flips < 1000 {
		t.Errorf("visited %d bits", flips)
	}
}

// tables makes tables by hand.
func tables(values ...uint64) []byte {
	var w writer
	for _, v := range values {
		w.u(v)
	}
	return w.b
}

// badTables are what DecodeTables must not take.
func badTables() map[string][]byte {
	return map[string][]byte{
		"half a number":                {0x80},
		"tags that fall":               tables(tagFiles, 1, 0, tagModules, 1, 0),
		"a table twice":                tables(tagFiles, 1, 0, tagFiles, 1, 0),
		"a table longer than all":      tables(tagFiles, 9, 0),
		"more rows than bytes":         tables(tagFiles, 3, 2, 1, 1),
		"columns that end early":       tables(tagModules, 3, 1, 1, 1<<62)[:4],
		"two runs":                     tables(tagRun, 15, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
		"a run that ends before it is": append(tables(tagRun, 17, 1, 1), tables(1<<63, 0, 0, 0, 0, 0, 0)...),
		"a location twice":             tables(tagModules, 7, 2, 1, 0, 1, 1, 1, 1),
		"a location that cannot be":    tables(tagModules, 8, 1, 1<<29, 1, 1),
		"a line twice":                 tables(tagOverlaps, 9, 2, 1, 0, 2, 0, 1, 1, 1, 1),
		"a negative line":              tables(tagOverlaps, 5, 1, 1, 1, 1, 1),
		"a context twice":              tables(tagContexts, 9, 2, 1, 0, 1, 1, 1, 1, 1, 1),
		"a context beyond 32 bits":     tables(tagContexts, 9, 1, 1<<32, 1, 1, 1),
		"too wide buckets":             tables(tagDetail, 9, 1, 64, 0, 0, 0, 0, 0, 0),
		"buckets that fall":            tables(tagDetail, 16, 2, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
		"buckets that span too much":   tables(tagDetail, 17, 2, 6, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
		"a stretch of another bucket":  tables(tagDetail, 9, 1, 6, 0, 0, 0, 64, 0, 0, 0),
		"a stack as in the one before": tables(tagDetail, 10, 1, 6, 0, 0, 0, 0, 0, 1, 1, 5),
		"a stack that ends early":      tables(tagDetail, 10, 1, 6, 0, 0, 0, 0, 0, 3, 0, 5),
		"a stack of no location":       tables(tagDetail, 14, 1, 6, 0, 0, 0, 0, 0, 1, 0, 1<<30),
		"a depth beyond 32 bits":       tables(tagDetail, 14, 1, 6, 0, 0, 1<<40, 0, 0, 0, 0, 0),
	}
}

func TestBadTables(t *testing.T) {
	for name, b := range badTables() {
		var corrupt *wire.CorruptError
		if s, err := DecodeTables(b); !errors.As(err, &corrupt) || s != nil {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

func TestLaterTablesAreNotLookedAt(t *testing.T) {
	b := tables(tagModules, 7, 1, 5, 7, 3, 9, 9, 9, 77, 2, 3, 4)
	s, err := DecodeTables(b)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "tables of a later writer", s, &Summary{Modules: []Group{{5, 7, -2}}})
}

func TestUnpackedIsBounded(t *testing.T) {
	h := wire.Summary{Magic: wire.MagicSummary, Size: 40, Unpacked: MaxTables + 1}
	var corrupt *wire.CorruptError
	if _, err := Head(h.Append(nil)); !errors.As(err, &corrupt) || corrupt.Offset != 28 {
		t.Errorf("%v", err)
	}
}

package drain_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/internal/wire/twin"
	"tracer/trace/tracetest"
)

// files are those of a process by their names.
type files map[string][]byte

// drained are the files of a process that was drained half.
func drained(tb testing.TB, seed uint64) files {
	r := rand.New(rand.NewPCG(seed, 9))
	p := newPlan(r, 4096, 2, 6, true)
	a := newToy(tb, tb.TempDir(), 4096, p.names())
	var o drain.Options
	o.Summarised(1000)
	d := a.drain(o)
	w := drain.NewWorker()
	p.play(r, a, 3, steps(a, &d, w))
	d.Abandon()
	a.die()
	all := files{}
	for _, name := range []string{store.ControlName, store.NamesName, store.RawName, "index-0", "segments-0", "summaries-0", "contexts-0"} {
		b, err := os.ReadFile(filepath.Join(a.trace, a.proc, name))
		if err != nil {
			continue
		}
		if name == store.RawName {
			b = b[:min(len(b), 8*4096)]
		}
		all[name] = b
	}
	return all
}

// try drains what stands in these files: no bytes are a panic or take for ever.
func try(tb testing.TB, all files) error {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "try"+store.Suffix)
	if err := tracetest.WriteTo(path, tracetest.Spec{}); err != nil {
		tb.Fatal(err)
	}
	d, err := store.OpenDir(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := tracetest.WriteProcess(d, 0, twin.Files{}); err != nil {
		tb.Fatal(err)
	}
	for name, b := range all {
		if err := os.WriteFile(filepath.Join(path, "proc-0-0", name), b, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	var o drain.Options
	o.Summarised(1000)
	p, err := drain.Open(d, "proc-0-0", o)
	if err != nil {
		return err
	}
	w := drain.NewWorker()
	for range 3 {
		_, _ = p.Step(w)
	}
	err = p.Finish(w, nil)
	if closed := p.Close(); err == nil {
		err = closed
	}
	return err
}

// mend makes the checksums of an index and its segments right.
func mend(index, segments []byte) {
	table := crc32.MakeTable(crc32.Castagnoli)
	for ; len(index) >= wire.NodeBytes; index = index[wire.NodeBytes:] {
		var n wire.Node
		if n.Decode(index); n.Level == 0 && n.Offset < uint64(len(segments)) && uint64(n.Size) <= uint64(len(segments))-n.Offset && n.Size > wire.SegmentBytes {
			s := segments[n.Offset:][:n.Size]
			binary.LittleEndian.PutUint32(s[8:], crc32.Checksum(s[12:], table))
		}
		binary.LittleEndian.PutUint32(index[4:], crc32.Checksum(index[8:wire.NodeBytes], table))
	}
}

// packed is a file of blocks without the zeros at the end of each.
func packed(b []byte, block int) (out []byte) {
	for len(b) > 0 {
		rest := b[min(block, len(b)):]
		piece := bytes.TrimRight(b[:len(b)-len(rest)], "\x00")
		out = append(binary.LittleEndian.AppendUint16(out, uint16(len(piece))), piece...)
		b = rest
	}
	return out
}

func unpacked(b []byte, block int) (out []byte) {
	for len(b) >= 2 && len(out) < 64*block {
		n := min(int(binary.LittleEndian.Uint16(b)), len(b)-2, block)
		out = append(append(out, b[2:2+n]...), make([]byte, block-n)...)
		b = b[2+n:]
	}
	return out
}

// FuzzOpen has control and raw without their zeros: testdata is readable then.
func FuzzOpen(f *testing.F) {
	for seed := range uint64(3) {
		all := drained(f, seed)
		f.Add(packed(all["control"], 4096), all["names"], packed(all["raw"], 4096), all["index-0"], all["segments-0"], all["summaries-0"], all["contexts-0"], seed > 0)
	}
	f.Fuzz(func(t *testing.T, control, names, raw, index, segments, summaries, contexts []byte, mended bool) {
		if mended {
			index, segments = bytes.Clone(index), bytes.Clone(segments)
			mend(index, segments)
		}
		_ = try(t, files{
			"control": unpacked(control, 4096), "names": names, "raw": unpacked(raw, 4096),
			"index-0": index, "segments-0": segments, "summaries-0": summaries, "contexts-0": contexts,
		})
	})
}

// copied are files of their own.
func (f files) copied() files {
	all := files{}
	for name, b := range f {
		all[name] = bytes.Clone(b)
	}
	return all
}

// Every number of the control page, of the heads of slots and of the entries of the
// index is changed to the odd ones.
func TestOddNumbers(t *testing.T) {
	odd := []uint64{0, 1, 7, 1 << 31, 1<<32 - 1, 1 << 62, 1<<64 - 1}
	whole, tried := drained(t, 1), 0
	for _, c := range []struct {
		file   string
		from   int
		record string
	}{{"control", 0, "control"}, {"raw", 0, "slot"}, {"raw", 4096, "slot"}, {"index-0", 0, "node"}, {"index-0", wire.NodeBytes, "node"}, {"segments-0", 0, "segment"}} {
		for _, s := range wire.Structs {
			if s.Name != c.record {
				continue
			}
			for i, field := range s.Fields {
				for _, v := range odd {
					all := whole.copied()
					b := all[c.file][c.from+s.Offset(i):]
					if field.Size == 4 {
						binary.LittleEndian.PutUint32(b, uint32(v))
					} else {
						binary.LittleEndian.PutUint64(b, v)
					}
					mend(all["index-0"], all["segments-0"])
					_ = try(t, all)
					tried++
				}
			}
		}
	}
	if tried < 300 {
		t.Errorf("%d numbers were tried", tried)
	}
}

func TestControlPagesThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b []byte) []byte
		want   string
	}{
		"not begun":          {func(b []byte) []byte { clear(b[:8]); return b }, "the agent has not begun"},
		"empty":              {func(b []byte) []byte { return nil }, "the agent has not begun"},
		"growing":            {func(b []byte) []byte { return make([]byte, 4096) }, "the agent has not begun"},
		"cut off":            {func(b []byte) []byte { return b[:4096] }, "control page is shorter than 24576 bytes"},
		"another magic":      {func(b []byte) []byte { b[0]++; return b }, "magic 0x314c525443435255, expected 0x314c525443435254"},
		"another version":    {func(b []byte) []byte { b[wire.OffControlVersion] = 77; return b }, "version 77, expected 3"},
		"slots too large":    {func(b []byte) []byte { b[wire.OffControlSlotSize+3] = 1; return b }, "slots of 16781312 bytes"},
		"chunks of no slots": {func(b []byte) []byte { b[wire.OffControlChunkSize] = 1; return b }, "chunks of 65537 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			all := drained(t, 1)
			all["control"] = c.change(all["control"])
			if err := try(t, all); err == nil || !contains(err, c.want) {
				t.Errorf("%v, expected %q", err, c.want)
			}
		})
	}
}

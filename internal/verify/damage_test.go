package verify_test

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracer/internal/summary"
	"tracer/internal/verify"
	"tracer/internal/wire"
	"tracer/internal/zstd"
)

// flip changes a bit of the byte at offset; a negative one counts from the end.
func flip(offset int) func([]byte) []byte {
	return func(b []byte) []byte {
		if offset < 0 {
			offset += len(b)
		}
		b[offset] ^= 4
		return b
	}
}

func cut(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:len(b)-n] } }

func seal(b []byte, at int, from, to int) {
	binary.LittleEndian.PutUint32(b[at:], crc32.Checksum(b[from:to], crc32.MakeTable(crc32.Castagnoli)))
}

// node changes entry i of the index so that its checksum is right.
func node(i int, change func(*wire.Node)) func([]byte) []byte {
	return func(b []byte) []byte {
		e := b[i*wire.NodeBytes : (i+1)*wire.NodeBytes]
		var n wire.Node
		n.Decode(e)
		change(&n)
		n.Append(e[:0])
		seal(e, 4, 8, len(e))
		return b
	}
}

// level returns the number of the first entry of a level.
func level(b []byte, want uint32) int {
	for i := 0; ; i++ {
		var n wire.Node
		n.Decode(b[i*wire.NodeBytes:])
		if n.Level == want {
			return i
		}
	}
}

// sums adds the first summary to the file once more, changed, and makes its entry that
// of the changed one.
func sums(change func(*summary.Summary)) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		var h wire.Summary
		var offset, size int
		edit(t, filepath.Join(dir, proc, "summaries-0"), func(b []byte) []byte {
			head, s, err := summary.Decode(b, zstd.NewDecoder())
			if err != nil {
				t.Fatal(err)
			}
			change(s)
			h, offset = head, len(b)
			b, _ = s.Append(b, head, zstd.NewEncoder(), summary.MaxTables)
			size = len(b) - offset
			return b
		})
		edit(t, filepath.Join(dir, proc, "index-0"), func(b []byte) []byte {
			return node(level(b, h.Level), func(n *wire.Node) { n.Offset, n.Size = uint64(offset), uint32(size) })(b)
		})
	}
}

// TestChangedSummariesAreFound changes summaries so that all that can be seen of them
// alone is right.
func TestChangedSummariesAreFound(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*summary.Summary)
		want   string
	}{
		{"a hit too many", func(s *summary.Summary) { s.Lines[0].Hits++ }, "hits of lines, times of lines"},
		{"a line that costs more", func(s *summary.Summary) { s.Lines[0].Cost++ }, "times of lines"},
		{"another context", func(s *summary.Summary) { s.Contexts[0].Calls++ }, "contexts"},
		{"a longer call", func(s *summary.Summary) { s.Functions[0].Max++ }, "longest calls"},
		{"a longest call that costs more", func(s *summary.Summary) { s.Functions[0].MaxCost++ }, "longest calls"},
		{"a shortest call that costs less", func(s *summary.Summary) { s.Functions[0].MinCost-- }, "shortest calls"},
		{"a function that costs more", func(s *summary.Summary) { s.Functions[0].Cost++ }, "functions"},
		{"a cost outside", func(s *summary.Summary) { s.OutsideCost-- }, "run"},
		{"other detail", func(s *summary.Summary) { s.Detail.Buckets[0].Depth++ }, "detail"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := compact(t, head+events)
			sums(test.change)(t, dir)
			_, found := run(t, dir)
			want := "its sums are not those of its events: " + test.want
			if !slices.ContainsFunc(found, func(f verify.Finding) bool {
				return strings.HasSuffix(f.What, want) && f.Severity == verify.Damage
			}) {
				t.Errorf("found %+v, expected %q", found, want)
			}
		})
	}
}

func TestDamageIsFound(t *testing.T) {
	tests := []struct {
		name   string
		file   string // below the trace
		change func([]byte) []byte
		want   string
	}{
		{"manifest that is no JSON", "manifest.json", flip(0), "invalid character"},
		{"manifest without a source", "manifest.json", func(b []byte) []byte {
			return []byte(strings.Replace(string(b), `"sha256": "`, `"sha256": "0`, 1))
		}, "is not there"},
		{"control page of no process", proc + "/control", flip(0), "magic"},
		{"control page of another process", proc + "/control", flip(wire.OffControlPID), "in the directory proc-100-0"},
		{"control page with reserved bytes", proc + "/control", flip(4000), "reserved bytes"},
		{"control page with slots that are not there", proc + "/control", flip(wire.OffControlSlots), "slots were handed out"},
		{"control page with too many locations", proc + "/control", flip(wire.OffControlLocations), ""},
		{"control page that was cut off", proc + "/control", cut(20000), "the file ends here"},
		{"name with another letter", proc + "/names", flip(80), "record checksum"},
		{"names without the last thread", proc + "/names", cut(44), "thread 2 is not named"},
		{"sample", proc + "/counters", flip(-20), "sample checksum"},
		{"samples in another order", proc + "/counters", func(b []byte) []byte {
			return append(b[wire.SampleBytes:], b[:wire.SampleBytes]...)
		}, "sample at 6000 ns after one at 7000"},
		{"context", proc + "/contexts-0", flip(5), "context checksum"},
		{"context twice", proc + "/contexts-0", func(b []byte) []byte { return append(b, b[:wire.ContextBytes]...) }, "is the same as context 1"},
		{"contexts without the last", proc + "/contexts-0", cut(wire.ContextBytes), ""},
		{"entry of the index", proc + "/index-0", flip(30), "entry checksum"},
		{"entry of the index that is missing", proc + "/index-0", func(b []byte) []byte { return b[wire.NodeBytes:] }, "has no entry in the index"},
		{"entry of the index twice", proc + "/index-0", func(b []byte) []byte { return append(b, b[:wire.NodeBytes]...) }, "another entry's"},
		{"entry with other events", proc + "/index-0", node(0, func(n *wire.Node) { n.Events++ }), "not as the segment's head"},
		{"entry of another thread", proc + "/index-0", node(0, func(n *wire.Node) { n.Thread = 2 }), ""},
		{"entry of a summary with other events", proc + "/index-0", func(b []byte) []byte {
			return node(level(b, 1), func(n *wire.Node) { n.Events++ })(b)
		}, ""},
		{"segment", proc + "/segments-0", flip(150), "checksum"},
		{"segment's magic", proc + "/segments-0", flip(0), "magic"},
		{"segments that were cut off", proc + "/segments-0", cut(8), "the file ends here"},
		{"segments in another order", proc + "/segments-0", func(b []byte) []byte {
			size := binary.LittleEndian.Uint32(b[4:])
			return append(b[size:len(b):len(b)], b[:size]...)
		}, ""},
		{"summary", proc + "/summaries-0", flip(50), "summary checksum"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := compact(t, head+events)
			edit(t, filepath.Join(dir, test.file), test.change)
			r, found := run(t, dir)
			if r.Damage == 0 {
				t.Fatalf("no damage in %+v", r)
			}
			for _, f := range found {
				if strings.Contains(f.What, test.want) && f.Severity == verify.Damage {
					return
				}
			}
			t.Errorf("found %+v, expected %q", found, test.want)
		})
	}
}

func TestMissingFilesAreFound(t *testing.T) {
	files := []string{"control", "names", "raw", "segments-0", "summaries-0", "contexts-0", "index-0"}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			dir := compact(t, head+events)
			if err := os.Remove(filepath.Join(dir, proc, file)); err != nil {
				t.Fatal(err)
			}
			r, found := run(t, dir)
			if r.Damage == 0 || !contains(found, file, verify.Damage, "no such file") {
				t.Errorf("found %+v", found)
			}
		})
	}
}

// Raw has no checksums: what is found is what cannot be.
func TestDamageInRawIsFound(t *testing.T) {
	const slot = 4096
	for _, test := range []struct {
		name string
		text string
		edit func([]byte) []byte
		want string
	}{
		{"slot's magic", events, flip(1), "slot magic"},
		{"slot's head", events, flip(wire.OffSlotHeaderSize), "slot header of"},
		{"half a slot", events, cut(100), "expected a whole slot"},
		{"slot that is missing", events, func(b []byte) []byte { clear(b[:slot]); return b }, "slots 0 to 0 are missing before slot 1"},
		{"slot that is there twice", events, func(b []byte) []byte { return append(b, b[:slot]...) }, "slot 0 once more, with the same content"},
		{"slot with other words", events, func(b []byte) []byte {
			b = append(b, b[:slot]...)
			b[3*slot+80] ^= 8
			return b
		}, "slot 0 once more, with other content"},
		{"word behind a zero", events, flip(slot - 8), "after one that is zero"},
		{"used", events, func(b []byte) []byte { b[wire.OffSlotUsed] = 80; return b }, "slot with 80 bytes used, there are 96"},
		{"event of no code", events, func(b []byte) []byte { b[64+2] = 0xff; return b }, "a location that is not named"},
		{"line that is a code object", strings.Replace(events, "line 3", "line 1", 1), nil, "not of its kind"},
		{"frames in a head", strings.Replace(events, "location=3", "location=4", 1), nil, "has a frame of code 1 at 4"},
		{"fewer frames in a head", strings.Replace(events, "frame code=1 entered-ticks=1010 location=3\n", "", 1), nil, "has 1 open frames and tells 1, the events before it leave 2"},
		{"time that falls", strings.Replace(events, "slot thread=1\nframe", "slot thread=1 ticks=1\nframe", 1), nil, "the one before it ended at"},
		{"slot after the last", strings.Replace(events, "slot thread=1\ncall", "slot thread=1 last=1\ncall", 1), nil, "which had ended"},
		{"slot of another thread of the system", strings.Replace(events, "slot thread=1\nframe", "slot thread=1 tid=9\nframe", 1), nil, "the system's id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, head+test.text)
			if test.edit != nil {
				edit(t, filepath.Join(dir, proc, "raw"), test.edit)
			}
			_, found := run(t, dir)
			if !contains(found, "raw", verify.Damage, test.want) {
				t.Errorf("found %+v, expected %q", found, test.want)
			}
		})
	}
}

// What raw and a segment both have is no damage as long as it is the same.
func TestSlotsThatAreBeingEmptied(t *testing.T) {
	dir := write(t, head+events)
	file := filepath.Join(dir, proc, "raw")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compact := func(change func([]byte) []byte) (verify.Result, []verify.Finding) {
		if err := os.WriteFile(file, change(append([]byte(nil), raw...)), 0o600); err != nil {
			t.Fatal(err)
		}
		return run(t, dir)
	}
	drained(t, dir)
	r, found := compact(func(b []byte) []byte { return b })
	if r.Damage != 0 || r.Events != eventCount || !contains(found, "raw", verify.Note, "are in a segment, too: 3") {
		t.Errorf("result %+v, found %+v", r, found)
	}
	_, found = compact(func(b []byte) []byte { b[64+4]++; return b })
	if !contains(found, "raw", verify.Damage, "with other words") {
		t.Errorf("found %+v", found)
	}
}

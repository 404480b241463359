package verify_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracer/internal/summary"
	"tracer/internal/verify"
	"tracer/internal/wire"
	"tracer/internal/zstd"
	"tracer/trace/tracetest"
)

func drained(t *testing.T, dir string) { tracetest.Compact(t, dir) }

// long is a thread with so many events that it has summaries of two levels.
func long() string {
	var b strings.Builder
	b.WriteString(head)
	const perSlot = (4096 - 64 - 16) / 8
	for slot := range 1100 {
		if slot == 0 {
			b.WriteString("slot thread=1\ncall 1 +10\n")
		} else {
			b.WriteString("slot thread=1\nframe code=1 entered-ticks=1010 location=3\n")
		}
		for i := range perSlot - 1 {
			b.WriteString([]string{"line 2 +3\n", "line 3 +26\n"}[(i+perSlot)%2])
		}
		b.WriteString("line 3 +1\n")
	}
	return b.String()
}

func TestUpperSummaries(t *testing.T) {
	dir := compact(t, long())
	r, found := run(t, dir)
	if len(found) > 0 || r.Summaries != 4 {
		t.Fatalf("result %+v, found %+v", r, found)
	}
	edit(t, filepath.Join(dir, proc, "summaries-0"), func(b []byte) []byte {
		at := 0
		for {
			h, s, err := summary.Decode(b[at:], zstd.NewDecoder())
			if err != nil {
				t.Fatal(err)
			}
			if h.Level == 2 {
				s.Lines[0].Hits++
				changed, _ := s.Append(nil, h, zstd.NewEncoder(), summary.MaxTables)
				if len(changed) != int(h.Size) {
					t.Fatalf("%d bytes, expected %d", len(changed), h.Size)
				}
				return append(b[:at:at], append(changed, b[at+int(h.Size):]...)...)
			}
			at += int(h.Size)
		}
	})
	if _, found := run(t, dir); len(found) != 1 || !contains(found, "summaries-0", verify.Damage, "not the sum of those below it: hits of lines") {
		t.Errorf("found %+v", found)
	}
}

func TestUpperEntryOfOtherChildren(t *testing.T) {
	dir := compact(t, long())
	edit(t, filepath.Join(dir, proc, "index-0"), func(b []byte) []byte {
		return node(level(b, 2), func(n *wire.Node) { n.Children++ })(b)
	})
	if _, found := run(t, dir); !contains(found, "index-0", verify.Damage, "summary of level 2 of 4 others") {
		t.Errorf("found %+v", found)
	}
}

// A process that is killed between the head of a slot and its count has one more for each
// thread. What goes beyond that is damage.
func TestSlotsThatAreNotCounted(t *testing.T) {
	for _, test := range []struct {
		name   string
		counts func(slots, threads uint64) uint64
		want   verify.Severity
	}{
		{"one slot", func(slots, _ uint64) uint64 { return slots - 1 }, verify.Note},
		{"one of each thread", func(slots, threads uint64) uint64 { return slots - threads }, verify.Note},
		{"one more", func(slots, threads uint64) uint64 { return slots - threads - 1 }, verify.Damage},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := compact(t, long())
			whole, _ := run(t, dir)
			edit(t, filepath.Join(dir, proc, "control"), func(b []byte) []byte {
				at := b[wire.OffControlSlots:]
				binary.LittleEndian.PutUint64(at, test.counts(binary.LittleEndian.Uint64(at), uint64(whole.Threads)))
				return b
			})
			_, found := run(t, dir)
			if len(found) != 1 || found[0].Severity != test.want || !strings.Contains(found[0].What, "slots were") {
				t.Errorf("found %+v, expected one with severity %v", found, test.want)
			}
		})
	}
}

// The sums of a controller that went on after another know less of the frames that
// were open: that is no damage.
func TestSumsOfASecondController(t *testing.T) {
	for _, text := range []string{head + events, long()} {
		dir := write(t, text)
		file := filepath.Join(dir, proc, "raw")
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		const slot = 4096
		first := len(raw) / slot / 2 * slot
		for _, b := range [][]byte{raw[:first], raw[first:]} {
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			tracetest.Compact(t, dir)
		}
		r, found := run(t, dir)
		if len(found) > 0 || r.Slots != 0 || r.Events < eventCount {
			t.Errorf("result %+v, found %+v", r, found)
		}
	}
}

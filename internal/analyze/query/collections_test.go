package query_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tracer/internal/analyze/query"
	"tracer/trace"
	"tracer/trace/tracetest"
)

// collector counts collections.
type collector struct {
	recorder
	ticks []uint64
}

func (c *collector) Collection(_ trace.Moment, ticks uint64, generation int) {
	c.ticks = append(c.ticks, ticks<<2|uint64(generation))
}

// TestCollectionsAreToldOnce asks for all, and for parts, with and without frames.
func TestCollectionsAreToldOnce(t *testing.T) {
	r := tracetest.Random{Events: 900_000, Codes: 10, SlotSize: 1 << 16, Collections: true}
	text := r.Text(rand.New(rand.NewPCG(8, 8)))
	var want []uint64
	for line := range strings.Lines(text) {
		var field uint64
		if n, _ := fmt.Sscanf(line, "mark collection +%d", &field); n == 1 {
			want = append(want, field>>7<<2|field&3)
		}
	}
	tr := open(t, tracetest.Spec{Processes: []string{text}, Compact: true})
	th := tr.Processes()[0].Threads[0]
	for _, q := range []query.Query{{}, {Depth: 1}, {MinDuration: 1 << 60}} {
		var all []uint64
		for _, p := range q.Parts(th) {
			var c collector
			if err := p.Replay(&c); err != nil {
				t.Fatal(err)
			}
			all = append(all, c.ticks...)
		}
		if fmt.Sprint(all) != fmt.Sprint(want) || len(want) < 100 {
			t.Errorf("%+v: %d collections, expected %d", q, len(all), len(want))
		}
	}
}

package summary

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tracer/internal/names"
	"tracer/internal/replay"
	"tracer/internal/wire"
)

// tee tells both what happens, and cuts them now and then, also between events.
type tee struct {
	t       *testing.T
	rnd     *rand.Rand
	part    *reference
	whole   *reference
	builder *Builder
	tree    *Contexts
	parts   []*Summary
	often   int  // one in so many events is cut before; 0: none
	fresh   bool // the tree is another one after each cut
}

func (v *tee) each(at int64, tell func(replay.Visitor)) {
	if v.often > 0 && v.rnd.IntN(v.often) == 0 {
		cut := v.part.last + v.rnd.Int64N(at-v.part.last+1)
		v.cut(cut)
		v.whole.step(cut, false, func() {}) // stretches end there
	}
	tell(v.part)
	tell(v.whole)
	tell(v.builder)
}

func (v *tee) cut(at int64) {
	tree := v.tree
	if v.fresh {
		v.tree = NewContexts(1 << 20)
		v.builder.Use(v.tree)
	}
	got, want := v.builder.Cut(at), v.part.cut(at, tree)
	same(v.t, "a part", got, want)
	again, err := DecodeTables(got.AppendTables(nil))
	if err != nil {
		v.t.Fatal(err)
	}
	same(v.t, "a part that was written and read", again, got)
	v.parts = append(v.parts, got)
}

// levels extends neighbours, in several levels, until one is left.
func levels(parts []*Summary, each int) *Summary {
	for len(parts) > 1 {
		var next []*Summary
		for at := 0; at < len(parts); at += each {
			s := new(Summary)
			*s = *parts[at]
			s.Detail.Buckets = slices.Clone(s.Detail.Buckets)
			for _, o := range parts[at+1 : min(at+each, len(parts))] {
				s.Extend(o)
			}
			next = append(next, s)
		}
		parts = next
	}
	return parts[0]
}

func (v *tee) Begin(at int64) {
	v.part.Begin(at)
	v.whole.Begin(at)
	v.builder.Begin(at)
}
func (v *tee) Open(at int64, c *names.Code, loc wire.Location, k wire.Kind) {
	v.each(at, func(o replay.Visitor) { o.Open(at, c, loc, k) })
}
func (v *tee) Line(at int64, loc wire.Location) {
	v.each(at, func(o replay.Visitor) { o.Line(at, loc) })
}
func (v *tee) Close(at int64, k wire.Kind) {
	v.each(at, func(o replay.Visitor) { o.Close(at, k) })
}
func (v *tee) Gap(at int64, lost uint64) {
	v.each(at, func(o replay.Visitor) { o.Gap(at, lost) })
}
func (v *tee) Own(_ int64, ticks uint64) {
	for _, o := range []replay.OwnVisitor{v.part, v.whole, v.builder} {
		o.Own(0, ticks)
	}
}
func (v *tee) Pace(_ int64, ticks uint64) {
	for _, o := range []replay.PaceVisitor{v.part, v.whole, v.builder} {
		o.Pace(0, ticks)
	}
}
func (v *tee) End(at int64) { v.each(at, func(o replay.Visitor) { o.End(at) }) }

// same compares two summaries, with no regard to whether what is empty is nil.
func same(t *testing.T, what string, got, want *Summary) {
	t.Helper()
	for _, s := range []*Summary{got, want} {
		for i := range s.Detail.Buckets {
			if b := &s.Detail.Buckets[i]; len(b.Stack) == 0 {
				b.Stack = nil
			}
		}
	}
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		a, b := g.Field(i), w.Field(i)
		if a.Kind() == reflect.Slice && a.Len() == 0 && b.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(a.Interface(), b.Interface()) {
			t.Fatalf("%s, %s:\n%+v, expected\n%+v", what, g.Type().Field(i).Name, a.Interface(), b.Interface())
		}
	}
}

package summary

import "tracer/internal/wire"

const (
	// MaxBuckets is how many intervals a Detail spans at most.
	MaxBuckets = 128
	// MaxStack is how many of the outermost frames a bucket's stack has.
	MaxStack = 64

	minShift = 6
	maxShift = 63
)

// Detail is what to draw: the time in intervals of 2^Shift ticks, those in which
// something happened. It is the narrowest for which they span up to MaxBuckets.
//
// What happens are the events, the beginning of the run and the end of the run
// before it: moments. From each to the next is a stretch without an event.
type Detail struct {
	Shift   uint
	Buckets []Bucket // by Number
}

// Bucket is an interval in which something happened.
type Bucket struct {
	Number int64 // it begins at Number << Shift
	Events uint64
	Depth  uint32 // the most frames open in it

	// The longest stretch that begins in it, the first of several.
	At    int64
	Ticks uint64
	Open  uint32 // frames open then
	// Stack has the current lines of the MaxStack outermost of these, and, if there
	// are more, of the innermost.
	Stack []wire.Location
}

// still notes the stretch from the last event to at, if it is the longest of its
// bucket so far.
func (b *Builder) still(at int64) {
	took := at - b.last
	if took <= b.longest {
		return
	}
	b.longest = took
	bucket := &b.detail.Buckets[len(b.detail.Buckets)-1]
	bucket.At, bucket.Ticks = b.last, uint64(took)
	open := len(b.frames) - 1
	bucket.Open = uint32(open)
	stack := bucket.Stack[:0]
	for i := 1; i < open && i <= MaxStack; i++ {
		stack = append(stack, b.frames[i].loc)
	}
	if open > 0 {
		stack = append(stack, b.loc)
	}
	bucket.Stack = stack
}

// moment notes an event that ends the longest stretch of its bucket so far, or is in
// another bucket.
func (b *Builder) moment(at int64) {
	b.still(at)
	if at >= b.edge {
		b.enter(at)
	}
}

// enter makes the bucket of at the last one.
func (b *Builder) enter(at int64) {
	b.flush()
	d := &b.detail
	d.fit(at)
	last := &d.Buckets[len(d.Buckets)-1]
	b.longest = int64(last.Ticks)
	if n := at >> d.Shift; n != last.Number {
		d.Buckets = append(d.Buckets, Bucket{Number: n, At: at})
		b.longest, b.deepest = -1, len(b.frames)-1
	} else {
		b.deepest = int(last.Depth)
	}
	b.edge = (at>>d.Shift + 1) << d.Shift
}

// flush writes down what was counted in the last bucket.
func (b *Builder) flush() {
	last := &b.detail.Buckets[len(b.detail.Buckets)-1]
	last.Events += b.events - b.counts
	last.Depth = max(last.Depth, uint32(b.deepest))
	b.counts = b.events
}

// fit widens the buckets until those of the first and of at are near enough.
func (d *Detail) fit(at int64) {
	shift := d.Shift
	first := d.Buckets[0].Number
	for ; shift < maxShift; shift++ {
		if uint64(at>>shift)-uint64(first>>(shift-d.Shift)) < MaxBuckets {
			break
		}
	}
	d.widen(shift)
}

// widen makes the buckets 2^shift ticks wide.
func (d *Detail) widen(shift uint) {
	by := shift - d.Shift
	if by == 0 {
		return
	}
	kept := d.Buckets[:0]
	for _, o := range d.Buckets {
		o.Number >>= by
		if n := len(kept); n > 0 && kept[n-1].Number == o.Number {
			kept[n-1].add(&o)
			continue
		}
		kept = append(kept, o)
	}
	clear(d.Buckets[len(kept):])
	d.Shift, d.Buckets = shift, kept
}

// add makes b what it and o are together.
func (b *Bucket) add(o *Bucket) {
	b.Events += o.Events
	b.Depth = max(b.Depth, o.Depth)
	if o.Ticks > b.Ticks || o.Ticks == b.Ticks && o.At < b.At {
		b.At, b.Ticks, b.Open, b.Stack = o.At, o.Ticks, o.Open, o.Stack
	}
}

package summary

import "tracer/internal/wire"

// read reads the table of n buckets.
func (d *Detail) read(r *reader, n uint64) {
	shift := r.u("shift")
	if n > MaxBuckets || shift > maxShift {
		r.fail("%d buckets of 2^%d ticks, expected at most %d of 2^%d", n, shift, MaxBuckets, maxShift)
		return
	}
	d.Shift = uint(shift)
	d.Buckets = make([]Bucket, n)
	number := int64(0)
	for i := range d.Buckets {
		delta := r.u("bucket")
		next := int64(uint64(number) + delta)
		far := i > 0 && uint64(next)-uint64(d.Buckets[0].Number) >= MaxBuckets
		if far || i > 0 && next <= number || next<<shift>>shift != next {
			r.fail("bucket %d of 2^%d ticks after %d", next, shift, number)
			return
		}
		number = next
		d.Buckets[i].Number = number
	}
	values(r, d.Buckets, func(b *Bucket) *uint64 { return &b.Events })
	for i := range d.Buckets {
		d.Buckets[i].Depth = r.u32("depth")
	}
	for i := range d.Buckets {
		b := &d.Buckets[i]
		off := r.u("beginning of a stretch")
		if off>>shift != 0 {
			r.fail("stretch at %d of a bucket of 2^%d ticks", off, shift)
		}
		b.At = b.Number<<shift + int64(off)
	}
	values(r, d.Buckets, func(b *Bucket) *uint64 { return &b.Ticks })
	for i := range d.Buckets {
		d.Buckets[i].Open = r.u32("open frames")
	}
	d.stacks(r)
}

func (r *reader) u32(what string) uint32 {
	v := r.u(what)
	if v > 1<<32-1 {
		r.fail("%s: %d", what, v)
	}
	return uint32(v)
}

// stacks reads the last columns: of each stack how many frames are as in the one
// before, then the others.
func (d *Detail) stacks(r *reader) {
	same := make([]int, len(d.Buckets))
	last := 0
	for i := range same {
		size := d.Buckets[i].stored()
		v := r.u("common frames")
		if v > uint64(min(last, size)) {
			r.fail("%d of %d frames are as in %d", v, size, last)
			return
		}
		same[i], last = int(v), size
	}
	var before []wire.Location
	for i := range d.Buckets {
		b := &d.Buckets[i]
		stack := append(make([]wire.Location, 0, b.stored()), before[:same[i]]...)
		for len(stack) < cap(stack) && r.err == nil {
			stack = append(stack, r.location(0, r.u("frame")))
		}
		if r.err != nil {
			return
		}
		b.Stack, before = stack, stack
	}
}

// stored returns how many frames the stack has.
func (b *Bucket) stored() int { return int(min(b.Open, MaxStack+1)) }

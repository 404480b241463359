package summary

import "cmp"

// extend adds the buckets of o. These stacks are then both's.
func (d *Detail) extend(o *Detail) {
	if len(o.Buckets) == 0 {
		return
	}
	if len(d.Buckets) == 0 {
		*d = Detail{o.Shift, append([]Bucket(nil), o.Buckets...)}
		return
	}
	other := Detail{o.Shift, append([]Bucket(nil), o.Buckets...)}
	shift := max(d.Shift, o.Shift)
	d.widen(shift)
	other.widen(shift)
	d.Buckets = join(d.Buckets, other.Buckets, func(a, b *Bucket) int { return cmp.Compare(a.Number, b.Number) }, (*Bucket).add)
	d.fit(d.Buckets[len(d.Buckets)-1].Number << shift)
}

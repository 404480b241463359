package summary

// Join adds the buckets of what came next, all of them 2^shift ticks wide or wider.
// There may be any number of them.
func (d *Detail) Join(o *Detail, shift uint) {
	if len(o.Buckets) == 0 {
		return
	}
	other := Detail{o.Shift, append([]Bucket(nil), o.Buckets...)}
	if len(d.Buckets) == 0 {
		d.Shift = other.Shift
	}
	shift = max(shift, d.Shift, other.Shift)
	d.widen(shift)
	other.widen(shift)
	if n := len(d.Buckets); n > 0 && d.Buckets[n-1].Number == other.Buckets[0].Number {
		d.Buckets[n-1].add(&other.Buckets[0])
		other.Buckets = other.Buckets[1:]
	}
	d.Buckets = append(d.Buckets, other.Buckets...)
}

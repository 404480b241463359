package diff

import "slices"

func (r *row) middle() float64 { return (middleOf(r.base) + middleOf(r.new)) / 2 }

// ratio is the largest of a list by the smallest.
func ratio(list []float64) float64 { return slices.Max(list) / max(slices.Min(list), 1e-9) }

func square(x float64) float64 { return x * x }

func ones(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 1
	}
	return list
}

func mean(list []float64) float64 {
	sum := 0.
	for _, x := range list {
		sum += x
	}
	return sum / float64(len(list))
}

// pooled is the variance within lists, of which one has more than one value.
func pooled(lists ...[]float64) float64 {
	sum, freedom := 0., 0
	for _, list := range lists {
		freedom += len(list) - 1
		m := mean(list)
		for _, x := range list {
			sum += square(x - m)
		}
	}
	return sum / float64(freedom)
}

// middleOf is the median of a list.
func middleOf(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}

// median is that of a value of the rows.
func median(rows []*row, value func(r *row) float64) float64 {
	list := make([]float64, len(rows))
	for i, r := range rows {
		list[i] = value(r)
	}
	return middleOf(list)
}

package stats

import "math"

// Overlap returns how well two rankings agree, from 0 for lists that share nothing to
// 1 for equal ones: their rank-biased overlap, extrapolated from the depth of the
// shorter one. The share of the first d entries that both lists have counts with p^d,
// so that the head weighs more than the tail: with p = 0.9 the first ten have 86 %.
//
// Webber, Moffat, Zobel: A Similarity Measure for Indefinite Rankings, ACM TOIS 28(4),
// 2010, equation 30.
func Overlap[K comparable](a, b []K, p float64) float64 {
	depth := min(len(a), len(b))
	if depth == 0 {
		return math.NaN()
	}
	inA, inB := map[K]bool{}, map[K]bool{}
	shared, sum := 0, 0.0
	for i := range depth {
		inA[a[i]], inB[b[i]] = true, true
		switch {
		case a[i] == b[i]:
			shared++
		default:
			if inB[a[i]] {
				shared++
			}
			if inA[b[i]] {
				shared++
			}
		}
		sum += float64(shared) / float64(i+1) * math.Pow(p, float64(i+1))
	}
	return (1-p)/p*sum + float64(shared)/float64(depth)*math.Pow(p, float64(depth))
}

package bench

import "golang.org/x/sys/cpu"

// designs are the ways for 16 prefixes that were tried. All compare whole prefixes at the end.
func designs() []way {
	of := func(f func(*sixteen, string) (int, bool)) func([]string) match {
		return func(prefixes []string) match {
			t := newSixteen(prefixes)
			return func(s string) (int, bool) { return f(t, s) }
		}
	}
	all := []way{{"words-in-a-loop", of((*sixteen).byLoop)}, {"bytes-by-place", of((*sixteen).byPlaces)}}
	if cpu.X86.HasAVX2 {
		all = append(all, way{"unique-byte-avx2", of(func(t *sixteen, s string) (int, bool) { return t.first(s, uniqueAVX2(t, s)) })})
		all = append(all, way{"words-avx2", of(func(t *sixteen, s string) (int, bool) { return t.first(s, wordsAVX2(t, load(s))) })})
	}
	if cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VBMI {
		all = append(all, way{"words-avx512", of(func(t *sixteen, s string) (int, bool) { return t.first(s, wordsAVX512(t, load(s))) })})
		all = append(all, way{"four-bytes-vbmi", of(func(t *sixteen, s string) (int, bool) { return t.first(s, fourVBMI(t, s)) })})
	}
	return all
}

// Each returns a bit for each slot that may be a prefix of s.

//go:noescape
func uniqueAVX2(t *sixteen, s string) uint32

//go:noescape
func wordsAVX2(t *sixteen, chunk uint64) uint32

//go:noescape
func wordsAVX512(t *sixteen, chunk uint64) uint32

//go:noescape
func fourVBMI(t *sixteen, s string) uint32

// adds does 64 * n additions, each of which needs the one before it.
func adds(n int) uint64

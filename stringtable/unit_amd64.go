package stringtable

import "golang.org/x/sys/cpu"

// units returns what this CPU has, the best last.
func units() []unit {
	all := []unit{generic}
	if cpu.X86.HasAVX2 && cpu.X86.HasBMI2 {
		all = append(all, avx2)
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI1 && cpu.X86.HasBMI2 {
		all = append(all, avx512)
	}
	return all
}

// fitsWide returns a bit for each slot of a leaf with room for 8 or 16 slots that fits the first 8 bytes of s.
//
//go:noescape
func fitsWide(leaf node, s string) uint32

// findWide returns the index of the first prefix in a leaf with room for 8 or 16 slots that s begins with, or -1.
//
//go:noescape
func findWide(t *Table, leaf node, s string) int

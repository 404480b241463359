package stringtable

// unit is what compares the slots of a leaf.
type unit uint8

const (
	generic unit = iota
	avx2
	avx512
	neon
)

func (u unit) String() string { return [...]string{"generic", "avx2", "avx512", "neon"}[u] }

// best returns the unit to use here.
func best() unit {
	all := units()
	return all[len(all)-1]
}

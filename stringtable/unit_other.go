//go:build !amd64 && !arm64

package stringtable

func units() []unit { return []unit{generic} }

// Neither is called where there is only the generic unit.
func fitsWide(node, string) uint32      { return 0 }
func findWide(*Table, node, string) int { return -1 }

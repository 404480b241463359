package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
)

// Duration returns a time with three figures and its unit: 870 ns, 12.3 µs, 4.56 s.
func Duration(ns int64) string {
	if ns < 0 {
		return "-" + Duration(-ns)
	}
	if ns < 1000 {
		return strconv.FormatInt(ns, 10) + " ns"
	}
	value, unit := float64(ns), "ns"
	for _, next := range []string{"µs", "ms", "s"} {
		if value < 999.5 {
			break
		}
		value, unit = value/1000, next
	}
	switch {
	case value < 9.995:
		return fmt.Sprintf("%.2f %s", value, unit)
	case value < 99.95:
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return humanize.Comma(int64(value+0.5)) + " " + unit
}

// durationCell is Duration with all units equally wide, to stand in a column.
func durationCell(ns int64) string {
	s := Duration(ns)
	if strings.HasSuffix(s, " s") {
		s += " "
	}
	return s
}

// Count returns a number with thousands separators.
func Count[N int | int64 | uint64](n N) string {
	return humanize.Comma(int64(n))
}

// Plural returns a number and what is counted: 1 thread, 2 threads.
func Plural[N int | int64 | uint64](n N, one string) string {
	if n == 1 {
		return "1 " + one
	}
	many := one + "s"
	if strings.HasSuffix(one, "s") {
		many = one + "es"
	}
	return Count(n) + " " + many
}

// Percent returns part of whole.
func Percent(part, whole int64) string {
	if whole <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
}

// Bytes returns a size: 12 MiB.
func Bytes(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

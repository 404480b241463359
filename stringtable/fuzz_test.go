package stringtable

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// FuzzMatch: any prefixes and any string, on each unit as an obvious loop has it.
func FuzzMatch(f *testing.F) {
	f.Add("os\nscipy\nscipy.stats", "scipy.stats.mstats")
	f.Add("", "")
	f.Add("a\nab\nabc\nabcd\nabcde\nabcdef\nabcdefg\nabcdefgh\nabcdefghi\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "abcdefghij")
	f.Add(strings.Repeat("0123456789abcdef", 6)+"\n"+strings.Repeat("0123456789abcdef", 5)+"\nx\ny\nz", strings.Repeat("0123456789abcdef", 7))
	f.Add("\x00\n\x00\x00\n\x00\x00\x00\x00\x00\x00\x00\x00\n\xff", "\x00\x00\x00")
	f.Fuzz(func(t *testing.T, list, s string) {
		prefixes := strings.Split(list, "\n")
		table := build(t, prefixes)
		for _, s := range append(prefixes, s, list, strings.TrimSuffix(s, "\x00")) {
			longest, shortest := reference(prefixes).match(s)
			check(t, table, s, longest, shortest)
		}
	})
}

// FuzzOpen: bytes are a table that can be asked anything, or a *CorruptError.
func FuzzOpen(f *testing.F) {
	for _, prefixes := range [][]string{nil, {""}, {"os", "os", "scipy", "scipy.stats"}, strings.Split("abcdefghijklmnopqrstuvwxyz", "")} {
		f.Add(build(f, prefixes).Image(), true)
	}
	f.Fuzz(func(t *testing.T, image []byte, sign bool) {
		if sign {
			image = slices.Clone(image)
			resign(image)
		}
		before := slices.Clone(image)
		table, err := Open(image)
		if err != nil {
			if _, ok := errors.AsType[*CorruptError](err); !ok || table != nil {
				t.Fatalf("%v, %v", table, err)
			}
			return
		}
		ask(t, table)
		if !bytes.Equal(image, before) {
			t.Error("the image was changed")
		}
	})
}

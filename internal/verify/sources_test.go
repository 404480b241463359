package verify

import (
	"slices"
	"testing"

	"tracer/internal/wire"
	"tracer/stringtable"
)

func TestATableOfPrefixesIsLookedAt(t *testing.T) {
	table, err := stringtable.Build([]string{"os", "scipy", "scipy.stats"})
	if err != nil {
		t.Fatal(err)
	}
	image := slices.Clone(table.Image())
	check := func() error {
		record := wire.TableRecord{List: wire.ListInclude, Image: image}
		_, payload, _, err := wire.NextRecord(record.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		return checkTable(payload)
	}
	if err := check(); err != nil {
		t.Error(err)
	}
	image[len(image)-1] ^= 1
	if err := check(); err == nil {
		t.Error("no error for a table with a changed byte")
	}
	if err := checkTable([]byte{1, 0, 0, 0}); err == nil {
		t.Error("no error for a record that ends early")
	}
}

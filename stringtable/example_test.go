package stringtable_test

import (
	"fmt"

	"tracer/stringtable"
)

func Example() {
	table, err := stringtable.Build([]string{"os", "scipy", "scipy.stats", "xml.etree"})
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := stringtable.Open(table.Image()) // in another process, say
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range []string{"scipy.stats.mstats", "xml.sax"} {
		index, ok := again.Match(s)
		if !ok {
			fmt.Println(s, "begins with none")
		}
		for ; ok; index, ok = again.Parent(index) {
			fmt.Println(s, "begins with", again.Prefix(index))
		}
	}
	// Output:
	// scipy.stats.mstats begins with scipy.stats
	// scipy.stats.mstats begins with scipy
	// xml.sax begins with none
}

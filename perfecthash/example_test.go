package perfecthash_test

import (
	"bytes"
	"context"
	"fmt"

	"tracer/perfecthash"
)

func Example() {
	colors := []string{"red", "green", "blue"}
	table, err := perfecthash.Build(context.Background(), perfecthash.Strings(colors), perfecthash.Options{Check: perfecthash.CheckKeys})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Whatever belongs to the keys stands in a slice, by their numbers.
	lengths := make([]int, table.Len())
	for _, color := range colors {
		number, _ := table.FindString(color)
		lengths[number] = len(color)
	}

	var file bytes.Buffer
	if _, err := table.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}
	again, err := perfecthash.Open(file.Bytes())
	if err != nil {
		fmt.Println(err)
		return
	}
	if number, ok := again.FindString("green"); ok {
		fmt.Println("green has", lengths[number], "letters")
	}
	_, ok := again.FindString("mauve")
	fmt.Println("mauve is there:", ok)
	// Output:
	// green has 5 letters
	// mauve is there: false
}

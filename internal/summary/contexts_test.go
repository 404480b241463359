package summary

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"tracer/internal/wire"
)

// tree makes a tree of n random contexts, besides the root.
func tree(rnd *rand.Rand, n int) *Contexts {
	c := NewContexts(n)
	for c.Len() <= n {
		c.Child(uint32(rnd.IntN(c.Len())), wire.Location(rnd.IntN(5)), wire.Location(1+rnd.IntN(5)))
	}
	return c
}

func TestContextsAreFoundAgain(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	c := NewContexts(5000)
	known := map[node]uint32{}
	for range 20_000 {
		n := node{uint32(rnd.IntN(c.Len())), wire.Location(rnd.IntN(4)), wire.Location(rnd.IntN(4))}
		got := c.Child(n.parent, n.site, n.code)
		want, ok := known[n]
		switch {
		case !ok && len(known) == 5000:
			want = n.parent
		case !ok:
			want = uint32(len(known) + 1)
			known[n] = want
		}
		if got != want {
			t.Fatalf("%+v is %d, expected %d", n, got, want)
		}
	}
	if len(known) != 5000 || c.Len() != 5001 || c.Over() == 0 {
		t.Errorf("visited %d contexts, %d in the tree, %d over", len(known), c.Len(), c.Over())
	}
}

func TestContextsLoadWhatIsWritten(t *testing.T) {
	c := tree(rand.New(rand.NewPCG(3, 4)), 1000)
	file := c.AppendFrom(1, nil)
	if len(file) != 1000*wire.ContextBytes {
		t.Fatalf("%d bytes", len(file))
	}
	again := NewContexts(0)
	// As the file grows, and cut off within a context.
	for _, part := range [][]byte{file[:160], nil, file[160:1600], append(file[1600:len(file):len(file)], 1, 2, 3)} {
		if err := again.Load(part); err != nil {
			t.Fatal(err)
		}
	}
	if again.Len() != c.Len() {
		t.Fatalf("%d contexts, expected %d", again.Len(), c.Len())
	}
	for i := range c.Len() {
		a, b := c.At(i), again.At(i)
		if a != b || i > 0 && again.Child(a.Parent, wire.Location(a.Site), wire.Location(a.Code)) != uint32(i) {
			t.Errorf("context %d is %+v, expected %+v", i, b, a)
		}
	}
	if got := again.AppendFrom(500, nil); string(got) != string(file[499*wire.ContextBytes:]) {
		t.Error("what is appended from 500 on is not the rest of the file")
	}
	if got := again.AppendFrom(5000, nil); len(got) != 0 {
		t.Errorf("%d bytes after the end", len(got))
	}
}

func TestBadContexts(t *testing.T) {
	entry := func(parent, site, code uint32) []byte {
		w := wire.Context{Parent: parent, Site: site, Code: code}
		w.CRC = wire.Checksum(w.Append(nil)[:wire.OffContextCRC])
		return w.Append(nil)
	}
	good := entry(0, 0, 7)
	flipped := entry(1, 2, 3)
	flipped[5] ^= 4
	for name, bad := range map[string][]byte{
		"a flipped bit":             flipped,
		"a context of its own":      entry(2, 1, 1),
		"a parent that comes later": entry(3, 1, 1),
		"a site that cannot be":     entry(1, 1<<29, 1),
		"code that cannot be":       entry(1, 1, 1<<31),
		"zeros":                     make([]byte, wire.ContextBytes),
	} {
		c := NewContexts(10)
		var corrupt *wire.CorruptError
		err := c.Load(append(append(good[:len(good):len(good)], bad...), good...))
		if !errors.As(err, &corrupt) || corrupt.Offset != wire.ContextBytes || c.Len() != 2 {
			t.Errorf("%s: %v, %d contexts, expected an error at the second", name, err, c.Len())
		}
	}
}

func TestThreadsShareContexts(t *testing.T) {
	c := NewContexts(1000)
	var wg sync.WaitGroup
	numbers := make([][100]uint32, 4)
	for i := range numbers {
		wg.Go(func() {
			for n := range 100 {
				numbers[i][n] = c.Child(0, 1, wire.Location(n))
			}
		})
	}
	wg.Wait()
	for _, other := range numbers[1:] {
		if other != numbers[0] {
			t.Errorf("%v and %v for the same calls", numbers[0], other)
		}
	}
	if c.Len() != 101 {
		t.Errorf("%d contexts, expected 101", c.Len())
	}
}

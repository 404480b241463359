package stringtable

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxBytes is what the text of a table may have, and its nodes: offsets have 31 bits.
const maxBytes = math.MaxInt32

// TooLargeError says that prefixes are too many or too long for one table.
type TooLargeError struct {
	What      string
	Got, Most int64
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("build string table: %d %s, expected at most %d", e.Got, e.What, e.Most)
}

// builder makes the image of a table.
type builder struct {
	prefixes []string
	offsets  []uint32 // where they begin in the text
	sorted   []int    // the indices of prefixes that differ, by their bytes
	nodes    []byte
	queue    []group
}

// group is what is below a node: the prefixes sorted[first:end], which agree in the first from bytes.
type group struct {
	first, end int
	from       int
	entry      int // where in nodes the entry is that leads here; none: 0
}

// Build makes a table of prefixes. The error is a *TooLargeError.
func Build(prefixes []string) (*Table, error) {
	if len(prefixes) > math.MaxInt32 {
		return nil, &TooLargeError{"prefixes", int64(len(prefixes)), math.MaxInt32}
	}
	size := int64(0)
	offsets := make([]uint32, len(prefixes))
	for i, p := range prefixes {
		offsets[i] = uint32(size)
		size += int64(len(p))
	}
	if size > maxBytes {
		return nil, &TooLargeError{"bytes", size, maxBytes}
	}
	b := &builder{prefixes: prefixes, offsets: offsets}
	parents, shortest := b.sort()
	b.queue = []group{{0, len(b.sorted), 0, 0}}
	for len(b.queue) > 0 {
		g := b.queue[0]
		b.queue = b.queue[1:]
		b.add(g)
	}
	image, err := b.image(parents, shortest, size)
	if err != nil {
		return nil, err
	}
	return newTable(image, len(prefixes)), nil
}

// sort orders the prefixes and returns for each 1 + its parent, and 1 + the shortest prefix that it begins with.
func (b *builder) sort() (parents, shortest []uint32) {
	all := make([]int, len(b.prefixes))
	for i := range all {
		all[i] = i
	}
	slices.SortFunc(all, func(x, y int) int {
		return cmp.Or(strings.Compare(b.prefixes[x], b.prefixes[y]), cmp.Compare(x, y))
	})
	parents, shortest = make([]uint32, len(all)), make([]uint32, len(all))
	var open []int // what the prefixes that follow may begin with, the longest last
	for _, i := range all {
		p := b.prefixes[i]
		for len(open) > 0 && !strings.HasPrefix(p, b.prefixes[open[len(open)-1]]) {
			open = open[:len(open)-1]
		}
		shortest[i] = uint32(i + 1)
		if len(open) > 0 {
			parents[i], shortest[i] = uint32(open[len(open)-1]+1), uint32(open[0]+1)
			if len(p) == len(b.prefixes[open[len(open)-1]]) {
				continue
			}
		}
		open = append(open, i)
		b.sorted = append(b.sorted, i)
	}
	return parents, shortest
}

// at returns the i-th prefix in order.
func (b *builder) at(i int) string { return b.prefixes[b.sorted[i]] }

// add appends the node of a group, and puts the groups below it into the queue.
func (b *builder) add(g group) {
	for len(b.nodes)%nodeAlign != 0 {
		b.nodes = append(b.nodes, 0)
	}
	start := len(b.nodes)
	if g.entry > 0 {
		binary.LittleEndian.PutUint32(b.nodes[g.entry+8:], uint32(start/nodeAlign))
	}
	rest := g
	if g.first < g.end && len(b.at(g.first)) == g.from {
		rest.first++
	}
	if rest.end-rest.first > maxSlots {
		b.addBranch(g)
		return
	}
	b.addLeaf(rest)
	if rest.first > g.first {
		binary.LittleEndian.PutUint32(b.nodes[start+8:], uint32(b.sorted[g.first]+1))
	}
}

// common returns in how many bytes the prefixes of the group agree, and the length of the shortest.
func (b *builder) common(g group) (agree, least int) {
	if g.first == g.end {
		return g.from, g.from
	}
	first, last := b.at(g.first), b.at(g.end-1)
	for agree = g.from; agree < min(len(first), len(last)) && first[agree] == last[agree]; agree++ {
	}
	least = len(first)
	for i := g.first + 1; i < g.end; i++ {
		least = min(least, len(b.at(i)))
	}
	return agree, least
}

// addLeaf appends a leaf, without its terminal.
func (b *builder) addLeaf(g group) {
	agree, least := b.common(g)
	// Where the shortest still has some bytes: such that has none would fit every string.
	depth := max(g.from, min(agree, least-window/2))
	count := g.end - g.first
	width := log2(max(count, 1))
	room := 1 << width
	order := slices.Clone(b.sorted[g.first:g.end])
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(len(b.prefixes[y]), len(b.prefixes[x])) })

	n := b.grow(valuesAt(width) + 16*room)
	n[1], n[3] = byte(width), byte(count)
	binary.LittleEndian.PutUint32(n[4:], uint32(depth))
	values := n[valuesAt(width):]
	masks := values[8*room:]
	for i := range room {
		if i >= count {
			binary.LittleEndian.PutUint64(values[8*i:], 1)
			continue
		}
		rest := b.prefixes[order[i]][depth:]
		slot := n[nodeHead+slotBytes*i:]
		binary.LittleEndian.PutUint32(slot, uint32(order[i]+1))
		binary.LittleEndian.PutUint32(slot[4:], b.offsets[order[i]])
		binary.LittleEndian.PutUint32(slot[8:], uint32(len(b.prefixes[order[i]])))
		binary.LittleEndian.PutUint64(values[8*i:], load(rest))
		binary.LittleEndian.PutUint64(masks[8*i:], strideMask(min(window, len(rest))))
	}
}

// addBranch appends a branch.
func (b *builder) addBranch(g group) {
	depth, least := b.common(g)
	terminal := -1
	if depth == least {
		terminal = b.sorted[g.first]
		g.first++
		_, least = b.common(g)
	} else if g.from+window > depth {
		depth = g.from // what they have in common is part of the key
	}
	stride := min(window, least-depth)
	var below []group
	var keys []uint64
	for i := g.first; i < g.end; {
		j, key := i+1, b.at(i)[depth:depth+stride]
		for j < g.end && b.at(j)[depth:depth+stride] == key {
			j++
		}
		below, keys = append(below, group{first: i, end: j, from: depth + stride}), append(keys, load(key))
		i = j
	}
	width, seed, places := layOut(keys)
	start := len(b.nodes)
	n := b.grow(nodeHead + entryBytes<<width)
	n[0], n[1], n[2] = byte(stride), byte(width), seed
	binary.LittleEndian.PutUint32(n[4:], uint32(depth))
	binary.LittleEndian.PutUint32(n[8:], uint32(terminal+1))
	if depth > g.from {
		binary.LittleEndian.PutUint32(n[12:], uint32(b.sorted[g.first]+1))
	}
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
		at := nodeHead + entryBytes*places[i]
		binary.LittleEndian.PutUint64(n[at:], keys[i])
		below[i].entry = start + at
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(places[x], places[y]) })
	for _, i := range order {
		b.queue = append(b.queue, below[i])
	}
}

// grow appends so many zeros and returns them.
func (b *builder) grow(size int) []byte {
	start := len(b.nodes)
	b.nodes = append(b.nodes, make([]byte, size)...)
	return b.nodes[start:]
}

// layOut finds the size and the seed of the hash table of a branch, and the place of each key. Of the
// seeds that are tried the one is taken whose keys are the nearest to where they are looked for.
func layOut(keys []uint64) (width int, seed byte, places []int) {
	width = log2(2 * len(keys))
	last := 1<<width - 1
	least := math.MaxInt
	taken := make([]bool, last+1)
	for try := range 16 {
		clear(taken)
		away, at := 0, make([]int, len(keys))
		for i, key := range keys {
			at[i] = int(key * multiplier(byte(try)) >> (64 - width))
			for taken[at[i]] {
				at[i] = (at[i] + 1) & last
				away++
			}
			taken[at[i]] = true
		}
		if away < least {
			least, seed, places = away, byte(try), at
		}
		if away == 0 {
			break
		}
	}
	return width, seed, places
}

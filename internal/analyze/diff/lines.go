package diff

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// linePair is a line before and after, by their numbers in the files; 0 where there
// is none.
type linePair struct {
	base, new int
	state     State
}

// lineMap matches the lines of a function before and after:
//
//   - lines that a shortest edit of the text leaves alone are the same;
//   - of those that it removes and adds, lines with the same text that occurs once in
//     either are moved;
//   - those removed and added at the same place that look alike are changed;
//   - the rest is removed and added.
//
// Without a text on both sides lines are matched by their distance from the function's
// first line.
func lineMap(b, n *function) []linePair {
	if b.text == nil || n.text == nil {
		return byDistance(b, n)
	}
	m := mapper{b: b.text, n: n.text, to: make([]int, len(b.text)), state: make([]State, len(b.text)), taken: make([]bool, len(n.text))}
	m.edits = lcs.DiffLines(b.text, n.text)
	m.same()
	m.moved()
	m.changed()
	var pairs []linePair
	for i, state := range m.state {
		p := linePair{b.key.line + i, 0, state}
		if state != Removed {
			p.new = n.key.line + m.to[i]
		}
		pairs = append(pairs, p)
	}
	for j, taken := range m.taken {
		if !taken {
			pairs = append(pairs, linePair{0, n.key.line + j, Added})
		}
	}
	return pairs
}

// mapper matches two texts.
type mapper struct {
	b, n  []string
	edits []lcs.Diff
	to    []int // of each line of b, the line of n that it is
	state []State
	taken []bool // lines of n
}

func (m *mapper) pair(i, j int, state State) {
	m.to[i], m.state[i], m.taken[j] = j, state, true
}

// same pairs what the edits leave alone.
func (m *mapper) same() {
	i, j := 0, 0
	for _, d := range append(slices.Clone(m.edits), lcs.Diff{Start: len(m.b), End: len(m.b)}) {
		for ; i < d.Start; i, j = i+1, j+1 {
			m.pair(i, j, Same)
		}
		for ; i < d.End; i++ {
			m.state[i] = Removed
		}
		j = d.ReplEnd
	}
}

// moved pairs what was removed with what was added elsewhere.
func (m *mapper) moved() {
	const twice = -1
	unique := func(text []string, free func(i int) bool) map[string]int {
		at := map[string]int{}
		for i, line := range text {
			if _, met := at[line]; met {
				at[line] = twice
			} else if line != "" && free(i) {
				at[line] = i
			}
		}
		return at
	}
	from := unique(m.b, func(i int) bool { return m.state[i] == Removed })
	to := unique(m.n, func(j int) bool { return !m.taken[j] })
	for line, i := range from {
		if j, ok := to[line]; ok && i != twice && j != twice {
			m.pair(i, j, Moved)
		}
	}
}

// changed pairs lines that stand for each other in a place that was edited, in their
// order: those with more than half of their words in common.
func (m *mapper) changed() {
	const most = 200 // lines; more are another text
	for _, d := range m.edits {
		if d.End-d.Start > most || d.ReplEnd-d.ReplStart > most {
			continue
		}
		next := d.ReplStart
		for i := d.Start; i < d.End; i++ {
			if m.state[i] != Removed {
				continue
			}
			for j := next; j < d.ReplEnd; j++ {
				if !m.taken[j] && similarity(words(m.b[i]), words(m.n[j])) > .5 {
					m.pair(i, j, Changed)
					next = j + 1
					break
				}
			}
		}
	}
}

// words are what a line of code is made of.
func words(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t()[]{}.,:;=+-*/%<>!\"'", r) })
}

// similarity is how much of two texts is the same, 0 to 1, whatever its order.
func similarity(a, b []string) float64 {
	count := map[string]int{}
	for _, w := range a {
		count[w]++
	}
	common := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// byDistance pairs the lines that ran.
func byDistance(b, n *function) (pairs []linePair) {
	for line := range b.lines {
		p := linePair{line, line - b.key.line + n.key.line, Same}
		if _, ok := n.lines[p.new]; !ok && p.new > n.last {
			p.new, p.state = 0, Removed
		}
		pairs = append(pairs, p)
	}
	for line := range n.lines {
		if at := line - n.key.line + b.key.line; b.lines[at] == (sample{}) {
			p := linePair{at, line, Same}
			if at > b.last {
				p = linePair{0, line, Added}
			}
			pairs = append(pairs, p)
		}
	}
	return pairs
}

package perfecthash

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Language is what source code is in.
type Language uint8

// The languages of Generate.
const (
	Go Language = iota
	C
)

// MaxGenerate is how many keys there can be in source code; more take compilers too long.
const MaxGenerate = 1 << 20

// Source is a generated file.
type Source struct {
	Name    string
	Content []byte
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Generate returns the table as source code that needs nothing but its language: of Go a
// package with the given name and its test, of C a header, the code and a program that tests
// it. The keys are those that the table was built of, for the test.
func (t *Table) Generate(language Language, name string, keys Keys) ([]Source, error) {
	if !identifier.MatchString(name) {
		return nil, fmt.Errorf("generate code: name %q, expected small letters, digits and _", name)
	}
	if t.n == 0 {
		return nil, errors.New("generate code: the table has no keys")
	}
	if t.n > MaxGenerate {
		return nil, fmt.Errorf("generate code: %w", &LimitError{t.Len(), MaxGenerate})
	}
	if keys.kind() != t.kind || keys.count() != t.Len() {
		return nil, fmt.Errorf("generate code: %d keys of the kind %v, the table has %d of %v", keys.count(), keys.kind(), t.n, t.kind)
	}
	switch language {
	case Go:
		return t.generateGo(name, keys), nil
	case C:
		return t.generateC(name, keys), nil
	}
	return nil, fmt.Errorf("generate code: language %d", language)
}

// fill replaces each name in braces, {Name}, by what stands for it.
func fill(text string, names ...string) string {
	pairs := make([]string, 0, len(names))
	for i := 0; i+1 < len(names); i += 2 {
		pairs = append(pairs, "{"+names[i]+"}", names[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// list writes numbers for an initializer, some on each line.
func list[N uint8 | uint16 | uint32 | uint64](numbers []N, suffix string) string {
	const most = 16
	if len(numbers) == 0 {
		return ""
	}
	var b strings.Builder
	for i, n := range numbers {
		switch {
		case i%most == 0:
			b.WriteString("\n\t")
		default:
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%#x%s,", n, suffix)
	}
	b.WriteByte('\n')
	return b.String()
}

// numbersOf returns the elements of a section of little-endian numbers of so many bytes.
func numbersOf[N uint8 | uint16 | uint32 | uint64](section []byte, size int) []N {
	out := make([]N, 0, len(section)/size)
	for i := 0; i < len(section); i += size {
		var n uint64
		for j := range size {
			n |= uint64(section[i+j]) << (8 * j)
		}
		out = append(out, N(n))
	}
	return out
}

// spares returns the slots that the levels above lead to.
func (t *Table) spares() []uint32 {
	out := make([]uint32, t.remap.n)
	for i := range out {
		out[i] = uint32(t.remap.at(uint64(i)))
	}
	return out
}

// allBytes returns the keys that are bytes.
func allBytes(keys Keys) [][]byte {
	var all [][]byte
	for shard := range keys.shards() {
		keys.bytes(shard, func(key []byte) { all = append(all, append([]byte{}, key...)) })
	}
	return all
}

// allNumbers returns the keys that are numbers, which their hashes tell.
func allNumbers(keys Keys) []uint64 {
	var all []uint64
	for shard := range keys.shards() {
		keys.hashes(shard, 0, func(hashes []uint64) {
			for _, h := range hashes {
				all = append(all, unmix(h))
			}
		})
	}
	return all
}

// checkWords says how foreign keys are known, for the comment of Find.
func (t *Table) checkWords() string {
	switch t.check {
	case CheckNone:
		return "For any other key it is any number, or none."
	case CheckKeys:
		return "Any other key is not found."
	}
	return fmt.Sprintf("Of other keys one in %d is found as well.", uint64(1)<<(8*t.checkBytes()))
}

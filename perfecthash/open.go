package perfecthash

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
)

// Open returns the table that b holds, and uses b in place: it must not change as long as the
// table is used. Every byte is looked at, which takes about as long as to copy them. The error
// for bytes that are no table or a damaged one is a *CorruptError.
func Open(b []byte) (*Table, error) {
	t, err := OpenQuick(b)
	if err != nil {
		return nil, err
	}
	if err := t.checksums(b); err != nil {
		return nil, err
	}
	if err := t.checkRemap(); err != nil {
		return nil, err
	}
	return t, t.checkOffsets()
}

// OpenQuick is Open in a time that does not depend on the size: only the header and the sizes in it are
// looked at. Of a table that is damaged behind its header the answers are wrong, but
// never anything but a number below Len() or not found.
func OpenQuick(b []byte) (*Table, error) {
	h, sections, err := decodeHeader(b)
	if err != nil {
		return nil, err
	}
	t := &Table{header: h, sections: sections}
	if err := t.parse(); err != nil {
		return nil, err
	}
	if want := t.offsetsBytes(); uint64(len(sections[sectionOffsets])) != want {
		return nil, t.corrupt(sectionOffsets, "%d bytes, expected %d", len(sections[sectionOffsets]), want)
	}
	if want := h.n * h.checkBytes(); uint64(len(sections[sectionChecks])) != want {
		return nil, t.corrupt(sectionChecks, "%d bytes, expected %d", len(sections[sectionChecks]), want)
	}
	if len(sections[sectionBytes]) > 0 && !h.keepsBytes() {
		return nil, t.corrupt(sectionBytes, "%d bytes, expected none", len(sections[sectionBytes]))
	}
	return t, nil
}

func (t *Table) offsetsBytes() uint64 {
	if t.keepsBytes() {
		return 8 * (t.n + 1)
	}
	return 0
}

// corrupt returns the error for a section.
func (t *Table) corrupt(section int, format string, args ...any) error {
	names := [sectionCount]string{"seeds", "levels", "low", "high", "samples", "checks", "offsets", "bytes"}
	at := uint64(headerSize)
	for i, s := range t.sections {
		if at = aligned(at); i == section {
			break
		}
		at += uint64(len(s))
	}
	return &CorruptError{int64(at), "section " + names[section] + ": " + fmt.Sprintf(format, args...)}
}

// parse makes what a look-up needs of the sections of the function.
func (t *Table) parse() error {
	t.seeds, t.checks = t.sections[sectionSeeds], t.sections[sectionChecks]
	t.quick = t.n > 0 && t.algorithm == PHast && t.kind != KindBytes && t.check != CheckKeys
	if t.algorithm == CHM {
		return t.parseCHM()
	}
	b := t.sections[sectionLevels]
	count := len(b) / levelBytes
	if len(b)%levelBytes != 0 || count == 0 || count > maxLevels {
		return t.corrupt(sectionLevels, "%d bytes, expected %d for each of 1 to %d levels", len(b), levelBytes, maxLevels)
	}
	var seeds, slots uint64
	for i := range count {
		l := decodeLevel(b[i*levelBytes:])
		if l.slots == 0 || l.slots > 2*MaxKeys || l.buckets == 0 || l.buckets > l.slots || l.width == 0 || l.width > min(l.slots, maxWidth) {
			return t.corrupt(sectionLevels, "level %d has %d slots, %d buckets, a width of %d", i, l.slots, l.buckets, l.width)
		}
		l = newLevel(l.slots, l.buckets, l.width)
		l.seedAt, l.slotAt = seeds, slots
		seeds += l.buckets
		if i > 0 {
			slots += l.slots
		}
		t.levels = append(t.levels, l)
	}
	if t.first = t.levels[0]; t.first.slots != max(t.n, 1) {
		return t.corrupt(sectionLevels, "%d slots on the first level, expected %d", t.first.slots, max(t.n, 1))
	}
	if seeds != uint64(len(t.seeds)) {
		return t.corrupt(sectionSeeds, "%d bytes, expected %d", len(t.seeds), seeds)
	}
	return t.parseRemap(slots)
}

// parseRemap finds the list for so many slots above the first level. There also shifts are
// checked that lead behind the end of a level, which only narrow ones have.
func (t *Table) parseRemap(slots uint64) error {
	for i, l := range t.levels {
		if l.width >= wide {
			continue
		}
		if l.slots > wide {
			return t.corrupt(sectionLevels, "level %d of %d slots has a width of %d", i, l.slots, l.width)
		}
		for _, seed := range t.seeds[l.seedAt : l.seedAt+l.buckets] {
			if uint64(seed)%shifts >= l.shifts {
				return t.corrupt(sectionSeeds, "seed %#x, expected a shift below %d", seed, l.shifts)
			}
		}
	}
	r := remap{n: slots, lowBits: lowBitsFor(slots, t.n), low: t.sections[sectionLow], high: t.sections[sectionHigh], samples: t.sections[sectionSamples]}
	for section, want := range map[int]uint64{
		sectionLow: r.lowBytes(), sectionHigh: r.highBytes(t.n), sectionSamples: (slots + sampled - 1) / sampled * sampleBytes,
	} {
		if got := uint64(len(t.sections[section])); got != want {
			return t.corrupt(section, "%d bytes, expected %d", got, want)
		}
	}
	t.remap = r
	return nil
}

func (t *Table) parseCHM() error {
	b := t.sections[sectionLevels]
	if len(b) != 16 {
		return t.corrupt(sectionLevels, "%d bytes, expected 16", len(b))
	}
	for _, section := range []int{sectionLow, sectionHigh, sectionSamples} {
		if n := len(t.sections[section]); n > 0 {
			return t.corrupt(section, "%d bytes, expected none", n)
		}
	}
	vertices := binary.LittleEndian.Uint64(b)
	t.chm = newCHMForm(t.n, vertices, binary.LittleEndian.Uint64(b[8:]))
	size := uint64(2)
	if t.chm.wide() {
		size = 4
	}
	if vertices == 0 || vertices&(vertices-1) != 0 || vertices > uint64(len(t.seeds)) || vertices*size != uint64(len(t.seeds)) {
		return t.corrupt(sectionSeeds, "%d bytes for %d vertices", len(t.seeds), vertices)
	}
	return nil
}

// checksums compares the sections with their checksums, and what is between them with zeros.
func (t *Table) checksums(b []byte) error {
	end := uint64(headerSize)
	for i, section := range t.sections {
		at := aligned(end)
		for ; end < at; end++ {
			if b[end] != 0 {
				return &CorruptError{int64(end), fmt.Sprintf("byte %#x between sections, expected 0", b[end])}
			}
		}
		end += uint64(len(section))
		want := binary.LittleEndian.Uint32(b[sectionAt+sectionRecord*i+8:])
		if sum := crc32.Checksum(section, castagnoli); sum != want {
			return t.corrupt(i, "checksum %#x, expected %#x", sum, want)
		}
	}
	return nil
}

// checkRemap looks at each element of the list, and at the samples.
func (t *Table) checkRemap() error {
	var i, last uint64
	for at := 0; at < len(t.remap.high); at += 8 {
		for word := binary.LittleEndian.Uint64(t.remap.high[at:]); word != 0; word &= word - 1 {
			one := uint64(at*8 + bits.TrailingZeros64(word))
			if i >= t.remap.n {
				return t.corrupt(sectionHigh, "bit %d is beyond the %d elements", one, t.remap.n)
			}
			if sample := t.remap.sample(i); i%sampled == 0 && sample != one {
				return t.corrupt(sectionSamples, "sample of element %d is %d, expected %d", i, sample, one)
			}
			slot := (one-i)<<t.remap.lowBits | t.remap.lowOf(i)
			if slot >= t.n || slot < last {
				return t.corrupt(sectionLow, "slot %d after %d, expected less than %d", slot, last, t.n)
			}
			last = slot
			i++
		}
	}
	if i != t.remap.n {
		return t.corrupt(sectionHigh, "%d elements, expected %d", i, t.remap.n)
	}
	return nil
}

// checkOffsets looks at where the keys begin that are kept.
func (t *Table) checkOffsets() error {
	if !t.keepsBytes() {
		return nil
	}
	offsets, last := t.sections[sectionOffsets], uint64(0)
	if first := binary.LittleEndian.Uint64(offsets); first != 0 {
		return t.corrupt(sectionOffsets, "the first key begins at %d, expected 0", first)
	}
	for ; len(offsets) > 0; offsets = offsets[8:] {
		v := binary.LittleEndian.Uint64(offsets)
		if v < last {
			return t.corrupt(sectionOffsets, "%d after %d", v, last)
		}
		last = v
	}
	if all := uint64(len(t.sections[sectionBytes])); last != all {
		return t.corrupt(sectionOffsets, "the last key ends at %d, expected %d", last, all)
	}
	return nil
}

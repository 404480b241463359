package perfecthash

import (
	"context"
	"errors"
)

// phast finds the seeds of all levels.
func (b *builder) phast(ctx context.Context) error {
	first := geometry(b.head.n, true)
	p, err := b.level(ctx, b.keys, first, b.put, b.step)
	if err != nil {
		return err
	}
	seeds, levels := p.seeds, p.append(nil)
	rest := p.left()
	p.hashed = nil // as much memory as all the rest
	var above []*placer
	for hashes := rest; len(hashes) > 0; hashes = above[len(above)-1].left() {
		if len(above)+1 == maxLevels {
			return errors.New("some keys find no place on any level")
		}
		next, err := b.level(ctx, again(hashes), geometry(uint64(len(hashes)), false), nil, func(int) {})
		if err != nil {
			return err
		}
		above = append(above, next)
		seeds = append(seeds, next.seeds...)
		levels = next.append(levels)
	}
	b.sections[sectionSeeds], b.sections[sectionLevels] = seeds, levels
	if len(rest) == 0 {
		return nil
	}
	list := spare(p, above)
	r := newRemap(list, b.head.n)
	b.sections[sectionLow], b.sections[sectionHigh], b.sections[sectionSamples] = r.low, r.high, r.samples
	t := &Table{header: b.head, sections: b.sections}
	if err := t.parse(); err != nil {
		return err
	}
	for _, h := range rest {
		b.put(t.slot(h), h)
	}
	return nil
}

// level places keys, or what is left of them, on a level.
func (b *builder) level(ctx context.Context, keys Keys, l level, put func(slot, hash uint64), step func(int)) (*placer, error) {
	hashed, err := partition(ctx, keys, &l, b.head.seed, b.Workers, step)
	if err != nil {
		return nil, err
	}
	p := &placer{level: &l, hashed: hashed, seeds: make([]byte, l.buckets), taken: newBitmap(l.slots), put: put}
	if err := p.place(ctx, b.Workers, step); err != nil {
		return nil, err
	}
	if p.twice {
		return nil, &sameHash{p.same}
	}
	return p, nil
}

// spare returns the first level's slots that are left, for each slot of the levels
// above; one that no key lies in has the same as its neighbour.
func spare(first *placer, above []*placer) []uint64 {
	total := uint64(0)
	for _, p := range above {
		total += p.slots
	}
	list := make([]uint64, 0, total)
	var free uint64
	for first.taken.has(free) {
		free++
	}
	for _, p := range above {
		for slot := range p.slots {
			list = append(list, min(free, first.slots-1))
			if !p.taken.has(slot) {
				continue
			}
			for free++; free < first.slots && first.taken.has(free); free++ {
			}
		}
	}
	return list
}

// again are the hashes of keys that had no place, as keys for the next level.
type again []uint64

func (a again) kind() Kind                  { return KindBytes }
func (a again) count() int                  { return len(a) }
func (a again) shards() int                 { return (len(a) + numbersAShard - 1) / numbersAShard }
func (a again) bytes(_ int, _ func([]byte)) {}

func (a again) hashes(shard int, _ uint64, yield func([]uint64)) {
	var out [batch]uint64
	for rest := a[shard*numbersAShard : min(len(a), (shard+1)*numbersAShard)]; len(rest) > 0; {
		n := copy(out[:], rest)
		for i, h := range out[:n] {
			out[i] = remix(h)
		}
		yield(out[:n])
		rest = rest[n:]
	}
}

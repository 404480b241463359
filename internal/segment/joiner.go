package segment

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// joiner joins columns to words: it predicts as the splitter did.
type joiner struct {
	known   [contexts]uint64 // the context's first place << 32 | the context after it
	second  [contexts]uint32 // its second place
	means   [contexts]uint32
	context uint32
	unit    uint32
	usual   uint32 // up to so many steps, ticks are steps times unit and the mean takes them whole

	hits   int  // to come before the miss
	miss   byte // the byte of the column runs that tells of the miss
	runs   []byte
	places []byte
}

func (j *joiner) reset(u unit, runs, places []byte) {
	_, shift := u.split()
	j.unit, j.usual = uint32(u), min(meanMost, uint32(math.MaxUint32)>>shift)
	for c := range uint32(contexts) {
		j.known[c] = uint64(follow(c, 0))
	}
	j.second, j.means = [contexts]uint32{}, [contexts]uint32{}
	j.context, j.runs, j.places = 0, runs, places
	j.hits, j.miss = 0, runWhole
}

// join makes n words; b has their ticks.
func (j *joiner) join(words *rawBlock, n int, b *block) error {
	n = min(n, blockWords)
	for i := 0; ; {
		end := min(i+j.hits, n)
		j.hits -= end - i
		j.hit(words, i, end, b)
		if i = end; i == n {
			return nil
		}
		if err := j.next(); err != nil {
			return err
		}
	}
}

// next puts the miss that is due into the table, which makes it a hit, and reads
// a byte of the column runs. After the last one come hits only.
func (j *joiner) next() error {
	j.hits = 0
	if j.miss < runWhole {
		c := j.context & contextMask
		place := j.second[c]
		if j.miss&runSecond == 0 {
			if len(j.places) < 4 {
				return corrupt(0, "the column places ends before the last miss")
			}
			place, j.places = binary.LittleEndian.Uint32(j.places), j.places[4:]
		}
		j.second[c] = uint32(j.known[c] >> 32)
		j.known[c] = uint64(place)<<32 | uint64(follow(c, place))
		j.hits = 1
	}
	if len(j.runs) == 0 {
		j.hits, j.miss = MaxWords, runWhole
		return nil
	}
	j.miss, j.runs = j.runs[0], j.runs[1:]
	j.hits += int(j.miss >> 1)
	return nil
}

// hit makes the words from i to end, which the table predicts. Where the entry of
// the next word lies is known with this one's: a word takes one dependent load, and
// the rest runs beside it.
func (j *joiner) hit(words *rawBlock, i, end int, b *block) {
	c, unit, usual := j.context, j.unit, j.usual
	for i, end := uint(i), uint(min(end, blockWords)); i < end; i++ {
		entry := j.known[c&contextMask]
		mean := j.means[c&contextMask]
		off := b[i]>>1 ^ -(b[i] & 1)
		steps := mean>>meanShift + off
		ticks := steps * unit
		mean += off
		if steps > usual {
			mean, ticks = j.unusual(mean, steps)
		}
		j.means[c&contextMask] = mean
		binary.LittleEndian.PutUint64(words[8*i:8*i+8], entry>>32|uint64(ticks)<<32)
		c = uint32(entry)
	}
	j.context = c
}

// unusual returns the mean and the ticks for steps above j.usual. Inlined, it would
// take the registers of the loop that calls it.
//
//go:noinline
func (j *joiner) unusual(mean, steps uint32) (uint32, uint32) {
	odd, shift := unit(j.unit).split()
	return mean - steps + min(steps, meanMost), bits.RotateLeft32(steps, shift) * odd
}

// end checks that the columns are used up.
func (j *joiner) end() error {
	if len(j.runs) > 0 || j.miss < runWhole || len(j.places) > 0 {
		return corrupt(0, "%d bytes of runs and %d of places left after the last word", len(j.runs), len(j.places))
	}
	return nil
}

package drain

import (
	"slices"
	"time"

	"tracer/internal/wire"
)

// How many slots the agent finds in the list free: some, and as many as it used
// lately in twice the time between two looks. It takes the one that has been there
// longest, so fewer are warmer.
const (
	freeBytes = 1 << 20  // of these some
	freeLeast = 2        // slots
	freeMost  = 16 << 20 // bytes in all
)

// How many slots are kept empty beside these.
const (
	spareBytes = 32 << 20
	spareTime  = time.Second // what was not used for so long is retired
)

// spares are the empty slots that the list free does not need. They wait for the
// next burst.
type spares struct {
	numbers []uint32 // ascending: the agent gets the first, so that the last chunks are left
	used    int      // slots that the agent filled between two looks, falling slowly
	low     int      // the fewest there were since
	since   time.Time
}

func (s *spares) add(number uint32) {
	at, _ := slices.BinarySearch(s.numbers, number)
	s.numbers = slices.Insert(s.numbers, at, number)
}

// want returns how many slots are to be in the list free.
func (p *Process) want() int {
	most := min(wire.FreeEntries/2, max(freeLeast, freeMost/int(p.slotSize)))
	some := max(freeLeast, freeBytes/int(p.slotSize))
	return min(some+2*p.spare.used, most)
}

// release gives drained slots back: to the agent, or to the file system if it has
// enough, or with all.
func (p *Process) release(w *Worker, slots []slot, all bool) {
	if len(slots) == 0 {
		return
	}
	if p.finishing || !p.pool.mapped || !p.pool.recording() {
		all = true
	}
	retired := w.numbers[:0]
	for i := range slots {
		s := &slots[i]
		if all || p.retires(s) {
			retired = append(retired, s.number)
		} else if err := p.pool.empty(s, w.zeros); err != nil {
			p.problem(err) // the slot is lost to the agent, not what it held
			retired = append(retired, s.number)
		} else {
			p.spare.add(s.number)
			p.refill()
		}
	}
	p.retire(retired)
	w.numbers = retired
}

// retires reports whether a slot is of no more use to the agent: because there are
// enough; because the rest of its chunk is retired, which is in use until all of it
// is; or because an agent that found its list full gives blocks of it back just now.
func (p *Process) retires(s *slot) bool {
	bounded := p.pool.word(wire.OffControlLimit).Load() != 0
	return !bounded && len(p.spare.numbers)*int(p.slotSize) >= spareBytes ||
		p.pool.retired[uint64(s.number)/p.pool.perChunk()] > 0 ||
		s.found && p.pool.slack(s)
}

// refill fills the list free.
func (p *Process) refill() {
	n := max(0, min(p.want()-p.pool.outstanding(), len(p.spare.numbers)))
	for _, number := range p.spare.numbers[:n] {
		p.pool.give(number)
	}
	p.spare.numbers = slices.Delete(p.spare.numbers, 0, n)
	p.spare.low = min(p.spare.low, len(p.spare.numbers))
}

func (p *Process) retire(numbers []uint32) {
	if err := p.pool.retire(numbers); err != nil {
		p.problem(err)
	}
}

// trim notes how many slots came, and retires the spares that nobody needed, in whole
// chunks.
func (p *Process) trim(came int, now time.Time) {
	s := &p.spare
	s.used = max(came, s.used-max(1, s.used/8))
	p.refill()
	if now.Sub(s.since) < spareTime {
		return
	}
	per, many := uint32(p.pool.perChunk()), s.low
	for end := len(s.numbers); end > 0; {
		chunk := s.numbers[end-1] / per
		begin, _ := slices.BinarySearch(s.numbers, chunk*per)
		if n := end - begin; n <= many && n+p.pool.retired[uint64(chunk)] == int(per) {
			many -= n
			p.retire(s.numbers[begin:end])
			s.numbers = slices.Delete(s.numbers, begin, end)
		}
		end = begin
	}
	s.low, s.since = len(s.numbers), now
}

// reclaim gives all room back that only serves to be fast, and reports whether there
// was any: the disk is full.
func (p *Process) reclaim() bool {
	any := len(p.spare.numbers) > 0
	p.retire(p.spare.numbers)
	p.spare.numbers, p.spare.low = p.spare.numbers[:0], 0
	if p.pool.mapped {
		p.pool.ahead.off = true
		any = p.pool.ahead.release(p.pool) || any
	}
	if p.finishing && !p.swept {
		p.swept = true
		any = p.sweep() || any
	}
	return any
}

// sweep gives back the room of raw where no slot was begun, and behind what slots
// have used. Nobody writes them any more.
func (p *Process) sweep() bool {
	any := false
	size := int64(p.pool.slot())
	_ = p.pool.visit(func(number uint32, s *slot, err error) {
		at, used := p.pool.at(number), int64(0)
		switch {
		case err != nil:
			return
		case s != nil && s.used == 0:
			return
		case s != nil:
			used = (s.used + page - 1) &^ (page - 1)
		}
		any = used < size && p.pool.raw.punch(at+used, size-used) == nil || any
	})
	return any
}

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
	numbers []uint32 // the one emptied last at the end
	used    int      // slots that the agent filled between two looks, falling slowly
	low     int      // the fewest there were since
	since   time.Time
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
		switch {
		case all || s.found || len(p.spare.numbers)*int(p.slotSize) >= spareBytes:
			retired = append(retired, s.number)
		default:
			if err := p.pool.empty(s, w.zeros); err != nil {
				p.problem(err) // the slot is lost to the agent, not what it held
				retired = append(retired, s.number)
				continue
			}
			p.spare.numbers = append(p.spare.numbers, s.number)
			p.refill()
		}
	}
	p.retire(retired)
	w.numbers = retired
}

// refill fills the list free.
func (p *Process) refill() {
	for n := p.want() - p.pool.outstanding(); n > 0 && len(p.spare.numbers) > 0; n-- {
		last := len(p.spare.numbers) - 1
		p.pool.give(p.spare.numbers[last])
		p.spare.numbers = p.spare.numbers[:last]
	}
	p.spare.low = min(p.spare.low, len(p.spare.numbers))
}

func (p *Process) retire(numbers []uint32) {
	if err := p.pool.retire(numbers); err != nil {
		p.problem(err)
	}
}

// trim notes how many slots came, and retires the spares that nobody needed.
func (p *Process) trim(came int, now time.Time) {
	s := &p.spare
	s.used = max(came, s.used-max(1, s.used/8))
	p.refill()
	if now.Sub(s.since) < spareTime {
		return
	}
	if s.low > 0 {
		p.retire(s.numbers[:s.low])
		s.numbers = slices.Delete(s.numbers, 0, s.low)
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

package tracetest

import (
	"encoding/binary"

	"tracer/internal/wire"
)

// AgentThread is a thread of an agent. It keeps the stack that slots begin with.
// It is for one goroutine.
type AgentThread struct {
	Number, TID uint32
	Words       uint64 // that it has written

	agent    *Agent
	sequence uint32
	at       int64 // of the slot at hand, -1: none
	used     int64
	ticks    uint64
	frames   []wire.Frame
	buf      []byte // words that are not written yet
	batch    int
}

// Thread begins a thread. It writes batch words at a time, each of them visible only
// as a whole.
func (a *Agent) Thread(name string, batch int) *AgentThread {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.threads++
	a.set32(wire.OffControlThreads, a.threads)
	t := &AgentThread{Number: a.threads, TID: 1000 + a.threads, agent: a, at: -1, ticks: a.now(), batch: batch}
	a.append((&wire.ThreadRecord{Thread: t.Number, TID: t.TID, Ident: uint64(t.TID), Name: []byte(name)}).Append(nil))
	return t
}

// Call, Line and Return record events of code c now.
func (t *AgentThread) Call(c *AgentCode) {
	at := t.event(wire.Call, c.Base)
	t.frames = append(t.frames, wire.Frame{EnteredTicks: at, Code: uint32(c.Base), Location: uint32(c.Base)})
}

func (t *AgentThread) Line(c *AgentCode, i int) {
	t.event(wire.Line, c.Line(i))
	t.frames[len(t.frames)-1].Location = uint32(c.Line(i))
}

func (t *AgentThread) Return(c *AgentCode) {
	t.event(wire.Return, c.Base)
	t.frames = t.frames[:len(t.frames)-1]
}

// Depth is how many frames are open.
func (t *AgentThread) Depth() int { return len(t.frames) }

func (t *AgentThread) event(k wire.Kind, loc wire.Location) uint64 {
	now := max(t.agent.now(), t.ticks)
	delta := now - t.ticks
	for delta > wire.MaxDelta {
		delta >>= 1 // a thread that was stopped for seconds
	}
	if t.at < 0 || t.used+int64(len(t.buf))+8 > agentSlot {
		t.slot()
	}
	t.ticks += delta
	t.buf = binary.LittleEndian.AppendUint64(t.buf, uint64(wire.Pack(k, loc, uint32(delta))))
	t.Words++
	if len(t.buf) >= 8*t.batch {
		t.Flush()
	}
	return t.ticks
}

// Flush makes all that was recorded visible.
func (t *AgentThread) Flush() {
	if len(t.buf) == 0 {
		return
	}
	if _, err := t.agent.raw.WriteAt(t.buf, t.at+t.used); err != nil {
		t.agent.mu.Lock()
		t.agent.fail(err)
		t.agent.mu.Unlock()
	}
	t.used += int64(len(t.buf))
	t.buf = t.buf[:0]
}

// slot ends the slot at hand and begins another.
func (t *AgentThread) slot() {
	t.Flush()
	a := t.agent
	a.mu.Lock()
	defer a.mu.Unlock()
	next := a.take()
	if t.at >= 0 {
		t.end(false)
		t.sequence++
	}
	h := wire.Slot{
		HeaderSize: uint32(wire.SlotBytes + wire.FrameBytes*len(t.frames)), Thread: t.Number, TID: t.TID, Sequence: t.sequence,
		Ticks: t.ticks, PairTicks: t.ticks, PairMonoNs: t.ticks, Depth: uint32(len(t.frames)), Frames: uint32(len(t.frames)),
	}
	b := h.Append(nil)
	for i := range t.frames {
		b = t.frames[i].Append(b)
	}
	a.write(a.raw, b, next)
	a.write(a.raw, binary.LittleEndian.AppendUint32(nil, wire.MagicSlot), next)
	t.at, t.used = next, int64(len(b))
}

// end writes into the head of the slot at hand that no more words come.
func (t *AgentThread) end(last bool) {
	b := []byte{0, 0, 0, 0}
	if last {
		b[0] = 1
	}
	t.agent.write(t.agent.raw, b, t.at+wire.OffSlotLast)
	t.agent.write(t.agent.raw, binary.LittleEndian.AppendUint32(nil, uint32(t.used)), t.at+wire.OffSlotUsed)
	t.agent.give(t.at)
}

// End ends the thread.
func (t *AgentThread) End() {
	t.Flush()
	t.agent.mu.Lock()
	defer t.agent.mu.Unlock()
	if t.at >= 0 {
		t.end(true)
	}
	t.at = -1
}

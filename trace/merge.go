package trace

import (
	"container/heap"
	"iter"
)

// ThreadEvent is an event and its thread.
type ThreadEvent struct {
	Thread *Thread
	Event
}

// Merged returns the events of all threads of all processes in the order of
// time; at the same time, in the order of processes and threads. An error comes
// with its thread, when that one's events are at an end, and the others go on. It holds
// a few kilobytes for each thread, and a decoded segment of one that was compacted.
func (t *Trace) Merged() iter.Seq2[ThreadEvent, error] {
	return func(yield func(ThreadEvent, error) bool) {
		var m merge
		for _, p := range t.processes {
			for _, th := range p.Threads {
				s := &source{cursor: newCursor(th), order: len(m)}
				if s.advance() {
					m = append(m, s)
				} else if err := s.w.err(); err != nil && !yield(ThreadEvent{Thread: th}, err) {
					return
				}
			}
		}
		heap.Init(&m)
		for len(m) > 0 {
			s := m[0]
			if !yield(ThreadEvent{s.w.th, s.event}, nil) {
				return
			}
			if s.advance() {
				heap.Fix(&m, 0)
				continue
			}
			heap.Pop(&m)
			if err := s.w.err(); err != nil && !yield(ThreadEvent{Thread: s.w.th}, err) {
				return
			}
		}
	}
}

// source is a thread in a merge, with its next event.
type source struct {
	*cursor
	event Event
	order int
}

func (s *source) advance() (ok bool) {
	s.event, ok = s.next()
	return ok
}

// merge is a heap of sources.
type merge []*source

func (m merge) Len() int      { return len(m) }
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m merge) Less(i, j int) bool {
	if m[i].event.At != m[j].event.At {
		return m[i].event.At < m[j].event.At
	}
	return m[i].order < m[j].order
}

// Push is part of heap.Interface.
func (m *merge) Push(x any) { *m = append(*m, x.(*source)) }

// Pop is part of heap.Interface.
func (m *merge) Pop() any {
	old := *m
	s := old[len(old)-1]
	old[len(old)-1] = nil
	*m = old[:len(old)-1]
	return s
}

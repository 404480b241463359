package perfetto

import (
	"fmt"
	"slices"

	"tracer/internal/export/timeline"
	"tracer/trace"
)

// layout says which number a track has, and which a sequence of packets. Tracks are
// numbered from 1: two for each thread, one for each process and its counters; those of tasks from 2^32 on.
type layout struct {
	threads   []*trace.Thread
	processes []*trace.Process
	lines     bool
	counters  []timeline.Counter
}

// tracks are the numbers of a thread's tracks, and of the first of its sequences of packets.
type tracks struct {
	calls, lines uint64
	sequence     uint64 // of calls; that of lines is the next
	process      uint64 // of the process
	tasks        uint64 // what those of the process's tasks begin from
}

// task is the track of a task.
func (t *tracks) task(number uint32) uint64 { return t.tasks + uint64(number) }

// common is the sequence of what is of no thread.
const common = 1

func newLayout(threads []*trace.Thread, lines bool) *layout {
	return &layout{threads, timeline.Processes(threads), lines, timeline.Counters()}
}

func (l *layout) thread(number int) tracks {
	n, process := uint64(number), slices.Index(l.processes, l.threads[number].Process)
	return tracks{1 + 2*n, 2 + 2*n, common + 1 + 2*n, l.process(process), uint64(process+1) << 32}
}

func (l *layout) process(number int) uint64 {
	return 1 + 2*uint64(len(l.threads)) + uint64(number*(1+len(l.counters)))
}

func (l *layout) counter(process, number int) uint64 { return l.process(process) + 1 + uint64(number) }

// describe writes the tracks of processes and threads, and what the date was.
func (l *layout) describe(out *timeline.Output, t *trace.Trace) {
	b := packets{out}
	b.write(message(nil).number(packetTimestamp, 0).number(packetClockID, boottime).message(packetClockSnapshot, message(nil).
		message(snapshotClock, message(nil).number(clockID, boottime).number(clockTimestamp, 0)).
		message(snapshotClock, message(nil).number(clockID, realtime).number(clockTimestamp, uint64(t.Info().Start.UnixNano())))))
	for i, p := range l.processes {
		process := message(nil).number(processPID, uint64(p.PID)).text(processName, timeline.Process(p)).number(processStart, uint64(max(p.StartNS, 0)))
		for _, arg := range p.Argv {
			process = process.text(processCommand, arg)
		}
		b.write(message(nil).message(packetDescriptor, message(nil).number(descriptorUUID, l.process(i)).
			number(descriptorOrdering, explicit).message(descriptorProcess, process)))
	}
	for i, th := range l.threads {
		track := l.thread(i)
		thread := message(nil).number(threadPID, uint64(th.Process.PID)).number(threadTID, uint64(th.TID)).text(threadName, timeline.Thread(th))
		b.write(message(nil).message(packetDescriptor, message(nil).number(descriptorUUID, track.calls).number(descriptorParent, track.process).
			message(descriptorThread, thread)))
		if l.lines {
			b.write(message(nil).message(packetDescriptor, message(nil).number(descriptorUUID, track.lines).number(descriptorParent, track.calls).
				text(descriptorName, "lines")))
		}
	}
}

// countersOf writes the counters of a process. Those that cannot be read are left out.
func (l *layout) countersOf(out *timeline.Output, number int, p *trace.Process, w trace.Window) error {
	all, err := p.Counters()
	b := packets{out}
	for i := range l.counters {
		c := &l.counters[i]
		samples := c.Samples(all, w)
		if len(samples) == 0 {
			continue
		}
		track := l.counter(number, i)
		b.write(message(nil).message(packetDescriptor, message(nil).number(descriptorUUID, track).number(descriptorParent, l.process(number)).
			text(descriptorName, c.Name).number(descriptorRank, uint64(i)).message(descriptorCounter, unit(c.Unit))))
		for _, s := range samples {
			b.write(message(nil).number(packetTimestamp, uint64(max(s.At, 0))).message(packetTrackEvent, message(nil).
				number(eventType, counter).number(eventTrack, track).double(eventDouble, s.Value)))
		}
	}
	if err != nil {
		return fmt.Errorf("read counters of process %d: %w", p.PID, err)
	}
	return nil
}

// unit is what tells a counter's unit.
func unit(u timeline.Unit) message {
	switch u {
	case timeline.Count:
		return message(nil).number(counterUnit, unitCount)
	case timeline.Bytes:
		return message(nil).number(counterUnit, unitBytes)
	}
	return message(nil).text(counterName, u.String())
}

// packets are written to the sequence common.
type packets struct{ out *timeline.Output }

func (p packets) write(m message) {
	p.out.B = message(p.out.B).message(tracePacket, m.number(packetSequence, common))
	p.out.Spill()
}

package perfetto

import (
	"google.golang.org/protobuf/encoding/protowire"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
)

// kinds is how many kinds there are of entering and leaving a frame, of lines and gaps.
const kinds = taskKind + 1

// sequence is a sequence of packets on one track, with their state: what has a number.
type sequence struct {
	out   *timeline.Output
	track uint64
	tail  message // what is the same in all packets: sequence and flags
	at    int64   // ns: of the last packet

	categories [kinds]bool      // that have a number
	exits      [kinds]bool      // values of the annotation exit that have
	names      uint64           // how many have
	notes      [len(notes)]bool // that have
	fresh      message          // what has a number from the next packet on
}

// notes are the annotations' names.
var notes = [...]string{exitNote: "exit", lostNote: "lost", taskNote: "task"}

const (
	exitNote = iota
	lostNote
	taskNote
)

// begin starts the sequence, or clears its state.
func (s *sequence) begin(out *timeline.Output, id, track uint64, at int64) {
	*s = sequence{out: out, track: track, at: at}
	s.tail = message(nil).number(packetSequence, id).number(packetFlags, stateNeeded)
	defaults := message(nil).number(packetClockID, difference).message(packetTrackEvent, message(nil).number(eventTrack, track))
	s.packet(message(nil).number(packetSequence, id).number(packetFlags, stateCleared).message(packetDefaults, defaults))
	// The differences begin at this moment of the trace's clock.
	s.packet(message(nil).number(packetSequence, id).number(packetClockID, boottime).number(packetTimestamp, uint64(at)).
		message(packetClockSnapshot, message(nil).
			message(snapshotClock, message(nil).number(clockID, boottime).number(clockTimestamp, uint64(at))).
			message(snapshotClock, message(nil).number(clockID, difference).number(clockTimestamp, uint64(at)).number(clockIsDifference, 1))))
}

func (s *sequence) packet(m message) {
	s.out.B = message(s.out.B).message(tracePacket, m)
}

// category returns the number of the category that is called as a kind is.
func (s *sequence) category(k wire.Kind) uint64 {
	if !s.categories[k] {
		s.categories[k] = true
		s.intern(internedCategory, message(nil).number(internedID, uint64(k)+1).text(internedText, kindName(k)))
	}
	return uint64(k) + 1
}

// name gives a name, and maybe a place in the source, the next number.
func (s *sequence) name(name string, location message) uint64 {
	s.names++
	s.intern(internedName, message(nil).number(internedID, s.names).text(internedText, name))
	if location != nil {
		s.intern(internedLocation, append(message(nil).number(internedID, s.names), location...))
	}
	return s.names
}

// exit returns the number of the way to leave a frame that is called as a kind is.
func (s *sequence) exit(k wire.Kind) uint64 {
	if !s.exits[k] {
		s.exits[k] = true
		s.intern(internedAnnotation, message(nil).number(internedID, uint64(k)+1).text(internedText, kindName(k)))
	}
	return uint64(k) + 1
}

// annotation returns the number of an annotation's name.
func (s *sequence) annotation(note int) uint64 {
	number := uint64(note) + 1
	if !s.notes[note] {
		s.notes[note] = true
		s.intern(internedAnnotationName, message(nil).number(internedID, number).text(internedText, notes[note]))
	}
	return number
}

func (s *sequence) intern(field protowire.Number, m message) { s.fresh = s.fresh.message(field, m) }

// open begins a slice.
func (s *sequence) open(at int64, category, name uint64) {
	if s.fresh != nil {
		s.event(at, message(nil).number(eventType, sliceBegin).number(eventCategory, category).number(eventName, name).number(eventLocation, name))
		return
	}
	delta := uint64(at - s.at)
	s.at = at
	n := 2 + 2 + 1 + 2 + 2*varintSize(name) // type, category, name, location
	b := append(s.out.B, tagPacket, byte(1+varintSize(delta)+len(s.tail)+2+n), tagTimestamp)
	b = append(protowire.AppendVarint(b, delta), s.tail...)
	b = append(b, tagTrackEvent, byte(n), tagType, sliceBegin, tagCategory, byte(category), tagName)
	b = append(protowire.AppendVarint(b, name), tagLocation0, tagLocation1)
	s.out.B = protowire.AppendVarint(b, name)
}

// flow is open, of a slice that others of the same flow come before and after.
func (s *sequence) flow(at int64, category, name, flow uint64) {
	s.event(at, message(nil).number(eventType, sliceBegin).number(eventCategory, category).number(eventName, name).number(eventLocation, name).fixed(eventFlow, flow))
}

// close ends the innermost slice.
func (s *sequence) close(at int64) {
	delta := uint64(at - s.at)
	s.at = at
	b := append(s.out.B, tagPacket, byte(1+varintSize(delta)+len(s.tail)+4), tagTimestamp)
	b = append(protowire.AppendVarint(b, delta), s.tail...)
	s.out.B = append(b, tagTrackEvent, 2, tagType, sliceEnd)
}

// closeWith is close, and says how the frame was left.
func (s *sequence) closeWith(at int64, k wire.Kind) {
	a := message(nil).number(annotationName, s.annotation(exitNote)).number(annotationString, s.exit(k))
	s.event(at, message(nil).number(eventType, sliceEnd).message(eventAnnotation, a))
}

// gap is an instant where events were lost: how many, 0 if that is not known.
func (s *sequence) gap(at int64, name, lost uint64) {
	e := message(nil).number(eventType, instant).number(eventCategory, s.category(wire.Mark)).number(eventName, name)
	if lost > 0 {
		e = e.message(eventAnnotation, message(nil).number(annotationName, s.annotation(lostNote)).number(annotationUint, lost))
	}
	s.event(at, e)
}

// event writes an event that is rare, or the first with a name.
func (s *sequence) event(at int64, e message) {
	delta := uint64(at - s.at)
	s.at = at
	m := append(message(nil).number(packetTimestamp, delta), s.tail...)
	if s.fresh != nil {
		m, s.fresh = m.message(packetInterned, s.fresh), nil
	}
	s.packet(m.message(packetTrackEvent, e))
}

package perfetto

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is a field of a message.
type field struct {
	number  protowire.Number
	value   uint64
	message []byte
}

// fieldsOf takes a message apart.
func fieldsOf(tb testing.TB, b []byte) (all []field) {
	tb.Helper()
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			tb.Fatalf("tag: %v", protowire.ParseError(n))
		}
		b = b[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			f.value, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			f.message, n = protowire.ConsumeBytes(b)
		default:
			tb.Fatalf("field %d has the type %d", number, kind)
		}
		if n < 0 {
			tb.Fatalf("field %d: %v", number, protowire.ParseError(n))
		}
		b = b[n:]
		all = append(all, f)
	}
	return all
}

// get returns the last field of a number.
func get(all []field, number protowire.Number) (found field, ok bool) {
	for _, f := range all {
		if f.number == number {
			found, ok = f, true
		}
	}
	return found, ok
}

// state is what a reader keeps of a sequence.
type state struct {
	clock    uint64
	track    uint64
	interned map[protowire.Number]map[uint64][]field
}

// decoded is a file, read as Perfetto's reader does.
type decoded struct {
	tb       testing.TB
	states   map[uint64]*state
	tracks   map[uint64][]field // descriptors
	told     map[uint64][]string
	counters map[uint64][]string
	flows    []string
	date     uint64
}

func decode(tb testing.TB, b []byte) *decoded {
	tb.Helper()
	d := &decoded{tb: tb, states: map[uint64]*state{}, tracks: map[uint64][]field{}, told: map[uint64][]string{}, counters: map[uint64][]string{}}
	for _, f := range fieldsOf(tb, b) {
		if f.number != tracePacket {
			tb.Fatalf("field %d in the trace", f.number)
		}
		d.packet(fieldsOf(tb, f.message))
	}
	return d
}

func (d *decoded) packet(p []field) {
	id, ok := get(p, packetSequence)
	if !ok {
		d.tb.Fatal("a packet without a sequence")
	}
	s := d.states[id.value]
	flags, _ := get(p, packetFlags)
	switch {
	case flags.value == stateCleared || s == nil && flags.value == 0:
		s = &state{interned: map[protowire.Number]map[uint64][]field{}}
		d.states[id.value] = s
	case s == nil:
		d.tb.Fatalf("sequence %d needs its state before it begins", id.value)
	}
	if defaults, ok := get(p, packetDefaults); ok {
		event, _ := get(fieldsOf(d.tb, defaults.message), packetTrackEvent)
		track, _ := get(fieldsOf(d.tb, event.message), eventTrack)
		s.track = track.value
	}
	if snapshot, ok := get(p, packetClockSnapshot); ok {
		d.snapshot(s, fieldsOf(d.tb, snapshot.message))
	}
	if interned, ok := get(p, packetInterned); ok {
		for _, f := range fieldsOf(d.tb, interned.message) {
			d.intern(s, f)
		}
	}
	if descriptor, ok := get(p, packetDescriptor); ok {
		all := fieldsOf(d.tb, descriptor.message)
		uuid, _ := get(all, descriptorUUID)
		if known, ok := d.tracks[uuid.value]; ok && !reflect.DeepEqual(known, all) || uuid.value == 0 {
			d.tb.Errorf("track %d is described again, and as another", uuid.value)
		}
		d.tracks[uuid.value] = all
	}
	if event, ok := get(p, packetTrackEvent); ok {
		at, _ := get(p, packetTimestamp)
		if s.track > 0 {
			s.clock += at.value
			at.value = s.clock
		}
		d.event(s, at.value, fieldsOf(d.tb, event.message))
	}
}

func (d *decoded) snapshot(s *state, clocks []field) {
	for _, c := range clocks {
		clock := fieldsOf(d.tb, c.message)
		id, _ := get(clock, clockID)
		at, _ := get(clock, clockTimestamp)
		switch id.value {
		case difference:
			s.clock = at.value
		case realtime:
			d.date = at.value
		}
	}
}

func (d *decoded) intern(s *state, f field) {
	all := fieldsOf(d.tb, f.message)
	id, _ := get(all, internedID)
	if s.interned[f.number] == nil {
		s.interned[f.number] = map[uint64][]field{}
	}
	if s.interned[f.number][id.value] != nil || id.value == 0 {
		d.tb.Errorf("number %d of field %d is given again", id.value, f.number)
	}
	s.interned[f.number][id.value] = all
}

// name returns the text of a number.
func (d *decoded) name(s *state, of protowire.Number, number field) string {
	text, ok := get(s.interned[of][number.value], internedText)
	if !ok {
		d.tb.Fatalf("field %d: number %d has no text", of, number.value)
	}
	return string(text.message)
}

func (d *decoded) event(s *state, at uint64, e []field) {
	kind, _ := get(e, eventType)
	if kind.value == counter {
		track, _ := get(e, eventTrack)
		value, _ := get(e, eventDouble)
		d.counters[track.value] = append(d.counters[track.value], fmt.Sprint(at, " ", math.Float64frombits(value.value)))
		return
	}
	track := s.track
	if f, ok := get(e, eventTrack); ok {
		track = f.value
	}
	exit, lost := d.annotations(s, e, track)
	var told string
	switch kind.value {
	case sliceBegin:
		category, _ := get(e, eventCategory)
		name, _ := get(e, eventName)
		location, _ := get(e, eventLocation)
		if track == s.track && len(s.interned[internedLocation][location.value]) == 0 {
			d.tb.Fatalf("a slice without a place: %d", location.value)
		}
		if flow, ok := get(e, eventFlow); ok {
			d.flows = append(d.flows, fmt.Sprint(at, " ", flow.value-1<<32, " ", d.name(s, internedName, name)))
		}
		told = fmt.Sprintln(at, "begin", d.name(s, internedCategory, category), d.name(s, internedName, name))
	case sliceEnd:
		told = fmt.Sprintln(at, "end", exit)
	case instant:
		told = fmt.Sprintln(at, "gap", lost)
	default:
		d.tb.Fatalf("an event of type %d", kind.value)
	}
	d.told[track] = append(d.told[track], told)
}

// annotations returns how a frame was left, and how many events were lost.
func (d *decoded) annotations(s *state, e []field, track uint64) (exit string, lost uint64) {
	exit = "return"
	if f, ok := get(e, eventAnnotation); ok {
		a := fieldsOf(d.tb, f.message)
		name, _ := get(a, annotationName)
		text, _ := get(a, annotationString)
		switch n := d.name(s, internedAnnotationName, name); n {
		case "exit":
			exit = d.name(s, internedAnnotation, text)
		case "lost":
			v, _ := get(a, annotationUint)
			lost = v.value
		case "task":
			if v, _ := get(a, annotationUint); v.value != track-1<<32 {
				d.tb.Errorf("task %d on track %d", v.value, track)
			}
		default:
			d.tb.Errorf("annotation %s", n)
		}
	}
	return exit, lost
}

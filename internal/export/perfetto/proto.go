package perfetto

import (
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages' fields that are written, by their numbers in Perfetto's trace.proto.
const (
	tracePacket = 1

	packetClockSnapshot = 6
	packetTimestamp     = 8
	packetSequence      = 10
	packetTrackEvent    = 11
	packetInterned      = 12
	packetFlags         = 13
	packetClockID       = 58
	packetDefaults      = 59
	packetDescriptor    = 60

	snapshotClock     = 1
	clockID           = 1
	clockTimestamp    = 2
	clockIsDifference = 3

	internedCategory       = 1
	internedName           = 2
	internedAnnotationName = 3
	internedLocation       = 4
	internedAnnotation     = 29 // string values
	internedID             = 1
	internedText           = 2
	locationFunction       = 3
	locationLine           = 4

	eventCategory   = 3
	eventAnnotation = 4
	eventType       = 9
	eventName       = 10
	eventTrack      = 11
	eventLocation   = 34
	eventDouble     = 44
	eventFlow       = 47

	annotationName   = 1
	annotationUint   = 3
	annotationString = 17

	descriptorUUID     = 1
	descriptorName     = 2
	descriptorProcess  = 3
	descriptorThread   = 4
	descriptorParent   = 5
	descriptorCounter  = 8
	descriptorOrdering = 11
	descriptorRank     = 12

	processPID     = 1
	processCommand = 2
	processName    = 6
	processStart   = 7
	threadPID      = 1
	threadTID      = 2
	threadName     = 5
	counterUnit    = 3
	counterName    = 6
)

// Values of fields.
const (
	stateCleared = 1 // flags
	stateNeeded  = 2

	sliceBegin = 1 // types of events
	sliceEnd   = 2
	instant    = 3
	counter    = 4

	realtime   = 1 // clocks
	boottime   = 6
	difference = 64 // the first that belongs to a sequence

	unitCount = 2
	unitBytes = 3

	explicit = 3 // order of children: by rank
)

// message is a protobuf message that is being written.
type message []byte

func (m message) number(field protowire.Number, v uint64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), v)
}

func (m message) fixed(field protowire.Number, v uint64) message {
	return protowire.AppendFixed64(protowire.AppendTag(m, field, protowire.Fixed64Type), v)
}

func (m message) double(field protowire.Number, v float64) message {
	return m.fixed(field, math.Float64bits(v))
}

func (m message) text(field protowire.Number, s string) message {
	return protowire.AppendString(protowire.AppendTag(m, field, protowire.BytesType), strings.ToValidUTF8(s, "�"))
}

func (m message) message(field protowire.Number, v message) message {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), v)
}

// The tags of the fields that every event has, as bytes.
const (
	tagPacket     = tracePacket<<3 | byte(protowire.BytesType)
	tagTimestamp  = packetTimestamp<<3 | byte(protowire.VarintType)
	tagTrackEvent = packetTrackEvent<<3 | byte(protowire.BytesType)
	tagType       = eventType<<3 | byte(protowire.VarintType)
	tagCategory   = eventCategory<<3 | byte(protowire.VarintType)
	tagName       = eventName<<3 | byte(protowire.VarintType)

	// A location's tag has two bytes.
	tagLocation0 = eventLocation<<3&0x7f | 0x80
	tagLocation1 = eventLocation << 3 >> 7
)

// varintSize is protowire.SizeVarint for what is mostly small.
func varintSize(v uint64) int {
	if v < 1<<7 {
		return 1
	}
	return protowire.SizeVarint(v)
}

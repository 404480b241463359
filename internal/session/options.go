package session

import (
	"fmt"
	"strconv"
	"time"

	"tracer/internal/filter"
	"tracer/internal/launch"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// The sizes that a slot may have.
const (
	MinSlot     = 4 << 10
	MaxSlot     = 4 << 20
	DefaultSlot = 64 << 10
)

// What is done where a trace has reached its size.
const (
	FullStop = "stop" // recording ends
	FullDrop = "drop" // events are dropped until there is room
	FullRing = "ring" // the oldest are deleted
)

// MinSize is the least that a trace can be limited to.
const MinSize = 4e6

// Options are what a recording is to be.
type Options struct {
	Program  []string        // as the user gave it, for the manifest
	Command  *launch.Command // what to start
	Library  launch.Library  // what to put into it
	Output   string          // directory of the trace; empty: in the user's state directory
	Only     []filter.Prefix // none: the user's own code
	Skip     []filter.Prefix
	Events   string // "lines" or "functions"
	SlotSize int    // bytes
	Version  string // of tracer

	Children bool          // record the processes that the program starts too
	MaxSize  int64         // bytes on disk; 0: no bound
	WhenFull string        // FullStop, FullDrop or FullRing
	Ring     int64         // keep the latest bytes; 0: all
	RingTime time.Duration // keep the latest time; 0: all
	Triggers []Trigger     // keep the trace only if one is met
	Sample   time.Duration // between samples of the counters; 0: none
	Durable  bool          // sync to the disk what is written
	Keep     int64         // bytes that the state directory may have; 0: any

	Progress func(done, total int64) // of what is left to do after the program's end, in bytes; may be nil
}

// OptionError says that an option has a value that it cannot have.
type OptionError struct{ Option, Value, Expected string }

func (e *OptionError) Error() string {
	return fmt.Sprintf("--%s %s: expected %s", e.Option, e.Value, e.Expected)
}

// check returns the number of Events in the settings.
func (o *Options) check() (events uint32, err error) {
	switch o.Events {
	case "lines":
		events = wire.EventsLines
	case "functions":
		events = wire.EventsFunctions
	default:
		return 0, &OptionError{"events", o.Events, "lines or functions"}
	}
	if o.SlotSize < MinSlot || o.SlotSize > MaxSlot || o.SlotSize&(o.SlotSize-1) != 0 {
		return 0, &OptionError{"slot-size", strconv.Itoa(o.SlotSize), fmt.Sprintf("a power of two from %d to %d", MinSlot, MaxSlot)}
	}
	for _, size := range []struct {
		name  string
		bytes int64
	}{{"max-size", o.MaxSize}, {"ring", o.Ring}} {
		if size.bytes != 0 && size.bytes < MinSize {
			return 0, &OptionError{size.name, strconv.FormatInt(size.bytes, 10), fmt.Sprintf("at least %d MB", int64(MinSize)/1e6)}
		}
	}
	if o.WhenFull == FullRing && o.MaxSize == 0 && o.Ring == 0 && o.RingTime == 0 {
		return 0, &OptionError{"when-full", o.WhenFull, "a --max-size with it"}
	}
	return events, nil
}

// settings are the bytes of the file settings. measure: the agent is to measure what
// events cost.
func (o *Options) settings(events uint32, measure bool) ([]byte, error) {
	head := wire.SettingsHead{
		Magic: wire.MagicSettings, Version: wire.Version,
		Events: events, SlotSize: uint32(o.SlotSize), Filter: wire.FilterYourCode,
		WhenFull: wire.WhenFullStop, Triggers: agentTriggers(o.Triggers),
	}
	if measure {
		head.Measure = 1
	}
	if len(o.Only) > 0 {
		head.Filter = wire.FilterPrefixes
	}
	if o.Children {
		head.Children = 1
	}
	bounds := o.bounds()
	// Until its controller says more, an agent has a little room: if there is none any
	// more, the bounds hold all the same. Where there are any the controller ends it.
	head.Limit = bounds.first()
	if o.WhenFull == FullDrop || bounds.pool > 0 {
		head.WhenFull = wire.WhenFullDrop
	}
	b, err := appendTable(head.Append(nil), wire.ListInclude, o.Only)
	if err != nil {
		return nil, err
	}
	return appendTable(b, wire.ListExclude, o.Skip)
}

// stored are the options as the manifest has them.
func (o *Options) stored() store.Settings {
	s := store.Settings{
		Events: o.Events, Only: words(o.Only), Skip: words(o.Skip), SlotSize: o.SlotSize, Children: o.Children,
		MaxSize: o.MaxSize, Ring: o.Ring, RingTime: int64(o.RingTime), SampleNS: int64(o.Sample), Durable: o.Durable,
	}
	if o.MaxSize > 0 || o.WhenFull != FullStop {
		s.WhenFull = o.WhenFull
	}
	for _, t := range o.Triggers {
		s.Triggers = append(s.Triggers, t.String())
	}
	return s
}

// restore is the reverse of stored, for who goes on with a recording.
func restore(s *store.Settings) (Options, error) {
	o := Options{
		Events: s.Events, SlotSize: s.SlotSize, Children: s.Children, MaxSize: s.MaxSize, WhenFull: s.WhenFull,
		Ring: s.Ring, RingTime: time.Duration(s.RingTime), Sample: time.Duration(s.SampleNS), Durable: s.Durable,
	}
	if o.WhenFull == "" {
		o.WhenFull = FullStop
	}
	for _, text := range s.Triggers {
		t, err := ParseTrigger(text)
		if err != nil {
			return o, err
		}
		o.Triggers = append(o.Triggers, t)
	}
	return o, nil
}

// appendTable appends the record of a list of prefixes, if there are any.
func appendTable(b []byte, list uint32, prefixes []filter.Prefix) ([]byte, error) {
	set, err := filter.NewSet(prefixes)
	if err != nil || set.Empty() {
		return b, err
	}
	image, open := set.Image()
	if most := wire.MaxRecord / 2; len(image) > most {
		option := "only"
		if list == wire.ListExclude {
			option = "skip"
		}
		return nil, &OptionError{option, fmt.Sprintf("of %d bytes", len(image)), fmt.Sprintf("at most %d", most)}
	}
	r := wire.TableRecord{List: list, Open: uint32(open), Image: image}
	return r.Append(b), nil
}

func words(prefixes []filter.Prefix) []string {
	var list []string
	for _, p := range prefixes {
		list = append(list, p.String())
	}
	return list
}

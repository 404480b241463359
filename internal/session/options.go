package session

import (
	"fmt"
	"strconv"

	"tracer/internal/filter"
	"tracer/internal/launch"
	"tracer/internal/wire"
)

// The sizes that a slot may have.
const (
	MinSlot     = 4 << 10
	MaxSlot     = 16 << 20
	DefaultSlot = 64 << 10
)

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
	return events, nil
}

// settings are the bytes of the file settings.
func (o *Options) settings(events uint32) []byte {
	head := wire.SettingsHead{
		Magic: wire.MagicSettings, Version: wire.Version,
		Events: events, SlotSize: uint32(o.SlotSize), Filter: wire.FilterYourCode,
	}
	if len(o.Only) > 0 {
		head.Filter = wire.FilterPrefixes
	}
	b := head.Append(nil)
	b = appendPrefixes(b, wire.ListInclude, o.Only)
	return appendPrefixes(b, wire.ListExclude, o.Skip)
}

func appendPrefixes(b []byte, list uint32, prefixes []filter.Prefix) []byte {
	for _, p := range prefixes {
		r := wire.PrefixRecord{List: list, Prefix: []byte(p.Name)}
		if p.Open {
			r.Open = 1
		}
		b = r.Append(b)
	}
	return b
}

func words(prefixes []filter.Prefix) []string {
	var list []string
	for _, p := range prefixes {
		list = append(list, p.String())
	}
	return list
}

package session

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tracer/internal/filter"
	"tracer/internal/wire"
)

func TestOptionsAreRestored(t *testing.T) {
	for name, o := range map[string]Options{
		"few": {Events: "lines", SlotSize: DefaultSlot, WhenFull: FullStop},
		"all": {
			Events: "functions", SlotSize: MinSlot, WhenFull: FullRing, Children: true, MaxSize: 100 << 20, Ring: 50 << 20,
			RingTime: time.Minute, Sample: 100 * time.Millisecond, Durable: true,
			Triggers: parsed(t, "exception", "exit:3", "signal:TERM", "slow:a.b*>1.5s"),
		},
		"drop":              {Events: "lines", SlotSize: DefaultSlot, WhenFull: FullDrop, MaxSize: 10 << 20},
		"drop, without end": {Events: "lines", SlotSize: DefaultSlot, WhenFull: FullDrop},
	} {
		t.Run(name, func(t *testing.T) {
			s := o.stored()
			got, err := restore(&s)
			if err != nil || !reflect.DeepEqual(got, o) {
				t.Errorf("%+v, %v; expected %+v", got, err, o)
			}
		})
	}
}

func TestStoredOptionsNameTheModules(t *testing.T) {
	o := Options{Only: []filter.Prefix{{Name: "a.b"}, {Name: "c", Open: true}}, Skip: []filter.Prefix{{Name: "d"}}}
	if s := o.stored(); !reflect.DeepEqual(s.Only, []string{"a.b", "c*"}) || !reflect.DeepEqual(s.Skip, []string{"d"}) {
		t.Errorf("stored %+v", s)
	}
}

func TestModulesThatAreTooManyAreRefused(t *testing.T) {
	o := Options{Skip: []filter.Prefix{{Name: strings.Repeat("a", wire.MaxRecord/2)}}}
	_, err := o.settings(wire.EventsLines, false)
	var bad *OptionError
	if !errors.As(err, &bad) || bad.Option != "skip" {
		t.Errorf("%v", err)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	fine := Options{Events: "lines", SlotSize: DefaultSlot, WhenFull: FullStop}
	if _, err := fine.check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(o *Options)
		option string
	}{
		"unknown events":        {func(o *Options) { o.Events = "words" }, "events"},
		"a slot of 5000 bytes":  {func(o *Options) { o.SlotSize = 5000 }, "slot-size"},
		"a slot that is small":  {func(o *Options) { o.SlotSize = MinSlot / 2 }, "slot-size"},
		"a slot that is large":  {func(o *Options) { o.SlotSize = MaxSlot * 2 }, "slot-size"},
		"a small trace":         {func(o *Options) { o.MaxSize = MinSize - 1 }, "max-size"},
		"a small ring":          {func(o *Options) { o.Ring = 1 }, "ring"},
		"a ring without a size": {func(o *Options) { o.WhenFull = FullRing }, "when-full"},
	} {
		o := fine
		c.change(&o)
		var bad *OptionError
		if _, err := o.check(); !errors.As(err, &bad) || bad.Option != c.option {
			t.Errorf("%s: %v, expected one of --%s", name, err, c.option)
		}
	}
}

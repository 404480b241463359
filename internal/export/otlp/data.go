package otlp

import (
	"context"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"tracer/internal/analyze/tree"
	"tracer/internal/export/stacks"
	"tracer/trace"
)

// kinds are the profiles of a tree.
var kinds = [...]struct{ name, unit string }{{"time", "nanoseconds"}, {"hits", "count"}, {"calls", "count"}}

// data is a message ProfilesData. Its tables begin with what stands for nothing.
type data struct {
	ctx     context.Context
	trace   *trace.Trace
	options Options
	list    []*stacks.Stacks
	names   *stacks.Names // a location's index is its number + 1

	numbers    map[string]uint64
	strings    []string
	attributes [][]byte
	threads    [][]byte // for each of list: indices of attributes
}

func newData(ctx context.Context, t *trace.Trace, o Options, list []*stacks.Stacks) *data {
	d := &data{ctx: ctx, trace: t, options: o, list: list, names: stacks.NewNames(), numbers: map[string]uint64{}, attributes: [][]byte{nil}}
	d.text("")
	for _, k := range kinds {
		d.text(k.name)
		d.text(k.unit)
	}
	for _, s := range list {
		var indices []byte
		if th := s.Thread; th != nil {
			for _, b := range [][]byte{
				d.attribute("thread.id", varint(nil, anyInt, uint64(th.TID))),
				d.attribute("thread.name", text(nil, anyString, valid(th.Name))),
			} {
				indices = protowire.AppendVarint(indices, uint64(len(d.attributes)))
				d.attributes = append(d.attributes, b)
			}
		}
		d.threads = append(d.threads, indices)
	}
	return d
}

func valid(s string) string { return strings.ToValidUTF8(s, "�") }

// text returns the number of a string.
func (d *data) text(s string) uint64 {
	n, ok := d.numbers[s]
	if !ok {
		n = uint64(len(d.strings))
		d.numbers[s] = n
		d.strings = append(d.strings, s)
	}
	return n
}

func (d *data) attribute(key string, value []byte) []byte {
	return block(varint(nil, attributeKey, d.text(key)), attributeValue, value)
}

func (d *data) write(e *encoder) error {
	stack := uint64(1)
	for i, s := range d.list {
		first := stack
		err := e.message(dataResources, func(e *encoder) error {
			e.bytes(resourceResource, d.resource(s))
			return e.message(resourceScopes, func(e *encoder) error {
				e.bytes(scopeScope, d.scope())
				for kind := range kinds {
					err := e.message(scopeProfiles, func(e *encoder) (err error) {
						stack, err = d.profile(e, i, kind, first)
						return err
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return e.message(dataDictionary, d.dictionary)
}

// resource is the program that the stacks are of, or its process.
func (d *data) resource(s *stacks.Stacks) (b []byte) {
	add := func(key string, value []byte) {
		b = block(b, resourceAttributes, block(text(nil, keyName, key), keyValue, value))
	}
	info := d.trace.Info()
	argv, python := info.Argv, info.Python
	if s.Thread != nil {
		p := s.Thread.Process
		argv, python = p.Argv, p.Python
		add("process.pid", varint(nil, anyInt, uint64(p.PID)))
	}
	add("process.command_line", text(nil, anyString, valid(strings.Join(argv, " "))))
	add("process.runtime.name", text(nil, anyString, "cpython"))
	add("process.runtime.version", text(nil, anyString, valid(python)))
	return b
}

func (d *data) scope() []byte {
	name, version, _ := strings.Cut(d.options.Creator, " ")
	return text(text(nil, instrumentationName, name), instrumentationVersion, version)
}

// profile writes what the samples of a tree have of a kind, whose stacks have numbers from
// first on. It returns the number behind them.
func (d *data) profile(e *encoder, of, kind int, first uint64) (stack uint64, err error) {
	e.bytes(profileType, varint(varint(nil, typeType, d.text(kinds[kind].name)), typeUnit, d.text(kinds[kind].unit)))
	info := d.trace.Info()
	from, duration := d.options.Query.Window.From, info.DurationNS
	if w := d.options.Query.Window; !w.All() {
		duration = min(w.To, duration) - from
	}
	e.raw(fixed(nil, profileTime, uint64(info.Start.UnixNano()+from)))
	e.raw(varint(nil, profileDuration, uint64(duration)))
	var sample, value []byte
	stack = first
	err = d.samples(d.list[of], func(_ []stacks.Frame, _ stacks.Frame, values [len(kinds)]uint64) {
		if values[kind] > 0 {
			sample = varint(sample[:0], sampleStack, stack)
			if len(d.threads[of]) > 0 {
				sample = block(sample, sampleAttributes, d.threads[of])
			}
			value = protowire.AppendVarint(value[:0], values[kind])
			e.bytes(profileSamples, block(sample, sampleValues, value))
		}
		stack++
	})
	return stack, err
}

// samples calls f with the samples of a tree and their values, always in the same order.
func (d *data) samples(s *stacks.Stacks, f func(callers []stacks.Frame, leaf stacks.Frame, values [len(kinds)]uint64)) error {
	return s.Walk(d.ctx, func(callers []stacks.Frame, n *tree.Node) error {
		calls := n.Calls
		for _, l := range n.Lines {
			if calls > 0 || l.Hits > 0 || l.Self.NS > 0 {
				f(callers, stacks.Frame{Function: n.Function, Line: l.Line}, [...]uint64{uint64(l.Self.NS), l.Hits, calls})
			}
			calls = 0
		}
		if calls > 0 {
			f(callers, stacks.Frame{Function: n.Function, Line: n.Function.FirstLine}, [...]uint64{0, 0, calls})
		}
		return nil
	})
}

// Package pprof writes profiles that go tool pprof opens, and all else that reads its
// format: a gzipped protobuf message, proto/profile.proto of github.com/google/pprof.
//
// A sample is a line of a function, called from where it was called: how often it ran,
// its own time, and, at the first line that a function has there, how often it was
// called. Frames below it are at the lines that called. The message is written as the tree
// is walked: its fields may come in any order, so what the samples name comes after them.
package pprof

import (
	"bufio"
	"compress/gzip"
	"context"
	"io"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"tracer/internal/analyze/tree"
	"tracer/internal/export/stacks"
	"tracer/trace"
)

// Options choose what is written.
type Options = stacks.Options

// The fields of messages Profile, ValueType, Sample, Label, Mapping, Location, Line and
// Function that are written.
const (
	profileSampleType, profileSample, profileMapping, profileLocation   = 1, 2, 3, 4
	profileFunction, profileStrings, profileTime, profileDuration       = 5, 6, 9, 10
	profileComment, profileDefaultType                                  = 13, 14
	valueType, valueUnit                                                = 1, 2
	sampleLocations, sampleValues, sampleLabel                          = 1, 2, 3
	labelKey, labelText, labelNumber                                    = 1, 2, 3
	mappingID, mappingFile, mappingFunctions, mappingFiles, mappingLine = 1, 5, 7, 8, 9
	locationID, locationMapping, locationLine                           = 1, 2, 4
	lineFunction, lineNumber                                            = 1, 2
	functionID, functionName, functionSystemName                        = 1, 2, 3
	functionFile, functionLine                                          = 4, 5
)

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	o.Lines = true
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	p := &message{out: bufio.NewWriterSize(z, 64<<10), names: stacks.NewNames(), texts: map[string]uint64{"": 0}, list: []string{""}}
	failed := stacks.Each(ctx, t, o, func(s *stacks.Stacks) error { return p.samples(ctx, s) })
	if failed != nil && !stacks.Corrupt(failed) {
		return failed
	}
	p.tables(t, o)
	if err := p.out.Flush(); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return failed
}

// message is a profile that is being written.
type message struct {
	out   *bufio.Writer // its error is that of Flush
	names *stacks.Names // a location's id is its number + 1
	texts map[string]uint64
	list  []string

	callers []byte // locations of the callers, innermost first
	sample  []byte
	inner   []byte
	labels  []byte
}

// text returns the number of a string.
func (p *message) text(s string) uint64 {
	s = strings.ToValidUTF8(s, "�")
	n, ok := p.texts[s]
	if !ok {
		n = uint64(len(p.list))
		p.texts[s] = n
		p.list = append(p.list, s)
	}
	return n
}

func varint(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func block(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

// samples writes those of a tree.
func (p *message) samples(ctx context.Context, s *stacks.Stacks) error {
	p.names.Forget()
	p.label(s)
	return s.Walk(ctx, func(callers []stacks.Frame, n *tree.Node) error {
		p.callers = p.callers[:0]
		for i := len(callers) - 1; i >= 0; i-- {
			p.callers = p.location(p.callers, callers[i])
		}
		calls := n.Calls
		for _, l := range n.Lines {
			p.write(stacks.Frame{Function: n.Function, Line: l.Line}, calls, l.Hits, l.Self.NS)
			calls = 0
		}
		if calls > 0 {
			p.write(stacks.Frame{Function: n.Function, Line: n.Function.FirstLine}, calls, 0, 0)
		}
		_, err := p.out.Write(nil)
		return err
	})
}

func (p *message) location(b []byte, f stacks.Frame) []byte {
	return protowire.AppendVarint(b, uint64(p.names.Location(f))+1)
}

// label makes what tells the samples of a thread from those of others.
func (p *message) label(s *stacks.Stacks) {
	p.labels = p.labels[:0]
	if s.Thread == nil {
		return
	}
	add := func(key string, field protowire.Number, value uint64) {
		p.inner = varint(varint(p.inner[:0], labelKey, p.text(key)), field, value)
		p.labels = block(p.labels, sampleLabel, p.inner)
	}
	add("thread", labelText, p.text(s.Thread.Name))
	add("tid", labelNumber, uint64(s.Thread.TID))
	add("pid", labelNumber, uint64(s.Thread.Process.PID))
}

// write writes the sample of a line that the callers have led to.
func (p *message) write(f stacks.Frame, calls, hits uint64, ns int64) {
	if calls == 0 && hits == 0 && ns == 0 {
		return
	}
	p.inner = append(p.location(p.inner[:0], f), p.callers...)
	p.sample = block(p.sample[:0], sampleLocations, p.inner)
	p.inner = protowire.AppendVarint(protowire.AppendVarint(protowire.AppendVarint(p.inner[:0], calls), hits), uint64(ns))
	p.sample = append(block(p.sample, sampleValues, p.inner), p.labels...)
	p.field(profileSample, p.sample)
}

// field writes a field of the profile.
func (p *message) field(field protowire.Number, v []byte) {
	b := protowire.AppendVarint(protowire.AppendTag(p.out.AvailableBuffer(), field, protowire.BytesType), uint64(len(v)))
	p.out.Write(b)
	p.out.Write(v)
}

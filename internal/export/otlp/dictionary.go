package otlp

import (
	"google.golang.org/protobuf/encoding/protowire"

	"tracer/internal/export/stacks"
)

// dictionary writes what samples name by number. The stacks come first, so that all they
// name has a number.
func (d *data) dictionary(e *encoder) error {
	e.bytes(dictStacks, nil)
	var stack, locations []byte
	for _, s := range d.list {
		d.names.Forget()
		err := d.samples(s, func(callers []stacks.Frame, leaf stacks.Frame, _ [len(kinds)]uint64) {
			locations = protowire.AppendVarint(locations[:0], uint64(d.names.Location(leaf))+1)
			for i := len(callers) - 1; i >= 0; i-- {
				locations = protowire.AppendVarint(locations, uint64(d.names.Location(callers[i]))+1)
			}
			stack = block(stack[:0], stackLocations, locations)
			e.bytes(dictStacks, stack)
		})
		if err != nil {
			return err
		}
	}
	e.bytes(dictMappings, nil)
	e.bytes(dictLinks, nil)
	e.bytes(dictLocations, nil)
	for _, l := range d.names.Locations {
		line := varint(varint(nil, lineFunction, uint64(l.Function)+1), lineNumber, uint64(l.Line))
		e.bytes(dictLocations, block(nil, locationLines, line))
	}
	e.bytes(dictFunctions, nil)
	for _, f := range d.names.Functions {
		b := varint(varint(nil, functionName, d.text(valid(stacks.Name(f)))), functionSystemName, d.text(valid(f.Name)))
		b = varint(varint(b, functionFile, d.text(valid(f.File))), functionLine, uint64(f.FirstLine))
		e.bytes(dictFunctions, b)
	}
	for _, a := range d.attributes {
		e.bytes(dictAttributes, a)
	}
	for _, s := range d.strings {
		e.bytes(dictStrings, []byte(s))
	}
	return nil
}

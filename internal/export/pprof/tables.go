package pprof

import (
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"tracer/internal/export/stacks"
	"tracer/trace"
)

// tables writes what the samples name, and what the profile is of.
func (p *message) tables(t *trace.Trace, o Options) {
	for _, v := range [][2]string{{"calls", "count"}, {"hits", "count"}, {"time", "nanoseconds"}} {
		p.field(profileSampleType, varint(varint(nil, valueType, p.text(v[0])), valueUnit, p.text(v[1])))
	}
	info := t.Info()
	argv := strings.Join(info.Argv, " ")
	// All is known of the locations already: pprof need not look into a file.
	b := varint(varint(nil, mappingID, 1), mappingFile, p.text(argv))
	p.field(profileMapping, varint(varint(varint(b, mappingFunctions, 1), mappingFiles, 1), mappingLine, 1))
	for i, l := range p.names.Locations {
		p.inner = varint(varint(p.inner[:0], lineFunction, uint64(l.Function)+1), lineNumber, uint64(l.Line))
		b = varint(varint(b[:0], locationID, uint64(i)+1), locationMapping, 1)
		p.field(profileLocation, block(b, locationLine, p.inner))
	}
	for i, f := range p.names.Functions {
		b = varint(varint(b[:0], functionID, uint64(i)+1), functionName, p.text(stacks.Name(f)))
		b = varint(varint(b, functionSystemName, p.text(f.Name)), functionFile, p.text(f.File))
		p.field(profileFunction, varint(b, functionLine, uint64(f.FirstLine)))
	}
	var scalars []byte
	scalars = varint(scalars, profileTime, uint64(info.Start.UnixNano()+o.Query.Window.From))
	scalars = varint(scalars, profileDuration, uint64(duration(info, o)))
	scalars = varint(scalars, profileComment, p.text(o.Creator+": "+argv))
	scalars = varint(scalars, profileDefaultType, p.text("time"))
	p.out.Write(scalars)
	for _, s := range p.list {
		p.out.Write(protowire.AppendVarint(protowire.AppendTag(p.out.AvailableBuffer(), profileStrings, protowire.BytesType), uint64(len(s))))
		p.out.WriteString(s)
	}
}

// duration is that of the trace, or of the window.
func duration(info trace.Info, o Options) int64 {
	if w := o.Query.Window; !w.All() {
		return min(w.To, info.DurationNS) - w.From
	}
	return info.DurationNS
}

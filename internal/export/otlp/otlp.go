// Package otlp writes profiles of OpenTelemetry: a message ProfilesData, as
// opentelemetry/proto/profiles/v1development/profiles.proto has it in release 1.10, which is what
// a collector's receiver takes as well (ExportProfilesServiceRequest has the same fields).
//
// There is a resource for all threads, or for each thread, with three profiles: time, hits
// and calls. A sample is a line of a function, called from where it was called. Lengths
// come before what they are of, so the tree is walked several times, and nothing but the tree
// is in memory.
package otlp

import (
	"bufio"
	"context"
	"io"

	"tracer/internal/export/stacks"
	"tracer/trace"
)

// Options choose what is written.
type Options = stacks.Options

// The fields of the messages that are written.
const (
	dataResources, dataDictionary                                   = 1, 2
	resourceResource, resourceScopes                                = 1, 2
	scopeScope, scopeProfiles                                       = 1, 2
	profileType, profileSamples, profileTime, profileDuration       = 1, 2, 3, 4
	typeType, typeUnit                                              = 1, 2
	sampleStack, sampleAttributes, sampleValues                     = 1, 2, 4
	dictMappings, dictLocations, dictFunctions, dictLinks           = 1, 2, 3, 4
	dictStrings, dictAttributes, dictStacks                         = 5, 6, 7
	stackLocations                                                  = 1
	locationLines                                                   = 3
	lineFunction, lineNumber                                        = 1, 2
	functionName, functionSystemName, functionFile, functionLine    = 1, 2, 3, 4
	attributeKey, attributeValue                                    = 1, 2
	keyName, keyValue                                               = 1, 2 // of common.v1.KeyValue
	anyString, anyInt                                               = 1, 3 // of common.v1.AnyValue
	resourceAttributes, instrumentationName, instrumentationVersion = 1, 1, 2
)

// Write writes a trace.
func Write(ctx context.Context, w io.Writer, t *trace.Trace, o Options) error {
	o.Lines = true
	var list []*stacks.Stacks
	failed := stacks.Each(ctx, t, o, func(s *stacks.Stacks) error {
		list = append(list, s)
		return nil
	})
	if failed != nil && !stacks.Corrupt(failed) {
		return failed
	}
	d := newData(ctx, t, o, list)
	out := bufio.NewWriterSize(w, 64<<10)
	if err := d.write(&encoder{w: out}); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return failed
}

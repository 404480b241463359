package main

import (
	"bytes"
	"fmt"
	"strings"

	"tracer/internal/wire"
)

func cHeader() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "/* %s */\n/* The trace format: see docs/format.md. */\n#ifndef WIRE_H\n#define WIRE_H\n\n", notice)
	fmt.Fprintf(&b, "#define WIRE_VERSION %d\n", wire.Version)
	fmt.Fprintf(&b, "#define WIRE_MAGIC_CONTROL 0x%xULL\n#define WIRE_MAGIC_NAMES 0x%xULL\n", wire.MagicControl, wire.MagicNames)
	fmt.Fprintf(&b, "#define WIRE_MAGIC_SETTINGS 0x%xULL\n#define WIRE_MAGIC_SLOT 0x%xU\n", wire.MagicSettings, wire.MagicSlot)
	fmt.Fprintf(&b, "#define WIRE_CONTROL_FILE %d\n#define WIRE_FREE_OFFSET %d\n#define WIRE_FREE_ENTRIES %d\n#define WIRE_FULL_OFFSET %d\n#define WIRE_FULL_ENTRIES %d\n",
		wire.ControlFile, wire.FreeOffset, wire.FreeEntries, wire.FullOffset, wire.FullEntries)
	fmt.Fprintf(&b, "#define WIRE_MAX_LOCATION 0x%xU\n\n/* Kinds of events: bits 0-2 of a word. */\n", wire.MaxLocation)
	for _, k := range wire.Kinds {
		fmt.Fprintf(&b, "#define WIRE_%s %d /* %s */\n", strings.ToUpper(k.Name), k.Kind, k.Doc)
	}
	fmt.Fprint(&b, "#define WIRE_LOCATION_SHIFT 3\n#define WIRE_DELTA_SHIFT 32\n\n/* Marks: the location of a MARK event. */\n")
	for _, m := range wire.Marks {
		fmt.Fprintf(&b, "#define WIRE_MARK_%s %d /* %s */\n", strings.ToUpper(m.Name), m.Mark, m.Doc)
	}
	for _, s := range wire.Structs {
		up := strings.ToUpper(s.Name)
		fmt.Fprintf(&b, "\n/* %s */\n#define WIRE_%s_BYTES %d\n", s.Doc, up, s.Size)
		for i, f := range s.Fields {
			fmt.Fprintf(&b, "#define WIRE_%s_%s %d /* u%d: %s */\n", up, strings.ToUpper(f.Name), s.Offset(i), f.Size*8, f.Doc)
		}
	}
	for _, e := range wire.Enums {
		fmt.Fprintf(&b, "\n/* %s: %s. */\n", e.Name, e.Doc)
		for _, c := range e.Values {
			fmt.Fprintf(&b, "#define WIRE_%s_%s %d\n", strings.ToUpper(e.Name), strings.ToUpper(c.Name), c.Value)
		}
	}
	fmt.Fprint(&b, "\n/* Types of records, with their fields in order. */\n")
	for _, r := range wire.Records {
		fmt.Fprintf(&b, "#define WIRE_TYPE_%s %d /*", strings.ToUpper(r.Name), r.Type)
		for _, f := range r.Fields {
			fmt.Fprintf(&b, " %s:%s", f.Name, typeNames[f.Type])
		}
		fmt.Fprint(&b, " */\n")
	}
	fmt.Fprint(&b, "\n#endif\n")
	return b.Bytes()
}

var typeNames = map[wire.FieldType]string{wire.U32: "u32", wire.U64: "u64", wire.Bytes: "bytes", wire.List: "list"}

func cVectors() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "/* %s */\n/* What both languages must make of the same values: see internal/wire/vectors.go. */\n#ifndef VECTORS_H\n#define VECTORS_H\n\n#include <stdint.h>\n\n", notice)
	fmt.Fprint(&b, "static const struct { unsigned kind; uint32_t location, delta; uint64_t word; } vector_events[] = {\n")
	for _, v := range wire.EventVectors {
		fmt.Fprintf(&b, "    {%d, %dU, %dU, 0x%016xULL},\n", v.Kind, v.Location, v.Delta, uint64(v.Word))
	}
	fmt.Fprint(&b, "};\n\n")
	for _, v := range wire.RecordVectors {
		raw := v.Record.Append(nil)
		fmt.Fprintf(&b, "/* %s */\nstatic const unsigned char vector_%s[%d] = {", v.Doc, v.Name, len(raw))
		for i, c := range raw {
			if i%16 == 0 {
				fmt.Fprint(&b, "\n   ")
			}
			fmt.Fprintf(&b, " 0x%02x,", c)
		}
		fmt.Fprint(&b, "\n};\n\n")
	}
	fmt.Fprint(&b, "#endif\n")
	return b.Bytes()
}

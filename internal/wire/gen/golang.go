package main

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"tracer/internal/wire"
)

// goName turns snake_case into CamelCase, with the usual initials.
func goName(s string) string {
	var b strings.Builder
	for _, w := range strings.Split(s, "_") {
		switch w {
		case "id", "pid", "ppid", "tid", "os", "crc":
			w = strings.ToUpper(w)
		case "tsc":
			w = "TSC"
		default:
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
	}
	return b.String()
}

func goLayout() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// %s\n\npackage wire\n\nimport \"encoding/binary\"\n", notice)
	for _, s := range wire.Structs {
		goStruct(&b, s)
	}
	for _, s := range wire.Structs {
		if s.Name == "control" || s.Name == "slot" || slices.ContainsFunc(s.Fields, func(f wire.Field) bool { return f.Name == "crc" }) {
			goOffsets(&b, s)
		}
	}
	for _, e := range wire.Enums {
		goEnum(&b, e)
	}
	fmt.Fprint(&b, "\n// The types of records.\nconst (\n")
	for _, r := range wire.Records {
		fmt.Fprintf(&b, "Type%s uint32 = %d // %s\n", goName(r.Name), r.Type, r.Doc)
	}
	fmt.Fprint(&b, ")\n")
	for _, r := range wire.Records {
		goRecord(&b, r)
	}
	out, err := format.Source(b.Bytes())
	if err != nil {
		panic(fmt.Sprintf("generated Go does not parse: %v\n%s", err, b.Bytes()))
	}
	return out
}

func goStruct(b *bytes.Buffer, s wire.Struct) {
	name := goName(s.Name)
	fmt.Fprintf(b, "\n// %sBytes is the size of a %s.\nconst %sBytes = %d\n", name, name, name, s.Size)
	fmt.Fprintf(b, "\n// %s: %s\ntype %s struct {\n", name, s.Doc, name)
	for _, f := range s.Fields {
		fmt.Fprintf(b, "%s uint%d // %s\n", goName(f.Name), f.Size*8, f.Doc)
	}
	fmt.Fprint(b, "}\n")
	fmt.Fprintf(b, "\n// Decode reads v from the first %d bytes of b.\nfunc (v *%s) Decode(b []byte) {\n_ = b[:%d]\n", s.Size, name, s.Size)
	for i, f := range s.Fields {
		fmt.Fprintf(b, "v.%s = binary.LittleEndian.Uint%d(b[%d:])\n", goName(f.Name), f.Size*8, s.Offset(i))
	}
	fmt.Fprintf(b, "}\n\n// Append appends the %d bytes of v to b.\nfunc (v *%s) Append(b []byte) []byte {\n", s.Size, name)
	for _, f := range s.Fields {
		fmt.Fprintf(b, "b = binary.LittleEndian.AppendUint%d(b, v.%s)\n", f.Size*8, goName(f.Name))
	}
	if rest := s.Size - s.Offset(len(s.Fields)); rest > 0 {
		fmt.Fprintf(b, "b = append(b, make([]byte, %d)...)\n", rest)
	}
	fmt.Fprint(b, "return b\n}\n")
}

// goOffsets is for what is not only decoded: the control page and slots, which both
// sides change while the other looks, and structures with a checksum.
func goOffsets(b *bytes.Buffer, s wire.Struct) {
	name := goName(s.Name)
	fmt.Fprintf(b, "\n// Where the fields of a %s begin.\nconst (\n", name)
	for i, f := range s.Fields {
		fmt.Fprintf(b, "Off%s%s = %d\n", name, goName(f.Name), s.Offset(i))
	}
	fmt.Fprint(b, ")\n")
}

func goEnum(b *bytes.Buffer, e wire.Enum) {
	fmt.Fprintf(b, "\n// %s: %s.\nconst (\n", goName(e.Name), e.Doc)
	for _, c := range e.Values {
		fmt.Fprintf(b, "%s%s uint32 = %d", goName(e.Name), goName(c.Name), c.Value)
		if c.Doc != "" {
			fmt.Fprintf(b, " // %s", c.Doc)
		}
		fmt.Fprint(b, "\n")
	}
	fmt.Fprint(b, ")\n")
}

var goTypes = map[wire.FieldType][2]string{
	wire.U32:   {"uint32", "u32"},
	wire.U64:   {"uint64", "u64"},
	wire.Bytes: {"[]byte", "bytes"},
	wire.List:  {"[][]byte", "list"},
}

func goRecord(b *bytes.Buffer, r wire.RecordInfo) {
	name := goName(r.Name) + "Record"
	fmt.Fprintf(b, "\n// %s: %s\ntype %s struct {\n", name, r.Doc, name)
	for _, f := range r.Fields {
		fmt.Fprintf(b, "%s %s // %s\n", goName(f.Name), goTypes[f.Type][0], f.Doc)
	}
	fmt.Fprintf(b, "}\n\n// Decode reads v from a record's payload; its bytes are parts of b.\nfunc (v *%s) Decode(b []byte) error {\np := payload{b: b}\n", name)
	for _, f := range r.Fields {
		fmt.Fprintf(b, "v.%s = p.%s(%q)\n", goName(f.Name), goTypes[f.Type][1], r.Name+" "+f.Name)
	}
	fmt.Fprintf(b, "return p.done()\n}\n\n// Append appends the whole record to b.\nfunc (v *%s) Append(b []byte) []byte {\nvar p []byte\n", name)
	for _, f := range r.Fields {
		switch f.Type {
		case wire.U32, wire.U64:
			fmt.Fprintf(b, "p = binary.LittleEndian.AppendU%s(p, v.%s)\n", goTypes[f.Type][0][1:], goName(f.Name))
		case wire.Bytes:
			fmt.Fprintf(b, "p = appendBytes(p, v.%s)\n", goName(f.Name))
		case wire.List:
			fmt.Fprintf(b, "p = appendList(p, v.%s)\n", goName(f.Name))
		}
	}
	fmt.Fprintf(b, "return AppendRecord(b, Type%s, p)\n}\n", goName(r.Name))
}

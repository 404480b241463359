package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	"tracer/internal/wire"
	"tracer/stringtable"
	"tracer/stringtable/sample"
)

// prefixVector is a set of module prefixes, the first of which are open.
type prefixVector struct {
	name     string
	open     int
	prefixes []string
}

// prefixVectors are searched by the agent's tests. The first two are those of a filter.
func prefixVectors() []prefixVector {
	common := []string{"\x00", "\x00\x00", "\xff\xfe"}
	for i := range 24 {
		common = append(common, fmt.Sprint("what.all.of.them.have.in.common.", i*i))
	}
	return []prefixVector{
		{"only", 1, []string{"num", "pandas"}},
		{"skip", 0, []string{"pandas.core.api"}},
		{"none", 0, nil},
		{"empty", 0, []string{"a.b", "", "a", "a.b"}},
		{"sixteen", 3, sample.Sixteen()},
		{"common", 1, append(common, common[5][:21])},
		{"modules", 9, sample.Modules(rand.New(rand.NewPCG(1, 1)), 40)},
	}
}

// longest is what a table is to find, by looking at one prefix after the other.
func (v prefixVector) longest(s string) int {
	found := -1
	for i, p := range v.prefixes {
		if strings.HasPrefix(s, p) && (found < 0 || len(p) > len(v.prefixes[found])) {
			found = i
		}
	}
	return found
}

// taken is what a filter is to say of a module.
func (v prefixVector) taken(s string) bool {
	for i, p := range v.prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok && (i < v.open || rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}

// questions are strings like the prefixes.
func (v prefixVector) questions() []string {
	all := []string{"", "a", "a.b.c", "os", "xml", "unknown.module.of.some.length"}
	for _, p := range v.prefixes {
		all = append(all, p, p+".x", p+"x", p[:len(p)/2], p[:max(len(p), 1)-1])
	}
	return all
}

// cTables are the tables and what must be found in them.
func cTables() []byte {
	var b, all bytes.Buffer
	fmt.Fprintf(&b, "/* %s */\n/* Tables of package stringtable, and what must be found in them: see internal/wire/gen/tables.go. */\n#ifndef TABLES_H\n#define TABLES_H\n\n", notice)
	fmt.Fprintf(&b, "typedef struct {\n    const char *text;\n    int size, longest, taken;\n} TableQuestion;\n\n")
	for _, v := range prefixVectors() {
		table, err := stringtable.Build(v.prefixes)
		if err != nil {
			fail(err)
		}
		record := wire.TableRecord{List: wire.ListInclude, Open: uint32(v.open), Image: table.Image()}
		if v.name == "skip" {
			record.List = wire.ListExclude
		}
		fmt.Fprintf(&b, "static const char table_%s[] =", v.name)
		cString(&b, record.Append(nil))
		fmt.Fprintf(&b, ";\n\nstatic const TableQuestion questions_%s[] = {\n", v.name)
		for _, q := range v.questions() {
			fmt.Fprint(&b, "    {")
			cString(&b, []byte(q))
			taken := 0
			if v.taken(q) {
				taken = 1
			}
			fmt.Fprintf(&b, ", %d, %d, %d},\n", len(q), v.longest(q), taken)
		}
		fmt.Fprint(&b, "};\n\n")
		fmt.Fprintf(&all, "    {\"%s\", table_%s, sizeof table_%s - 1, questions_%s, sizeof questions_%s / sizeof *questions_%s},\n", v.name, v.name, v.name, v.name, v.name, v.name)
	}
	fmt.Fprint(&b, "/* Each is a whole TABLE record. */\nstatic const struct {\n    const char *name, *record;\n    int size;\n    const TableQuestion *questions;\n    int count;\n} tables[] = {\n")
	fmt.Fprintf(&b, "%s};\n\n#endif\n", all.Bytes())
	return b.Bytes()
}

// cString appends bytes as a string of C, with a line break now and then.
func cString(b *bytes.Buffer, text []byte) {
	const most = 100
	width := most
	if len(text) == 0 {
		b.WriteString(`""`)
	}
	for i, c := range text {
		if width >= most {
			if i > 0 {
				b.WriteString(`"`)
			}
			if len(text) > most {
				b.WriteString("\n    ")
			}
			b.WriteString(`"`)
			width = 0
		}
		piece := fmt.Sprintf("\\%03o", c)
		switch {
		case c == 0 && (i+1 == len(text) || text[i+1] < '0' || text[i+1] > '9'):
			piece = `\0`
		case c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '?':
			piece = string(c)
		}
		b.WriteString(piece)
		width += len(piece)
	}
	if len(text) > 0 {
		b.WriteString(`"`)
	}
}

package main

import (
	"bytes"
	"fmt"

	"tracer/internal/wire"
)

const pageIntro = `# The trace format, version %d

A trace is a directory:

    manifest.json      what ran, where, when, how it ended (JSON, by the controller)
    settings           what to record (by the controller, for the agent)
    proc-<pid>-<n>/    one per traced process
      control          who, which clock, what was lost; which slots are free and full
      names            records: files, code objects, threads
      raw              slots, claimed in chunks; a slot without a magic is empty, wherever it lies
      segments-<n>     what slots held, packed (this and what follows by the controller)
      index-<n>        an entry (struct node) for each segment and each summary
      summaries-<n>    what segments add up to, in levels
      contexts-<n>     the calling context tree of the summaries (struct context)
      counters         what the system counts for the process (struct sample)
      refused          only where the agent could not begin: why
    sources/           the traced source files, named by the SHA-256 of their content

All integers are unsigned and little-endian. The rules of the writer and the algorithm of the reader are in
the documentation of package internal/wire.

## Events

An event is one 64-bit word, never zero:

| bits | field |
|---|---|
| 0-2 | kind |
| 3-31 | location, never 0 |
| 32-63 | ticks since the thread's previous event |

| kind | name | location | meaning |
|---|---|---|---|
`

func formatPage() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- %s -->\n", notice)
	fmt.Fprintf(&b, pageIntro, wire.Version)
	for _, k := range wire.Kinds {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", k.Kind, k.Name, k.Location, k.Doc)
	}
	fmt.Fprint(&b, "\nMarks, the location of kind 7:\n\n| location | name | meaning |\n|---|---|---|\n")
	for _, m := range wire.Marks {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", m.Mark, m.Name, m.Doc)
	}
	fmt.Fprintf(&b, "\n## Magic numbers\n\n| file or block | value |\n|---|---|\n| control | `%#x` |\n| names | `%#x` |\n| settings | `%#x` |\n| slot | `%#x` |\n| segment | `%#x` |\n| node | `%#x` |\n| summary | `%#x` |\n| sample | `%#x` |\n",
		wire.MagicControl, wire.MagicNames, wire.MagicSettings, wire.MagicSlot, wire.MagicSegment, wire.MagicNode, wire.MagicSummary, wire.MagicSample)
	fmt.Fprintf(&b, "\n## Lists of slots\n\nThe file control has %d bytes. Behind its page lie two lists of slot numbers (u32), each written by one side and read by the\nother, at the place of the count modulo their length:\n\n| offset | entries | list | from | to |\n|---|---|---|---|---|\n| %d | %d | free | controller | agent |\n| %d | %d | full | agent | controller |\n",
		wire.ControlFile, wire.FreeOffset, wire.FreeEntries, wire.FullOffset, wire.FullEntries)
	fmt.Fprint(&b, "\n## Fixed structures\n")
	for _, s := range wire.Structs {
		fmt.Fprintf(&b, "\n### %s, %d bytes\n\n%s\n\n| offset | size | field | meaning |\n|---|---|---|---|\n", s.Name, s.Size, s.Doc)
		for i, f := range s.Fields {
			fmt.Fprintf(&b, "| %d | %d | %s | %s |\n", s.Offset(i), f.Size, f.Name, f.Doc)
		}
		if end := s.Offset(len(s.Fields)); end < s.Size {
			fmt.Fprintf(&b, "| %d | %d | | reserved, 0 |\n", end, s.Size-end)
		}
	}
	fmt.Fprint(&b, "\n## Constants\n")
	for _, e := range wire.Enums {
		fmt.Fprintf(&b, "\n### %s: %s\n\n| value | name | meaning |\n|---|---|---|\n", e.Name, e.Doc)
		for _, c := range e.Values {
			fmt.Fprintf(&b, "| %d | %s | %s |\n", c.Value, c.Name, c.Doc)
		}
	}
	fmt.Fprint(&b, "\n## Records\n\nThe payload's fields follow each other: `u32` and `u64` are integers, `bytes` is a u32 length, so many bytes and\nzeros up to a multiple of 4, `list` is a u32 count and so many `bytes`. A reader skips a type it does not know.\n")
	for _, r := range wire.Records {
		fmt.Fprintf(&b, "\n### %d %s\n\n%s\n\n| field | type | meaning |\n|---|---|---|\n", r.Type, r.Name, r.Doc)
		for _, f := range r.Fields {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, typeNames[f.Type], f.Doc)
		}
	}
	return b.Bytes()
}

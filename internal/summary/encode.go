package summary

import (
	"encoding/binary"

	"tracer/internal/wire"
)

// The tags of the tables, in the order in which they are written.
const (
	tagRun = 1 + iota
	tagLines
	tagOverlaps
	tagFunctions
	tagModules
	tagFiles
	tagContexts
	tagDetail
)

// AppendTables appends the tables of s, not compressed.
func (s *Summary) AppendTables(dst []byte) []byte {
	w := writer{b: dst}
	w.table(tagRun, 1, func(w *writer) {
		w.u(uint64(s.Start))
		w.u(uint64(s.End) - uint64(s.Start))
		w.u(s.Events)
		w.u(s.Gaps)
		w.u(s.Lost)
		w.u(s.Outside)
		w.u(zigzag(s.OutsideCost))
	})
	w.table(tagLines, len(s.Lines), func(w *writer) {
		writeKeys(w, s.Lines, func(l *Line) LineKey { return l.LineKey })
		column(w, s.Lines, func(l *Line) uint64 { return l.Hits })
		column(w, s.Lines, func(l *Line) uint64 { return l.Self })
		column(w, s.Lines, func(l *Line) uint64 { return l.Below })
		column(w, s.Lines, func(l *Line) uint64 { return zigzag(l.Cost) })
		column(w, s.Lines, func(l *Line) uint64 { return zigzag(l.BelowCost) })
	})
	w.table(tagOverlaps, len(s.Overlaps), func(w *writer) {
		writeKeys(w, s.Overlaps, func(o *Overlap) LineKey { return o.LineKey })
		column(w, s.Overlaps, func(o *Overlap) uint64 { return o.Ticks })
		column(w, s.Overlaps, func(o *Overlap) uint64 { return zigzag(o.Cost) })
	})
	w.table(tagFunctions, len(s.Functions), func(w *writer) {
		deltas(w, s.Functions, func(f *Function) uint64 { return uint64(f.Function) })
		column(w, s.Functions, func(f *Function) uint64 { return f.Calls })
		column(w, s.Functions, func(f *Function) uint64 { return f.Total })
		column(w, s.Functions, func(f *Function) uint64 { return f.Min + 1 }) // NoMin is 0
		column(w, s.Functions, func(f *Function) uint64 { return f.Max })
		column(w, s.Functions, func(f *Function) uint64 { return zigzag(f.Cost) })
		column(w, s.Functions, func(f *Function) uint64 { return zigzag(f.MinCost) })
		column(w, s.Functions, func(f *Function) uint64 { return zigzag(f.MaxCost) })
	})
	w.groups(tagModules, s.Modules)
	w.groups(tagFiles, s.Files)
	w.table(tagContexts, len(s.Contexts), func(w *writer) {
		deltas(w, s.Contexts, func(c *Context) uint64 { return uint64(c.Number) })
		column(w, s.Contexts, func(c *Context) uint64 { return c.Calls })
		column(w, s.Contexts, func(c *Context) uint64 { return c.Self })
		column(w, s.Contexts, func(c *Context) uint64 { return zigzag(c.Cost) })
	})
	w.detail(s)
	return w.b
}

// writer appends varints.
type writer struct{ b []byte }

func (w *writer) u(v uint64) { w.b = binary.AppendUvarint(w.b, v) }

// table appends a table, if it has rows.
func (w *writer) table(tag, rows int, columns func(*writer)) {
	if rows == 0 {
		return
	}
	var body writer
	body.u(uint64(rows))
	columns(&body)
	w.u(uint64(tag))
	w.u(uint64(len(body.b)))
	w.b = append(w.b, body.b...)
}

func column[T any](w *writer, rows []T, value func(*T) uint64) {
	for i := range rows {
		w.u(value(&rows[i]))
	}
}

// deltas appends a column that ascends.
func deltas[T any](w *writer, rows []T, value func(*T) uint64) {
	last := uint64(0)
	for i := range rows {
		v := value(&rows[i])
		w.u(v - last)
		last = v
	}
}

// writeKeys appends the columns of keys: what they are of, and the lines.
func writeKeys[T any](w *writer, rows []T, key func(*T) LineKey) {
	deltas(w, rows, func(r *T) uint64 { return uint64(key(r).Of) })
	last := uint32(0)
	for i := range rows {
		line := key(&rows[i]).Line
		w.u(zigzag(int64(line) - int64(last)))
		last = line
	}
}

func (w *writer) groups(tag int, groups []Group) {
	w.table(tag, len(groups), func(w *writer) {
		deltas(w, groups, func(g *Group) uint64 { return uint64(g.Of) })
		column(w, groups, func(g *Group) uint64 { return g.Total })
		column(w, groups, func(g *Group) uint64 { return zigzag(g.Cost) })
	})
}

func (w *writer) detail(s *Summary) {
	d := &s.Detail
	w.table(tagDetail, len(d.Buckets), func(w *writer) {
		w.u(uint64(d.Shift))
		deltas(w, d.Buckets, func(b *Bucket) uint64 { return uint64(b.Number) })
		column(w, d.Buckets, func(b *Bucket) uint64 { return b.Events })
		column(w, d.Buckets, func(b *Bucket) uint64 { return uint64(b.Depth) })
		column(w, d.Buckets, func(b *Bucket) uint64 { return uint64(b.At) - uint64(b.Number)<<d.Shift })
		column(w, d.Buckets, func(b *Bucket) uint64 { return b.Ticks })
		column(w, d.Buckets, func(b *Bucket) uint64 { return uint64(b.Open) })
		// Of the stacks: how many frames are as in the bucket before, then the others.
		var last []wire.Location
		for _, b := range d.Buckets {
			w.u(uint64(common(last, b.Stack)))
			last = b.Stack
		}
		last = nil
		for _, b := range d.Buckets {
			for _, loc := range b.Stack[common(last, b.Stack):] {
				w.u(uint64(loc))
			}
			last = b.Stack
		}
	})
}

// common returns how many of the outermost frames are the same.
func common(a, b []wire.Location) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

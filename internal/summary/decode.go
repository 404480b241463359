package summary

import "tracer/internal/wire"

// DecodeTables is the reverse of AppendTables. Offsets of its errors are in b.
func DecodeTables(b []byte) (*Summary, error) {
	s := new(Summary)
	r := reader{b: b}
	for last := uint64(0); r.err == nil && r.at < len(b); {
		tag, size := r.u("tag"), r.u("size of a table")
		if tag <= last {
			r.fail("table %d after table %d", tag, last)
		}
		if size > uint64(len(b)-r.at) {
			r.fail("table %d of %d bytes, there are %d", tag, size, len(b)-r.at)
		}
		if r.err != nil {
			break
		}
		last = tag
		end := r.at + int(size)
		r.b = b[:end]
		if columns(tag) != 0 {
			s.table(&r, tag)
		}
		r.at, r.b = end, b
	}
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

func (s *Summary) table(r *reader, tag uint64) {
	n := r.u("rows of a table")
	if columns := columns(tag); r.err == nil && n > uint64(len(r.b)-r.at)/columns {
		r.fail("table %d of %d rows and %d columns in %d bytes", tag, n, columns, len(r.b)-r.at)
	}
	if r.err != nil || n == 0 {
		return
	}
	switch tag {
	case tagRun:
		s.run(r, n)
	case tagLines:
		s.Lines = make([]Line, n)
		readKeys(r, s.Lines, func(l *Line) *LineKey { return &l.LineKey })
		values(r, s.Lines, func(l *Line) *uint64 { return &l.Hits })
		values(r, s.Lines, func(l *Line) *uint64 { return &l.Self })
		values(r, s.Lines, func(l *Line) *uint64 { return &l.Below })
		costs(r, s.Lines, func(l *Line) *int64 { return &l.Cost })
		costs(r, s.Lines, func(l *Line) *int64 { return &l.BelowCost })
	case tagOverlaps:
		s.Overlaps = make([]Overlap, n)
		readKeys(r, s.Overlaps, func(o *Overlap) *LineKey { return &o.LineKey })
		values(r, s.Overlaps, func(o *Overlap) *uint64 { return &o.Ticks })
		costs(r, s.Overlaps, func(o *Overlap) *int64 { return &o.Cost })
	case tagFunctions:
		s.functions(r, n)
	case tagModules:
		s.Modules = groups(r, n)
	case tagFiles:
		s.Files = groups(r, n)
	case tagContexts:
		s.contexts(r, n)
	case tagDetail:
		s.Detail.read(r, n)
	}
}

// columns returns how many a table has: the bytes of a row, at least. It is 0 for an
// unknown tag.
func columns(tag uint64) uint64 {
	switch tag {
	case tagRun, tagLines, tagDetail:
		return 7
	case tagFunctions:
		return 8
	case tagOverlaps, tagContexts:
		return 4
	case tagModules, tagFiles:
		return 3
	}
	return 0
}

func (s *Summary) run(r *reader, n uint64) {
	if n != 1 {
		r.fail("%d runs, expected 1", n)
	}
	s.Start = int64(r.u("start"))
	took := r.u("duration")
	s.End = int64(uint64(s.Start) + took)
	if s.End < s.Start || uint64(s.End)-uint64(s.Start) != took {
		r.fail("run of %d ticks from %d on", took, s.Start)
	}
	s.Events, s.Gaps, s.Lost, s.Outside = r.u("events"), r.u("gaps"), r.u("lost"), r.u("outside")
	s.OutsideCost = unzigzag(r.u("cost outside"))
}

func (s *Summary) functions(r *reader, n uint64) {
	s.Functions = make([]Function, n)
	locations(r, s.Functions, func(f *Function) *wire.Location { return &f.Function })
	values(r, s.Functions, func(f *Function) *uint64 { return &f.Calls })
	values(r, s.Functions, func(f *Function) *uint64 { return &f.Total })
	values(r, s.Functions, func(f *Function) *uint64 { return &f.Min })
	values(r, s.Functions, func(f *Function) *uint64 { return &f.Max })
	costs(r, s.Functions, func(f *Function) *int64 { return &f.Cost })
	costs(r, s.Functions, func(f *Function) *int64 { return &f.MinCost })
	costs(r, s.Functions, func(f *Function) *int64 { return &f.MaxCost })
	for i := range s.Functions {
		s.Functions[i].Min--
	}
}

func (s *Summary) contexts(r *reader, n uint64) {
	s.Contexts = make([]Context, n)
	last := uint64(0)
	for i := range s.Contexts {
		delta := r.u("context")
		if i > 0 && delta == 0 || delta > 1<<32-1-last {
			r.fail("context %d after %d", delta, last)
			return
		}
		last += delta
		s.Contexts[i].Number = uint32(last)
	}
	values(r, s.Contexts, func(c *Context) *uint64 { return &c.Calls })
	values(r, s.Contexts, func(c *Context) *uint64 { return &c.Self })
	costs(r, s.Contexts, func(c *Context) *int64 { return &c.Cost })
}

func groups(r *reader, n uint64) []Group {
	g := make([]Group, n)
	locations(r, g, func(g *Group) *wire.Location { return &g.Of })
	values(r, g, func(g *Group) *uint64 { return &g.Total })
	costs(r, g, func(g *Group) *int64 { return &g.Cost })
	return g
}

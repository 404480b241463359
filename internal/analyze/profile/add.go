package profile

// add adds the sums of another worker.
func (s *sums) add(o *sums) {
	s.lines = reach(s.lines, uint32(len(o.lines)-1))
	s.below = reach(s.below, uint32(len(o.below)-1))
	for i, l := range o.lines {
		s.lines[i].self += l.self
		s.lines[i].hits += l.hits
		s.below[i].ns += o.below[i].ns
	}
	for i, g := range o.functions {
		s.functions = reach(s.functions, uint32(i))
		f := &s.functions[i]
		if !f.met {
			f.min = unwhole
		}
		f.met = true
		f.ns += g.ns
		f.calls += g.calls
		f.max = max(f.max, g.max)
		if g.met {
			f.min = min(f.min, g.min)
		}
	}
	s.modules = addSpans(s.modules, o.modules)
	s.files = addSpans(s.files, o.files)
}

func addSpans(to, from []span) []span {
	for i, o := range from {
		to = reach(to, uint32(i))
		to[i].ns += o.ns
	}
	return to
}

// fit makes room for every row of the table.
func (s *sums) fit() {
	t := s.table
	s.lines = append(s.lines, make([]lineSum, len(t.lines)-len(s.lines))...)
	s.below = append(s.below, make([]belowSum, len(t.lines)-len(s.below))...)
	s.functions = append(s.functions, make([]functionSum, len(t.functions)-len(s.functions))...)
	s.modules = append(s.modules, make([]span, len(t.modules)-len(s.modules))...)
	s.files = append(s.files, make([]span, len(t.files)-len(s.files))...)
}

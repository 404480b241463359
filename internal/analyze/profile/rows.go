package profile

import "slices"

// profile makes the rows of what was seen.
func (t *table) profile(s *sums) *Profile {
	p := &Profile{
		Functions: make([]Function, len(t.functions)),
		Modules:   groups(t.modules, s.modules),
		Files:     groups(t.files, s.files),
	}
	for i, f := range t.functions {
		sum := s.functions[i]
		p.Functions[i] = Function{
			Module: f.module, Function: f.name, File: f.file, Line: f.line,
			Calls: sum.calls, TotalNS: sum.ns, MinNS: sum.shortest(), MaxNS: sum.max,
		}
		p.Modules[f.moduleRow].add(sum.calls, f.module)
		p.Files[f.fileRow].add(sum.calls, f.module)
	}
	for i, l := range t.lines[1:] {
		sum := s.lines[1+i]
		below := s.below[1+i].ns
		f, info := &p.Functions[l.function], t.functions[l.function]
		for _, g := range []*Group{&p.Modules[info.moduleRow], &p.Files[info.fileRow]} {
			g.Hits += sum.hits
			g.SelfNS += sum.self
		}
		f.Hits += sum.hits
		f.SelfNS += sum.self
		p.SelfNS += sum.self
		if sum.hits != 0 || sum.self != 0 || below != 0 {
			p.Lines = append(p.Lines, Line{
				Module: f.Module, Function: f.Function, File: f.File, Line: l.line,
				Hits: sum.hits, SelfNS: sum.self, TotalNS: sum.self + below,
			})
		}
	}
	p.Functions = slices.DeleteFunc(p.Functions, func(f Function) bool {
		return f.Calls == 0 && f.Hits == 0 && f.TotalNS == 0
	})
	p.Modules = slices.DeleteFunc(p.Modules, Group.unseen)
	p.Files = slices.DeleteFunc(p.Files, Group.unseen)
	return p
}

func (f *functionSum) shortest() int64 {
	if f.min == unwhole {
		return f.max
	}
	return f.min
}

func groups(names []string, spans []span) []Group {
	g := make([]Group, len(names))
	for i, name := range names {
		g[i] = Group{Name: name, TotalNS: spans[i].ns}
	}
	return g
}

// add counts a function of the group.
func (g *Group) add(calls uint64, module string) {
	g.Calls += calls
	if !slices.Contains(g.Modules, module) {
		g.Modules = append(g.Modules, module)
	}
}

func (g Group) unseen() bool { return g.Calls == 0 && g.Hits == 0 && g.TotalNS == 0 }

package advise

import (
	"reflect"
	"strings"
	"testing"

	"tracer/trace"
)

// TestFindings plants what is to be found, and what looks much like it and is none.
func TestFindings(t *testing.T) {
	for name, c := range map[string]struct {
		make func() *program
		want string // kind@line
	}{
		"nothing stands out": {plain, ""},

		"a line's time is in a library":        {func() *program { return libraryCalls("    a = lib.work(x)", 10, 2_000_000) }, "hidden-calls@2"},
		"a cheap library call, very often":     {func() *program { return libraryCalls("    a = lib.work(x)", 5000, 1500) }, "hidden-calls@2"},
		"a line that calls nothing":            {func() *program { return libraryCalls("    a = [i * i for i in x]", 10, 2_000_000) }, ""},
		"a call of what is trivial":            {func() *program { return libraryCalls("    a = [i for i in range(len(x))]", 10, 2_000_000) }, ""},
		"too little time to be worth a look":   {func() *program { return libraryCalls("    a = lib.work(x)", 2, 2_000_000) }, ""},
		"a call that is shown":                 {shownCalls, ""},
		"calls that take no longer than lines": {func() *program { return libraryCalls("    a = len(x)", 100_000, 80) }, ""},

		"each iteration takes longer":         {func() *program { return loop(func(i int) int { return 200 + 2*i }) }, "growing-cost@3"},
		"iterations take as long, with noise": {func() *program { return loop(func(i int) int { return 4000 + (i*7919)%2000 }) }, ""},
		"one takes very long at the end":      {func() *program { return loop(func(i int) int { return 4000 + i/3999*90_000 }) }, ""},

		"one query for each row":                 {func() *program { return queries(1, 500, 100_000) }, "hidden-calls@5 one-by-one@3"},
		"much work with a query, for each row":   {work, "hidden-calls@5"},
		"a few queries":                          {func() *program { return queries(20, 20, 100_000) }, "hidden-calls@5"},
		"a helper that computes, for each row":   {func() *program { return helpers(500) }, ""},
		"one query for each of many calls of it": {func() *program { return queries(500, 1, 100_000) }, "hidden-calls@5"},
		"garbage is collected by hand":           {func() *program { return libraryCalls("    gc.collect()", 10, 2_000_000) }, "garbage-collection@2"},
		"a little garbage is collected by hand":  {func() *program { return withPlain(libraryCalls("    gc.collect()", 1, 10_000)) }, ""},
		"gc.collect is only spoken of":           {func() *program { return libraryCalls("    a = lib.work('gc.collect()')", 10, 2_000_000) }, "hidden-calls@2"},
		"garbage is collected by itself":         {func() *program { return collecting(500, 100_000) }, "garbage-collection@3"},
		"garbage is collected now and then":      {func() *program { return collecting(5000, 20_000) }, ""},
		"an exception says no":                   {func() *program { return lookups(40_000, 2, 400) }, "exceptions@6"},
		"one exception through many finallys":    {func() *program { return finallys(20_000) }, ""},
		"the system has other things to do":      {func() *program { p := waits(.02); p.busy(); return p }, "hidden-calls@2"},
		"an exception now and then":              {func() *program { return lookups(40_000, 15, 2500) }, ""},
		"an exception that is seldom":            {func() *program { return lookups(1900, 2, 8000) }, ""},
		"the end of an iterator is no exception": {func() *program { return iterators(20_000) }, ""},
		"a line waits":                           {func() *program { return waits(.02) }, "waiting@2"},
		"a line works as long":                   {func() *program { return waits(.98) }, "hidden-calls@2"},
		"without counters nothing waits":         {func() *program { p := waits(.02); p.samples = nil; return p }, "hidden-calls@2"},
		"an import in a function":                {func() *program { return importing("handle", true) }, "late-import@5"},
		"an import in a module":                  {func() *program { return importing("<module>", true) }, ""},
		"an import whose module is not recorded": {func() *program { return importing("handle", false) }, "late-import@5"},
		"a program that runs another":            {func() *program { return running() }, ""},
		"one caller asks for much":               {func() *program { return callers(5_000_000, 20_000) }, "one-caller@10"},
		"all callers ask for as much":            {func() *program { return callers(200_000, 200_000) }, ""},
		"a generator yields small things":        {func() *program { return yields(0x20, 30_000, 1) }, "tiny-yields@5"},
		"a generator works for what it yields":   {func() *program { return yields(0x20, 30_000, 8) }, ""},
		"a coroutine suspends as often":          {func() *program { return yields(0x80, 30_000, 1) }, ""},
		"a generator of few things":              {func() *program { return yields(0x20, 9_000, 1) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := c.make().facts(t)
			list := Find(f)
			if got := told(list); got != c.want {
				t.Errorf("%q, expected %q\n%+v", got, c.want, list)
			}
			for _, x := range list {
				if x.SavesNS <= 0 || x.SavesNS > f.whole || x.Share <= 0 || x.Share > 1 || x.Window.ToNS <= x.Window.FromNS || x.Window.FromNS < 0 || len(x.Evidence) < 3 || x.Source == "" || x.Severity == "" {
					t.Errorf("%+v", x)
				}
			}
		})
	}
}

// TestPartsAreOneWhole reads programs as one part, and as several: what is on its way at
// the end of a part goes on in the next.
func TestPartsAreOneWhole(t *testing.T) {
	for name, make := range map[string]func(p *program){
		"exceptions": func(p *program) { p.lookups(200_000, 2, 400) },
		"yields":     func(p *program) { p.yields(0x20, 200_000, 1) },
	} {
		var found [2][]Finding
		for i, slots := range []int{1 << 30, 60_007} {
			p := newProgram()
			p.slots = slots
			make(p)
			f := p.facts(t)
			if parts := len(f.trace.Processes()[0].Threads[0].Parts(trace.Window{})); (parts > 1) != (i == 1) {
				t.Fatalf("%s: %d parts", name, parts)
			}
			found[i] = Find(f)
		}
		if len(found[0]) != 1 || told(found[0]) != told(found[1]) {
			t.Fatalf("%s: %v, in parts %v", name, told(found[0]), told(found[1]))
		}
		a, b := &found[0][0], &found[1][0]
		// The time after the last event of a part is the next one's.
		if last := len(a.Evidence) - 1; a.SavesNS-b.SavesNS < 1000 && b.SavesNS-a.SavesNS < 1000 {
			b.SavesNS, b.Share, b.Evidence[last] = a.SavesNS, a.Share, a.Evidence[last]
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s:\n%+v, in parts\n%+v", name, found[0], found[1])
		}
	}
}

func TestCalledIn(t *testing.T) {
	for source, want := range map[string]string{
		"a = b.c(d(1), e)":                 "b.c d",
		"return (a + b) * len(c)":          "len",
		"if not (a or b): f()":             "f",
		"a = 'g(1)' + h(\"i(2)\")  # j(3)": "h",
		"def k(a=l()):":                    "",
		"class M(N):":                      "",
		"@o(1)":                            "",
		"a[0](1)":                          "",
		"a.b().c()":                        "a.b c",
		"q = \"\\\"(\" % r()":              "r",
		"x = größe(1)":                     "größe",
		"[i for i in x if i]":              "",
		"await s.t(u)":                     "s.t",
		"":                                 "",
	} {
		if got := strings.Join(calledIn(source), " "); got != want {
			t.Errorf("%q: %q, expected %q", source, got, want)
		}
	}
}

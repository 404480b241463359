package doctor

import (
	"fmt"
	"strings"

	"tracer/internal/render"
)

// conclude says in a line what all that comes to. Tried: interpreters have recorded.
func (r *Report) conclude(tried bool) {
	good, problems, notes, fatal := 0, 0, 0, false
	for _, p := range r.Pythons {
		switch p.State {
		case OK:
			good++
		case Problem:
			problems++
		}
	}
	for _, c := range r.Checks {
		fatal = fatal || c.Fatal
		switch c.State {
		case Problem:
			problems++
		case Note:
			notes++
		}
	}
	r.Works = good > 0 && !fatal
	switch all := len(r.Pythons); {
	case fatal:
		r.Verdict = "Nothing can be recorded here as it is"
	case good == 0:
		r.Verdict = "None of " + render.Plural(all, "interpreter") + " can be traced"
		if all == 1 {
			r.Verdict = "This interpreter cannot be traced"
		}
	case good == all:
		r.Verdict = "Python programs can be traced here, with " + map[bool]string{true: "the one interpreter", false: fmt.Sprintf("all %d interpreters", all)}[all == 1]
	default:
		r.Verdict = fmt.Sprintf("Python programs can be traced here, with %d of %d interpreters", good, all)
	}
	if r.Works && !tried {
		r.Verdict += ", as far as can be seen without trying"
	}
	var rest []string
	if problems > 0 {
		rest = append(rest, render.Plural(problems, "problem"))
	}
	if notes > 0 {
		rest = append(rest, render.Plural(notes, "note"))
	}
	if len(rest) > 0 {
		r.Verdict += ": " + strings.Join(rest, ", ")
	}
	r.Verdict += "."
}

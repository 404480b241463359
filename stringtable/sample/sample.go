// Package sample has names like those of modules: what the tests and benchmarks of package stringtable
// look up, the same in each run.
package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Sixteen returns prefixes as a user gives them to a filter.
func Sixteen() []string {
	return strings.Fields("pandas numpy django flask requests sqlalchemy scipy.stats scipy matplotlib PIL os json asyncio urllib3 concurrent.futures xml.etree")
}

// Others returns names that a program has, none of which begins with one of Sixteen; some nearly do.
func Others() []string {
	return strings.Fields(`app main models views collections.abc importlib typing re sre_compile threading queue nump panda pathlib functools
		itertools my_package.sub.module tests.test_views zipfile email.mime.text http.client html jinja2.runtime click.core sklearn.tree
		torch.nn.functional werkzeug attrs yaml pytest _pytest.python dateutil.parser concurrent xml.sax sqlite3 subprocess selectors signal`)
}

// Modules returns n names; some are there twice, some begin with others.
func Modules(r *rand.Rand, n int) []string {
	parts := strings.Fields(`os re io app core api utils models views tests data http client server json xml parser config types base db sql net
		async queue task worker cache image text math stats linear tree graph plot render shader audio video file path stream event signal
		handler manager service cloud storage compute auth session user account admin report export import_ loader dumper encoder decoder`)
	all := make([]string, 0, n)
	for range n {
		var name []string
		for range 1 + r.IntN(4) {
			part := parts[r.IntN(len(parts))]
			if r.IntN(3) == 0 {
				part += fmt.Sprint(r.IntN(10))
			}
			if r.IntN(4) == 0 {
				part += "_" + parts[r.IntN(len(parts))]
			}
			name = append(name, part)
		}
		all = append(all, strings.Join(name, "."))
	}
	return all
}

// Prefixes returns n different names for a table: Sixteen, or else such of two parts or more.
func Prefixes(n int) []string {
	if n == 16 {
		return Sixteen()
	}
	seen := map[string]bool{}
	var all []string
	for r := rand.New(rand.NewPCG(7, 8)); len(all) < n; {
		if p := Modules(r, 1)[0]; !seen[p] && strings.Contains(p, ".") {
			seen[p] = true
			all = append(all, p)
		}
	}
	return all
}

// Asked is how many strings a benchmark asks for in turn: their lengths and kinds are in no order, so that a CPU does not know what comes.
const Asked = 256

// Questions returns strings that begin with none of the prefixes, and such that do; match says which.
func Questions(prefixes []string, match func(string) (int, bool)) (negative, positive []string) {
	r := rand.New(rand.NewPCG(1, 2))
	others := Others()
	for len(negative) < Asked {
		s := others[r.IntN(len(others))]
		if len(prefixes) > 16 {
			if s = Modules(r, 1)[0]; r.IntN(2) == 0 {
				s = "my_" + s
			}
		}
		if _, ok := match(s); !ok {
			negative = append(negative, strings.Clone(s))
		}
	}
	for len(positive) < Asked {
		s := prefixes[r.IntN(len(prefixes))]
		positive = append(positive, strings.Clone(s+[]string{"", ".core", "_x.y.z"}[r.IntN(3)]))
	}
	return negative, positive
}

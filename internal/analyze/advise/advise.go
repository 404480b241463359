package advise

import (
	"cmp"
	"slices"
	"strings"
)

// LeastNS is the least time that a finding could save: less is not worth a look.
const LeastNS = 5_000_000

// mostOfKind is how many findings of a kind are told, those that could save the most.
const mostOfKind = 5

// Find returns the findings, those that could save the most first.
func Find(f *Facts) []Finding {
	all := []Finding{}
	if f.whole <= 0 {
		return all
	}
	for _, k := range Kinds() {
		list := slices.DeleteFunc(k.find(f), func(x Finding) bool { return x.SavesNS < LeastNS })
		for i := range list {
			x := &list[i]
			x.Kind = k.Name
			x.SavesNS = min(x.SavesNS, f.whole)
			x.Share = float64(x.SavesNS) / float64(f.whole)
			x.Severity = severity(x.Share)
			x.Source = f.source(x.Place)
		}
		order(list)
		all = append(all, list[:min(len(list), mostOfKind)]...)
	}
	all = without(all)
	order(all)
	return all
}

func order(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.SavesNS, a.SavesNS), strings.Compare(a.Kind, b.Kind),
			strings.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Place.Line, b.Place.Line))
	})
}

// covers are the kinds that say more of a line than another kind does.
func covers() map[string][]string {
	return map[string][]string{
		libraryKind: {waitingKind, collectionKind, importsKind, growthKind, callerKind},
		callerKind:  {multiplicityKind},
		growthKind:  {waitingKind},
	}
}

// without leaves out what another finding says better of the same line.
func without(all []Finding) []Finding {
	said := covers()
	return slices.DeleteFunc(slices.Clone(all), func(x Finding) bool {
		return slices.ContainsFunc(all, func(y Finding) bool { return x.Place == y.Place && slices.Contains(said[x.Kind], y.Kind) })
	})
}

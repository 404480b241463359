package scratch

import (
	"slices"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

func cpython(version string, major, minor int) pyabi.Info {
	return pyabi.Info{Implementation: "cpython", Version: version, Major: major, Minor: minor}
}

func versions(infos []pyabi.Info) (list []string) {
	for _, i := range infos {
		list = append(list, i.Version)
	}
	return list
}

func TestKindsTakeOneOfEachVersion(t *testing.T) {
	debug, threaded := cpython("3.9.1", 3, 9), cpython("3.14.1", 3, 14)
	debug.Debug, threaded.FreeThreaded = true, true
	all := []pyabi.Info{
		cpython("2.7.18", 2, 7), cpython("3.5.1", 3, 5), cpython("3.8.1", 3, 8), cpython("3.8.2", 3, 8), debug,
		cpython("3.10.1", 3, 10), cpython("3.12.1", 3, 12), threaded,
	}
	var k Kinds
	notes := k.Fill(all)
	if got := versions(k.Older); !slices.Equal(got, []string{"2.7.18", "3.8.1", "3.10.1"}) {
		t.Errorf("unexpected older ones %v", got)
	}
	if got := versions(k.Threaded); !slices.Equal(got, []string{"3.14.1"}) {
		t.Errorf("unexpected free-threaded ones %v", got)
	}
	if len(notes) != 2 || !strings.Contains(notes[0], "3.9") || !strings.Contains(notes[1], "3.11") {
		t.Errorf("unexpected notes %q", notes)
	}
}

func TestKindsThatAreNamedStay(t *testing.T) {
	k := Kinds{Older: []pyabi.Info{cpython("3.7.1", 3, 7)}}
	notes := k.Fill([]pyabi.Info{cpython("3.8.1", 3, 8)})
	if got := versions(k.Older); !slices.Equal(got, []string{"3.7.1"}) {
		t.Errorf("unexpected older ones %v", got)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "free-threaded") {
		t.Errorf("unexpected notes %q", notes)
	}
	if _, _, err := Split([]string{"/no/such/python"}); err == nil {
		t.Error("an interpreter that is not there was taken")
	}
}

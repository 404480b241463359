// Package programs reads what programs.json says of the programs beside it, and
// on which interpreters each runs and is compared with which reference.
package programs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tracer/internal/pyabi"
)

// Program is an entry of programs.json; test/reference/README.md explains the keys.
type Program struct {
	Name          string
	Command       []string
	Stdin         string
	Status        int
	Deterministic bool
	References    []string
	Only, Skip    []string
	Stated        []string
	MinPython     []int `json:"min_python"`
	// ComparedSince is the first version whose sys.settrace sees all of the program.
	ComparedSince []int `json:"compared_since"`
}

// Read returns the programs of the tree with this root.
func Read(root string) ([]Program, error) {
	file := filepath.Join(root, "test", "programs", "programs.json")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read programs: %w", err)
	}
	var content struct{ Programs []Program }
	if err := json.Unmarshal(text, &content); err != nil {
		return nil, fmt.Errorf("read programs: %s: %w", file, err)
	}
	return content.Programs, nil
}

// RunsOn says whether a version has what the program uses.
func (p Program) RunsOn(python pyabi.Info) bool {
	least := p.MinPython
	if len(least) != 2 {
		least = []int{3, 12}
	}
	return slices.Compare(version(python), least) >= 0
}

// Tools are the references whose counts must be those that are recorded on a
// version: all that older ones have is sys.settrace. There are none where each run
// counts otherwise.
func (p Program) Tools(python pyabi.Info) []string {
	switch {
	case !p.Deterministic:
		return nil
	case python.Hook() == pyabi.Monitoring:
		return p.References
	case len(p.References) == 0 || slices.Compare(version(python), p.ComparedSince) < 0:
		return nil
	}
	return []string{"older"}
}

func version(python pyabi.Info) []int { return []int{python.Major, python.Minor} }

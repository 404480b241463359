package profile

import (
	"sync"

	"tracer/trace"
)

// table numbers the rows of all axes, over all processes. Numbers are dense, so
// that what is added up per event lies in slices. A row is numbered when the first
// event is met there: what a trace only names costs nothing.
type table struct {
	function  func(*trace.Code) functionKey // what counts as one function
	mu        sync.Mutex
	functions []functionInfo
	lines     []lineKey // 0 stands for what is outside of traced code
	modules   []string
	files     []string

	functionRows map[functionKey]uint32
	lineRows     map[lineKey]uint32
	moduleRows   map[string]uint32
	fileRows     map[string]uint32
}

type functionKey struct {
	module, name, file string
	line               int
}

type functionInfo struct {
	functionKey
	moduleRow, fileRow uint32
}

type lineKey struct {
	function uint32
	line     int
}

func newTable(function func(*trace.Code) functionKey) *table {
	return &table{
		function:     function,
		lines:        make([]lineKey, 1),
		functionRows: map[functionKey]uint32{},
		lineRows:     map[lineKey]uint32{},
		moduleRows:   map[string]uint32{},
		fileRows:     map[string]uint32{},
	}
}

// number returns the row of a line of c and that of its function. Several
// replays may call it at the same time.
func (t *table) number(c *trace.Code, line int) (row, function uint32, info functionInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	function = t.functionRow(t.function(c))
	row = number(t.lineRows, &t.lines, lineKey{function, line})
	return row, function, t.functions[function]
}

func (t *table) functionRow(key functionKey) uint32 {
	if row, ok := t.functionRows[key]; ok {
		return row
	}
	row := uint32(len(t.functions))
	t.functionRows[key] = row
	t.functions = append(t.functions, functionInfo{
		functionKey: key,
		moduleRow:   number(t.moduleRows, &t.modules, key.module),
		fileRow:     number(t.fileRows, &t.files, key.file),
	})
	return row
}

// byFunction tells functions apart.
func byFunction(c *trace.Code) functionKey {
	return functionKey{c.Module, c.Qualname, FileName(c.File), c.FirstLine}
}

// byFile takes all code of a file for one function, so that a line is one row
// also where several functions share it, as a comprehension or lambda does.
func byFile(c *trace.Code) functionKey { return functionKey{file: FileName(c.File)} }

// FileName is what a file is called in the rows: its path, if it has one.
func FileName(f *trace.File) string {
	if f.Path != "" {
		return f.Path
	}
	return f.Name
}

// number returns the row of key, a new one if there is none yet.
func number[K comparable](rows map[K]uint32, keys *[]K, key K) uint32 {
	row, ok := rows[key]
	if !ok {
		row = uint32(len(*keys))
		rows[key] = row
		*keys = append(*keys, key)
	}
	return row
}

package timeline

import (
	"strings"
	"sync"

	"tracer/trace"
)

// lineText is how much of a source line is shown, in bytes.
const lineText = 100

// Sources are the lines of the source files that a trace has copies of. They may be
// asked for at the same time.
type Sources struct {
	trace *trace.Trace
	mu    sync.Mutex
	files map[*trace.File][]string
}

// NewSources returns the sources of a trace.
func NewSources(t *trace.Trace) *Sources {
	return &Sources{trace: t, files: map[*trace.File][]string{}}
}

// Line returns the text of a line as far as it is shown, "" if it is not known.
func (s *Sources) Line(f *trace.File, line int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines, ok := s.files[f]
	if !ok {
		if b, err := s.trace.Source(f); err == nil {
			lines = strings.Split(strings.ToValidUTF8(string(b), "�"), "\n")
		}
		s.files[f] = lines
	}
	if line < 1 || line > len(lines) {
		return ""
	}
	text := strings.TrimSpace(lines[line-1])
	if len(text) > lineText {
		text = strings.ToValidUTF8(text[:lineText], "") + "…"
	}
	return text
}

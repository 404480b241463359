package result

import (
	"bytes"
	"fmt"
	"os"
)

// The generated part of the page stands between these.
const (
	begin = "<!-- results -->\n"
	end   = "<!-- /results -->\n"
)

// WritePage puts the tables into the page, in place of those that it has.
func (r *Result) WritePage(path string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	page, err := splice(old, r.Markdown())
	if err != nil {
		return fmt.Errorf("write page %s: %w", path, err)
	}
	if err := os.WriteFile(path, page, 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func splice(page []byte, tables string) ([]byte, error) {
	before, rest, ok1 := bytes.Cut(page, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("expected a line %q and after it a line %q", begin[:len(begin)-1], end[:len(end)-1])
	}
	return bytes.Join([][]byte{before, []byte(begin + "\n" + tables + "\n" + end), after}, nil), nil
}

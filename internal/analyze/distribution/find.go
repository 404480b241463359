package distribution

import (
	"strconv"
	"strings"
)

// Means reports whether a text means the row's function: by its qualified name, with or
// without the module before it, or the last part of it (Shop.buy, shop.Shop.buy, buy); or by file and
// line (shop.py:12), the first of the function, or the line itself.
func (r *Row) Means(text string) bool {
	if text == r.Function || text == r.Module+"."+r.Function || text == r.Function[strings.LastIndexByte(r.Function, '.')+1:] {
		return true
	}
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return false
	}
	line, err := strconv.Atoi(text[i+1:])
	slashes := func(path string) string { return "/" + strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "/") }
	return err == nil && (line == r.Line || line == r.FirstLine) && strings.HasSuffix(slashes(r.File), slashes(text[:i]))
}

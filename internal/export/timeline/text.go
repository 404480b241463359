package timeline

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// AppendJSON appends a string as JSON has it. Bytes that are no UTF-8 are replaced.
func AppendJSON(b []byte, s string) []byte {
	var quoted bytes.Buffer
	e := json.NewEncoder(&quoted)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return append(b, `""`...) // which a string has no way to cause
	}
	return append(b, bytes.TrimSpace(quoted.Bytes())...)
}

// AppendMicroseconds appends a time in ns as µs with three digits behind the point.
func AppendMicroseconds(b []byte, ns int64) []byte { return appendDecimal(b, ns, 1000, 100) }

// AppendMilliseconds appends a time in ns as ms with up to six digits behind the point.
func AppendMilliseconds(b []byte, ns int64) []byte {
	b = appendDecimal(b, ns, 1e6, 1e5)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}

// appendDecimal appends n/unit; digit is that of the first one behind the point.
func appendDecimal(b []byte, n, unit, digit int64) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = append(strconv.AppendInt(b, n/unit, 10), '.')
	for n %= unit; digit > 0; digit /= 10 {
		b = append(b, '0'+byte(n/digit%10))
	}
	return b
}

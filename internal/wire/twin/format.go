package twin

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"tracer/internal/wire"
)

// Format returns the text of a process's files; Parse makes the same bytes of it. Bytes that
// no text stands for are an error, with the text of what comes before.
func Format(f Files) (string, error) {
	var w formatter
	err := w.control(f.Control)
	if err == nil {
		err = w.names(f.Names)
	}
	if err == nil {
		err = w.raw(f.Raw)
	}
	return w.String(), err
}

// formatter writes the text.
type formatter struct {
	strings.Builder
	slotSize int
}

func corrupt(file string, at int, format string, args ...any) error {
	return fmt.Errorf("format %s: %w", file, &wire.CorruptError{Offset: int64(at), What: fmt.Sprintf(format, args...)})
}

func (w *formatter) pair(key, value string) { fmt.Fprintf(w, " %s=%s", key, value) }

// constant returns a value by name if it has one.
func constant(owner, field string, v uint64) string {
	for name, c := range constants(owner, field) {
		if uint64(c) == v {
			return name
		}
	}
	return strconv.FormatUint(v, 10)
}

// fixed writes a structure's fields, but for those that skip names.
func (w *formatter) fixed(x fixed, skip ...string) {
next:
	for _, f := range x.Fields {
		for _, s := range skip {
			if s == f.Name {
				continue next
			}
		}
		w.pair(key(f.Name), constant(x.Name, f.Name, x.get(f.Name)))
	}
}

// readFixed takes a structure from b and checks that its reserved bytes are zero.
func readFixed(name string, b []byte) (fixed, bool) {
	s := structOf(name)
	if len(b) < s.Size {
		return fixed{}, false
	}
	return fixed{s, b[:s.Size]}, zero(b[s.Offset(len(s.Fields)):s.Size])
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func (w *formatter) control(b []byte) error {
	if len(b) != wire.ControlBytes && len(b) != wire.ControlFile {
		return corrupt("control", 0, "%d bytes, expected %d, or %d with the lists of slots", len(b), wire.ControlBytes, wire.ControlFile)
	}
	c, ok := readFixed("control", b[:wire.ControlBytes])
	if !ok {
		return corrupt("control", 0, "a reserved part that is not zero")
	}
	w.WriteString("process")
	var skip []string
	if c.get("magic") == wire.MagicControl {
		skip = append(skip, "magic")
	}
	if c.get("version") == wire.Version {
		skip = append(skip, "version")
	}
	w.fixed(c, skip...)
	w.WriteString("\n")
	w.slotSize = int(c.get("slot_size"))
	return nil
}

func (w *formatter) names(b []byte) error {
	h, ok := readFixed("names_head", b)
	if !ok || h.get("magic") != wire.MagicNames || h.get("version") != wire.Version || h.get("reserved") != 0 {
		return corrupt("names", 0, "no head of version %d", wire.Version)
	}
	for at := wire.NamesHeadBytes; at < len(b); {
		typ, payload, n, err := wire.NextRecord(b[at:])
		if err != nil {
			return fmt.Errorf("format names: record at byte %d: %w", at, err)
		}
		if n == 0 {
			return corrupt("names", at, "the last record is cut off")
		}
		if err := w.record(typ, payload); err != nil {
			return fmt.Errorf("format names: record at byte %d: %w", at, err)
		}
		at += n
	}
	return nil
}

func (w *formatter) record(typ uint32, payload []byte) error {
	for _, r := range wire.Records {
		if r.Type == typ && typ != wire.TypePrefix {
			return w.known(r, payload)
		}
	}
	fmt.Fprintf(w, "record type=%d payload=%s\n", typ, quote(hex.EncodeToString(payload)))
	return nil
}

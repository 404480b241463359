package perfecthash

import "io"

// WriteTo writes the table as it stands in a file.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	var written int64
	write := func(b []byte) error {
		n, err := w.Write(b)
		written += int64(n)
		return err
	}
	if err := write(t.header.append(nil, &t.sections)); err != nil {
		return written, err
	}
	for _, s := range t.sections {
		if err := write(make([]byte, aligned(uint64(written))-uint64(written))); err != nil {
			return written, err
		}
		if err := write(s); err != nil {
			return written, err
		}
	}
	return written, nil
}

// Size says what a table consists of, in bytes.
type Size struct {
	Function int64 // the function alone
	Checks   int64 // fingerprints, or the keys
	File     int64
}

// Size returns the sizes.
func (t *Table) Size() Size {
	var s Size
	end := uint64(headerSize)
	for i, section := range t.sections {
		end = aligned(end) + uint64(len(section))
		if i < sectionChecks {
			s.Function += int64(len(section))
		} else {
			s.Checks += int64(len(section))
		}
	}
	s.File = int64(end)
	return s
}

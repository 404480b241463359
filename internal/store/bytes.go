package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"tracer/internal/sys"
)

// Bytes returns the size of all files of the trace. The holes of a sparse file
// take nothing.
func (d *Dir) Bytes() (int64, error) {
	var sum int64
	err := filepath.WalkDir(d.path, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // its writer has removed it
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			sum += fileBytes(info)
		}
		return err
	})
	if err != nil {
		return sum, fmt.Errorf("measure trace %s: %w", d.path, Cause(err))
	}
	return sum, nil
}

// fileBytes is the size of a file without its holes. The rest of the last block
// does not count: the sizes of small files are then what everything else says.
func fileBytes(info fs.FileInfo) int64 { return min(info.Size(), sys.DiskBytes(info)) }

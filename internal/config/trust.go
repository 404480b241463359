package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// maxFile bounds what is read, and with it the time: the library compares each key
// of a table with all before it.
const maxFile = 512 << 10

// document is a file as it was found.
type document struct {
	content []byte
	why     string // it must not hold, "" if it may
}

// read reads a file and looks at who could have written it, or put the link there
// that leads to it. Where there is no file the error is fs.ErrNotExist.
func (p Place) read(path string) (document, error) {
	link, err := os.Lstat(path)
	if err != nil {
		return document{}, err
	}
	f, err := open(path)
	if err != nil {
		// Another's file may well not be readable, which is no error of the user's.
		return document{why: p.distrust(link)}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return document{}, err
	}
	if !info.Mode().IsRegular() {
		return document{why: "it is not a file"}, nil
	}
	d := document{why: p.distrust(link)}
	if d.why == "" {
		d.why = p.distrust(info)
	}
	d.content, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(d.content) > maxFile {
		err = fmt.Errorf("larger than %d KiB", maxFile>>10)
	}
	return d, err
}

// distrust says why a file must not hold.
func (p Place) distrust(info fs.FileInfo) string {
	if p.Owners == nil {
		return ""
	}
	const others = 0o002 // may write
	if uid, ok := owner(info); ok && !slices.Contains(p.Owners, uid) {
		return fmt.Sprintf("it belongs to user %d", uid)
	}
	if info.Mode()&fs.ModeSymlink == 0 && info.Mode().Perm()&others != 0 {
		return "everybody may write to it"
	}
	return ""
}

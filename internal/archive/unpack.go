package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"tracer/internal/store"
	"tracer/internal/zstd"
)

// maxManifest bounds the manifest, which is held in memory.
const maxManifest = 64 << 20

// Unpack makes the trace at path, which must not exist yet, of a packed one that
// holds at most limit bytes. On an error there is none.
func Unpack(ctx context.Context, r io.Reader, path string, limit int64) (*store.Dir, error) {
	d, err := store.Create(path)
	if err != nil {
		return nil, err
	}
	if err := unpack(ctx, d, r, limit); err != nil {
		err = fmt.Errorf("unpack into %s: %w", path, err)
		// It is this call that has made it.
		if rerr := os.RemoveAll(d.Path()); rerr != nil {
			err = fmt.Errorf("%w (and %w)", err, rerr)
		}
		return nil, err
	}
	return d, nil
}

func unpack(ctx context.Context, d *store.Dir, r io.Reader, limit int64) error {
	z, err := zstd.NewReader(r)
	if err != nil {
		return err
	}
	defer z.Close()
	// Locked, it is a trace that is being written to everybody who looks.
	lock, err := d.Lock()
	if err != nil {
		return err
	}
	u := unpacker{ctx: ctx, dir: d, seen: map[string]bool{}, left: limit, limit: limit, buffer: make([]byte, bufferSize)}
	err = u.extract(z)
	if uerr := lock.Unlock(); err == nil {
		err = uerr
	}
	if err != nil {
		return err
	}
	if err := d.RemoveFile("", store.LockName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

type unpacker struct {
	ctx         context.Context
	dir         *store.Dir
	top         string // the folder that everything lies in
	seen        map[string]bool
	left, limit int64
	buffer      []byte
}

// extract reads the tar. The manifest, which comes first, is written last: without it
// what an untimely death leaves does not pass for the trace.
func (u *unpacker) extract(r io.Reader) error {
	archive := tar.NewReader(r)
	var manifest []byte
	for {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return u.corrupt(err)
		}
		name, err := u.accept(header)
		if err != nil {
			return err
		}
		if name == store.ManifestName {
			manifest = make([]byte, header.Size)
			if _, err := io.ReadFull(archive, manifest); err != nil {
				return u.corrupt(err)
			}
			continue
		}
		if err := u.file(name, archive, header.Size); err != nil {
			return err
		}
	}
	if len(u.seen) == 0 {
		return &CorruptError{What: "no packed trace: it is empty"}
	}
	if err := u.rest(r); err != nil {
		return err
	}
	if err := u.file(store.ManifestName, bytes.NewReader(manifest), int64(len(manifest))); err != nil {
		return err
	}
	if _, err := u.dir.ReadManifest(); err != nil {
		return &CorruptError{store.ManifestName, errors.Unwrap(err)}
	}
	return nil
}

// corrupt is an error of the tar, or of what it is in.
func (u *unpacker) corrupt(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &CorruptError{What: "damaged archive: it ends too early"}
	}
	if len(u.seen) == 0 {
		return &CorruptError{"no packed trace", err}
	}
	return &CorruptError{fmt.Sprintf("damaged archive after %d files", len(u.seen)), err}
}

// accept returns the path of an entry in the trace, if it may be there.
func (u *unpacker) accept(h *tar.Header) (string, error) {
	top, name, _ := strings.Cut(h.Name, "/")
	first := len(u.seen) == 0
	if first {
		u.top = top
	}
	switch {
	case first && name != store.ManifestName:
		return "", &CorruptError{What: fmt.Sprintf("no packed trace: it begins with %q, expected %s in a folder", h.Name, store.ManifestName)}
	case top != u.top || top == "" || !store.Known(name):
		return "", &CorruptError{What: fmt.Sprintf("damaged archive: %q is no file of a trace in the folder %q", h.Name, u.top)}
	case h.Typeflag != tar.TypeReg:
		return "", &CorruptError{What: fmt.Sprintf("damaged archive: %q is no regular file, but of type %q", h.Name, h.Typeflag)}
	case u.seen[name]:
		return "", &CorruptError{What: fmt.Sprintf("damaged archive: %q is in it twice", h.Name)}
	case len(u.seen) == maxFiles:
		return "", &CorruptError{What: fmt.Sprintf("damaged archive: more than %d files", maxFiles)}
	case name == store.ManifestName && h.Size > maxManifest:
		return "", &CorruptError{What: fmt.Sprintf("%q has %d bytes, expected at most %d", h.Name, h.Size, maxManifest)}
	case h.Size > u.left:
		return "", &LimitError{u.limit}
	}
	u.seen[name] = true
	u.left -= h.Size
	return name, nil
}

func (u *unpacker) file(name string, r io.Reader, size int64) error {
	f, err := u.dir.AddFile(name)
	if err != nil {
		return err
	}
	err = u.copy(f, r, size)
	if cerr := f.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("write %s: %w", name, store.Cause(cerr))
	}
	return err
}

// maxRest bounds what may follow the tar's end: zeros up to the size of a record of
// a tape.
const maxRest = 1 << 20

// rest reads on to the end of the stream, where its checksum is.
func (u *unpacker) rest(r io.Reader) error {
	for left := maxRest; left >= 0; {
		n, err := r.Read(u.buffer)
		left -= n
		if !zero(u.buffer[:n]) {
			return &CorruptError{What: "damaged archive: bytes follow its end"}
		}
		if err == io.EOF && left >= 0 {
			return nil
		}
		if err != nil && err != io.EOF {
			return u.corrupt(err)
		}
	}
	return &CorruptError{What: fmt.Sprintf("damaged archive: more than %d zeros follow its end", maxRest)}
}

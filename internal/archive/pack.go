package archive

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tracer/internal/store"
	"tracer/internal/zstd"
)

// Progress is told how many bytes of how many are done.
type Progress func(done, total int64)

// PackFile packs a trace into a new file, for this user alone, and returns its size.
// The file is there once it is whole; on an error there is none.
func PackFile(ctx context.Context, d *store.Dir, path string, progress Progress) (int64, error) {
	if _, err := os.Lstat(path); err == nil {
		return 0, existsError(path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return 0, fmt.Errorf("create archive %s: %w", path, store.Cause(err))
	}
	var size int64
	if err = Pack(ctx, d, f, progress); err == nil {
		size, err = f.Seek(0, io.SeekCurrent)
	}
	if cerr := f.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("write archive %s: %w", path, store.Cause(cerr))
	}
	if err == nil {
		err = moveNew(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return 0, err
	}
	return size, nil
}

// moveNew renames a file, but onto none that is there.
func moveNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		err = os.Remove(from)
	} else if !errors.Is(err, fs.ErrExist) { // a file system without links
		if _, err = os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			err = os.Rename(from, to)
		} else if err == nil {
			err = fs.ErrExist
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return existsError(to)
	}
	if err != nil {
		return fmt.Errorf("create archive %s: %w", to, store.Cause(err))
	}
	return nil
}

func existsError(path string) error {
	return fmt.Errorf("create archive %s: %w; choose another -o or remove it", path, fs.ErrExist)
}

// Pack writes a packed trace to w. One that is being written is refused: it would
// be a different one at each of its files.
func Pack(ctx context.Context, d *store.Dir, w io.Writer, progress Progress) error {
	if err := pack(ctx, d, w, progress); err != nil {
		return fmt.Errorf("pack trace %s: %w", d.Path(), err)
	}
	return nil
}

func pack(ctx context.Context, d *store.Dir, w io.Writer, progress Progress) error {
	state, err := d.State()
	if err != nil {
		return err
	}
	if state == store.Recording {
		return errors.New("it is being written; pack it when the recording has ended")
	}
	files, err := d.Files()
	if err != nil {
		return err
	}
	if len(files) == 0 || files[0].Path != store.ManifestName {
		return fmt.Errorf("it has no %s", store.ManifestName)
	}
	if len(files) > maxFiles {
		return fmt.Errorf("it has %d files, expected at most %d", len(files), maxFiles)
	}
	z, err := zstd.NewWriter(w)
	if err != nil {
		return err
	}
	p := packer{ctx: ctx, dir: d, tar: tar.NewWriter(z), top: topName(d.Path()), buffer: make([]byte, bufferSize), progress: progress}
	for _, f := range files {
		p.total += f.Info.Size()
	}
	for _, f := range files {
		if err = p.add(f); err != nil {
			break
		}
	}
	if err == nil {
		err = p.tar.Close()
	}
	if zerr := z.Close(); err == nil {
		err = zerr
	}
	return err
}

// topName is the folder that everything lies in, for those who use other tools.
func topName(path string) string {
	name := strings.ToValidUTF8(filepath.Base(path), "_")
	return strings.TrimSuffix(strings.Trim(name, string(filepath.Separator)), store.Suffix) + store.Suffix
}

type packer struct {
	ctx         context.Context
	dir         *store.Dir
	tar         *tar.Writer
	top         string
	buffer      []byte
	done, total int64
	progress    Progress
}

func (p *packer) add(file store.File) error {
	f, size, err := p.dir.Open(strings.Split(file.Path, "/")...)
	if err != nil {
		return err
	}
	defer f.Close()
	header := tar.Header{Typeflag: tar.TypeReg, Name: p.top + "/" + file.Path, Size: size, Mode: 0o600, ModTime: file.Info.ModTime()}
	if err := p.tar.WriteHeader(&header); err != nil {
		return fmt.Errorf("%s: %w", file.Path, err)
	}
	for left := size; left > 0; {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		b := p.buffer[:min(left, bufferSize)]
		if _, err := io.ReadFull(f, b); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%s has become shorter than %d bytes meanwhile", file.Path, size)
		} else if err != nil {
			return fmt.Errorf("read %s: %w", file.Path, store.Cause(err))
		}
		if _, err := p.tar.Write(b); err != nil {
			return fmt.Errorf("write archive: %w", store.Cause(err))
		}
		left -= int64(len(b))
		p.done += int64(len(b))
		if p.progress != nil {
			p.progress(p.done, p.total)
		}
	}
	return nil
}

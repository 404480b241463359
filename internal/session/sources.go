package session

import (
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// sources keeps the source files that the traced processes name, as soon as they
// are named, so that the copies are of what the program runs and not of what was
// saved since.
type sources struct {
	dir *store.Dir

	mu    sync.Mutex
	kept  map[string]store.Source // by absolute path
	seen  map[string]stamp        // all paths met, kept or not
	notes []string                // what could not be kept, for people
}

// stamp tells one state of a file from another.
type stamp struct{ size, mtimeNS uint64 }

func newSources(dir *store.Dir) *sources {
	return &sources{dir: dir, kept: map[string]store.Source{}, seen: map[string]stamp{}}
}

// keep takes over a copy that was made before.
func (s *sources) keep(path string, kept store.Source) {
	s.kept[path] = kept
	s.seen[path] = stamp{}
}

// all returns what is kept by path, nil if nothing is.
func (s *sources) all() map[string]store.Source {
	if len(s.kept) == 0 {
		return nil
	}
	return s.kept
}

// record takes a record of names in.
func (s *sources) record(typ uint32, payload []byte) {
	var r wire.FileRecord
	if typ == wire.TypeFile && r.Decode(payload) == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.add(&r)
	}
}

// add keeps the file of a record, once for each path.
func (s *sources) add(r *wire.FileRecord) {
	path, now := string(r.Path), stamp{r.Size, r.MtimeNs}
	if r.Kind != wire.FileKindRegular || path == "" {
		return
	}
	if first, ok := s.seen[path]; ok {
		if kept, ok := s.kept[path]; ok && first != now && first != (stamp{}) {
			kept.Changed = true // between two processes, or two loads
			s.kept[path] = kept
		}
		return
	}
	s.seen[path] = now
	content, found, err := readSource(path)
	if err == nil {
		var kept store.Source
		if kept, err = s.dir.AddSource(content); err == nil {
			kept.Changed = found != now
			s.kept[path] = kept
			return
		}
	}
	s.notes = append(s.notes, fmt.Sprintf("source not kept: %v", err))
}

// readSource reads a regular file of at most store.MaxSource bytes.
func readSource(path string) ([]byte, stamp, error) {
	// The path may lead to a pipe by now, which must not block this process.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, stamp{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, stamp{}, err
	}
	if !info.Mode().IsRegular() {
		return nil, stamp{}, fmt.Errorf("%s is not a regular file any more", path)
	}
	if info.Size() > store.MaxSource {
		return nil, stamp{}, fmt.Errorf("%s has %d MB, more than %d", path, info.Size()>>20, store.MaxSource>>20)
	}
	b, err := io.ReadAll(io.LimitReader(f, store.MaxSource))
	return b, stamp{uint64(len(b)), uint64(info.ModTime().UnixNano())}, err
}

package sys

import (
	"fmt"
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// LookYourself is the name that a Watch gives where it may have missed some.
const LookYourself = ""

// Watch tells what appears in a directory.
type Watch struct {
	path    string
	watcher *fsnotify.Watcher
	names   chan string
	closing chan struct{}
	close   func() error
	done    chan struct{} // run has returned
}

// WatchDir watches a directory from now on. What is in it already is not told, so
// who wants all of it looks once after WatchDir has returned, and takes an entry
// that is met both ways for one.
//
// Some file systems tell nothing of what others do (those of a network), and the
// number of watches of a user is limited: an error here, or silence, must leave the
// caller no worse than having to look from time to time.
func WatchDir(path string) (*Watch, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", path, err)
	}
	if err := watcher.Add(path); err != nil {
		watcher.Close()
		return nil, fmt.Errorf("watch %s: %w", path, err)
	}
	w := &Watch{path: filepath.Clean(path), watcher: watcher, names: make(chan string), closing: make(chan struct{}), done: make(chan struct{})}
	w.close = sync.OnceValue(func() error {
		close(w.closing)
		<-w.done
		return w.watcher.Close()
	})
	go w.run(watcher.Events, watcher.Errors)
	return w, nil
}

// Names gives the base name of each entry that was created in the directory or
// moved into it, and LookYourself where some may be missing. It is closed by Close.
func (w *Watch) Names() <-chan string { return w.names }

// Close ends the watch.
func (w *Watch) Close() error { return w.close() }

// run passes on what the system tells until Close. While nobody takes the names the
// system keeps what comes, up to a limit, and then says that it did not.
func (w *Watch) run(events <-chan fsnotify.Event, errors <-chan error) {
	defer close(w.done)
	defer close(w.names)
	for {
		name := LookYourself
		select {
		case e, ok := <-events:
			if !ok {
				return
			}
			if !e.Has(fsnotify.Create) || filepath.Dir(e.Name) != w.path {
				continue
			}
			name = filepath.Base(e.Name)
		case _, ok := <-errors:
			if !ok {
				return
			}
		case <-w.closing:
			return
		}
		select {
		case w.names <- name:
		case <-w.closing:
			return
		}
	}
}

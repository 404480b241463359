package trace

import (
	"fmt"
	"io"
	"slices"

	"tracer/internal/names"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// openNames opens the file names.
func (p *Process) openNames(d *store.Dir) {
	open := func(proc string) (io.ReaderAt, int64, error) { return d.Open(proc, store.NamesName) }
	p.reader = names.NewReader(open)
	p.names = p.reader.Set
	var err error
	if p.named, _, err = d.Open(p.Dir, store.NamesName); err != nil {
		p.named = nil
		p.problem(store.NamesName, err)
	}
}

// readNames takes in what was named since the last look.
func (p *Process) readNames(t *Trace) {
	grew := p.Codes == nil
	var threads []int
	p.reader.Each = func(typ uint32, payload []byte) {
		grew = true
		var th wire.ThreadRecord
		if typ == wire.TypeThread && th.Decode(payload) == nil {
			threads = append(threads, int(th.Thread))
		}
	}
	err := p.readRecords()
	if err != nil {
		p.problem(store.NamesName, err)
	}
	if grew {
		p.takeNames(t)
	}
	p.takeThreads(threads)
	// The control page was read before; it counts what is named already.
	if taken, end := wire.Location(p.control.Locations), p.names.End(); taken > end && err == nil && p.named != nil {
		p.problem(store.NamesName, &wire.CorruptError{What: fmt.Sprintf("locations below %d are named, expected %d: the file was cut off", end, taken)})
	}
}

func (p *Process) readRecords() error {
	if p.named == nil {
		return nil
	}
	info, err := p.named.Stat()
	if err == nil {
		err = p.reader.Read(p.named, info.Size())
	}
	if err == nil && info.Size() < wire.NamesHeadBytes {
		err = &wire.CorruptError{What: fmt.Sprintf("%d bytes, expected a head of %d", info.Size(), wire.NamesHeadBytes)}
	}
	return err
}

// takeNames fills in what the names say.
func (p *Process) takeNames(t *Trace) {
	set := p.names
	known := len(p.Files)
	p.Files, p.Codes = set.Files, set.Codes()
	p.Python, p.Executable, p.Cwd, p.Argv = set.Process.Python, set.Process.Executable, set.Process.Cwd, set.Process.Argv
	for _, problem := range set.Problems {
		p.problem(store.NamesName, problem)
	}
	t.linkFiles(p.Files[known:])
}

// takeThreads takes in the names of threads, and the threads that were met.
func (p *Process) takeThreads(named []int) {
	for _, number := range named {
		if n, ok := p.names.Threads[number]; ok {
			th := p.index.thread(uint32(number), uint32(n.TID))
			th.TID, th.Ident, th.Name = n.TID, n.Ident, n.Name
		}
	}
	p.Threads = append(p.Threads, p.index.met[len(p.Threads):]...)
	if byNumber := func(a, b *Thread) int { return a.Number - b.Number }; !slices.IsSortedFunc(p.Threads, byNumber) {
		slices.SortFunc(p.Threads, byNumber)
	}
}

package verify

import (
	"bytes"
	"io"

	"tracer/internal/names"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// checkNames reads the names twice: record by record, for their order and where
// they are, and as a reader does, with those of the parents of a fork.
func (p *process) checkNames() {
	const file = store.NamesName
	open := func(proc string) (io.ReaderAt, int64, error) { return p.v.dir.Open(proc, file) }
	r := names.NewReader(open)
	p.names = r.Set
	f, size, err := p.v.dir.Open(p.dir, file)
	if err != nil {
		p.log.damage(file, -1, "%v", err)
		p.unnamed = true
		return
	}
	defer f.Close()
	if size < wire.NamesHeadBytes {
		p.log.at(p.v.unfinished(), file, size, "the file ends here, expected a head of %d bytes", wire.NamesHeadBytes)
		p.unnamed = true
		return
	}
	p.checkRecords(f, size)
	p.v.step(size)
	if err := r.Read(f, size); err != nil && !p.log.damaged(file) {
		p.log.problem(file, 0, err)
	}
	for _, problem := range r.Set.Problems {
		p.log.problem(file, 0, problem)
	}
	p.unnamed = p.log.damaged(file)
	if taken := wire.Location(p.control.Locations); p.ready && taken > r.Set.End() {
		p.log.damage(file, -1, "locations below %d are named, expected %d", r.Set.End(), taken)
		p.unnamed = true
	}
}

// namesPiece is how much of names is read at a time, at least.
const namesPiece = 1 << 20

// checkRecords tests each record and the order of the first ones.
func (p *process) checkRecords(f io.ReaderAt, size int64) {
	const file = store.NamesName
	r := &pager{f: f, size: size}
	b, err := r.at(0, wire.NamesHeadBytes)
	var h wire.NamesHead
	if err == nil {
		h.Decode(b)
	}
	if err != nil || h.Magic != wire.MagicNames || h.Version != wire.Version || h.Reserved != 0 {
		p.log.damage(file, 0, "magic %#x, version %d, expected %#x and %d", h.Magic, h.Version, wire.MagicNames, wire.Version)
		return
	}
	at := int64(wire.NamesHeadBytes)
	for number := 0; at < size; number++ {
		want := int64(wire.RecordSize)
		if b, err := r.at(at, want); err == nil && int64(len(b)) == want {
			n := int64(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
			want += min(n, wire.MaxRecord)
		}
		b, err := r.at(at, want)
		if err != nil {
			p.log.damage(file, at, "%v", err)
			return
		}
		typ, _, n, err := wire.NextRecord(b)
		switch {
		case err != nil && len(bytes.Trim(b, "\x00")) == 0:
			p.log.at(p.v.unfinished(), file, at, "%d bytes of no record", size-at)
			return
		case err != nil:
			p.log.problem(file, at, err)
			return
		case n == 0:
			p.log.at(p.v.unfinished(), file, at, "the file ends within a record")
			return
		}
		p.checkOrder(number, at, typ)
		p.v.result.Names++
		at += int64(n)
	}
}

// checkOrder tests that a record may be at its place.
func (p *process) checkOrder(number int, at int64, typ uint32) {
	const file = store.NamesName
	if (number == 0) != (typ == wire.TypeProcess) {
		p.log.damage(file, at, "record %d has the type %d: that of the process is the first, and the only one", number, typ)
	}
	if p.ready && (number == 1 && p.control.Forked != 0) != (typ == wire.TypeFork) {
		p.log.damage(file, at, "record %d has the type %d: that of a fork is the second of a process that is one", number, typ)
	}
	switch typ {
	case wire.TypeProcess, wire.TypeFile, wire.TypeCode, wire.TypeThread, wire.TypeFork, wire.TypeCosts:
	default:
		p.log.note(file, at, "record of the type %d, which this version does not know", typ)
	}
}

// pager reads a file by pieces.
type pager struct {
	f     io.ReaderAt
	size  int64
	begin int64
	b     []byte
}

// at returns n bytes from off on, fewer where the file ends.
func (w *pager) at(off, n int64) ([]byte, error) {
	n = min(n, w.size-off)
	if off < w.begin || off+n > w.begin+int64(len(w.b)) {
		w.begin = off
		w.b = make([]byte, min(max(n, namesPiece), w.size-off))
		got, err := w.f.ReadAt(w.b, off)
		w.b = w.b[:got]
		if err != nil && err != io.EOF {
			return nil, err
		}
	}
	b := w.b[off-w.begin:]
	return b[:min(n, int64(len(b)))], nil
}

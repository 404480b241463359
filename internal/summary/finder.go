package summary

import (
	"tracer/internal/names"
	"tracer/internal/wire"
)

// finder numbers what a thread meets.
type finder struct {
	table     *Rows
	codeIndex []uint32  // a hash table by Code.Index, at most half full: of codes; 0 is free
	keys      []LineKey // by row
	lineRows  map[LineKey]uint32
	fileLines map[LineKey]uint32 // the first row of a line of a file
	shared    []sharedSum        // from 1 on
	arena     []uint32           // where the rows of codes come from

	functionRows, moduleRows, fileRows map[wire.Location]uint32
	placeRows                          map[[2]uint32]uint32 // by module and file
}

// sharedSum is belowSum for a line of a file that has several rows.
type sharedSum struct {
	key   LineKey
	rows  []uint32
	ticks uint64 // as in belowSum, with the self times of all rows
	cost  int64
	open  int32
}

func newFinder(rows *Rows) finder {
	return finder{
		table: rows, codeIndex: make([]uint32, 16), lineRows: map[LineKey]uint32{}, fileLines: map[LineKey]uint32{},
		functionRows: map[wire.Location]uint32{}, moduleRows: map[wire.Location]uint32{}, fileRows: map[wire.Location]uint32{},
		placeRows: map[[2]uint32]uint32{},
	}
}

// noContext is the caller of code that was not called yet.
const noContext = 1<<32 - 1

// find returns the number of c, a new one if there is none yet.
func (b *Builder) find(c *names.Code) uint32 {
	for i := uint(c.Index); ; i++ {
		n := b.codeIndex[i&uint(len(b.codeIndex)-1)]
		if n == 0 {
			return b.meetCode(c)
		}
		if b.codes[n].code == c {
			return n
		}
	}
}

func (b *Builder) meetCode(c *names.Code) uint32 {
	n := uint32(len(b.codes))
	row := b.table.Of(c)
	b.codes = append(b.codes, code{code: c, base: c.Base, function: b.function(row), caller: noContext})
	if 2*len(b.codes) > len(b.codeIndex) {
		b.codeIndex = make([]uint32, 2*len(b.codeIndex))
		for n := range b.codes[1:] {
			b.index(uint32(n + 1))
		}
	} else {
		b.index(n)
	}
	return n
}

// index puts a code where find looks for it.
func (b *Builder) index(n uint32) {
	i := uint(b.codes[n].code.Index)
	mask := uint(len(b.codeIndex) - 1)
	for b.codeIndex[i&mask] != 0 {
		i++
	}
	b.codeIndex[i&mask] = n
}

func (b *Builder) function(row Row) uint32 {
	n, ok := b.functionRows[row.Function]
	if !ok {
		n = uint32(len(b.functions))
		b.functionRows[row.Function] = n
		b.functions = append(b.functions, functionSum{
			span: span{of: row.Function}, min: NoMin,
			place: b.place(group(b.moduleRows, &b.modules, row.Module), group(b.fileRows, &b.files, row.File)),
		})
	}
	return n
}

func (b *Builder) place(module, file uint32) uint32 {
	key := [2]uint32{module, file}
	n, ok := b.placeRows[key]
	if !ok {
		n = uint32(len(b.places))
		b.placeRows[key] = n
		b.places = append(b.places, placeSum{module: module, file: file})
	}
	return n
}

func group(rows map[wire.Location]uint32, spans *[]span, of wire.Location) uint32 {
	n, ok := rows[of]
	if !ok {
		n = uint32(len(*spans))
		rows[of] = n
		*spans = append(*spans, span{of: of})
	}
	return n
}

// small is how many locations a code object may have for its rows to be made at
// once. A larger one must have had an event for each sixteen, so that memory is not
// what code claims to be.
const small = 64

// meet returns the row of a location of the innermost frame's code that is not in
// its rows.
func (b *Builder) meet(loc wire.Location) uint32 {
	c := &b.codes[b.frames[len(b.frames)-1].code]
	if c.rows == nil {
		size := uint32(c.code.End - c.code.Base)
		if c.misses++; size <= small || c.misses >= size/16 {
			c.rows = b.carve(int(size))
			b.rows = c.rows
		}
	}
	key := LineKey{b.functions[c.function].of, uint32(c.code.Line(loc))}
	row, ok := b.lineRows[key]
	if !ok {
		row = b.newRow(key, b.files[b.places[b.functions[c.function].place].file].of)
	}
	if i := uint(loc - c.code.Base); i < uint(len(c.rows)) {
		c.rows[i] = row
	}
	return row
}

// carve returns n zeros.
func (f *finder) carve(n int) []uint32 {
	if len(f.arena) < n {
		f.arena = make([]uint32, max(n, 1024))
	}
	rows := f.arena[:n:n]
	f.arena = f.arena[n:]
	return rows
}

func (b *Builder) newRow(key LineKey, file wire.Location) uint32 {
	row := uint32(len(b.lines))
	b.lineRows[key] = row
	b.lines = append(b.lines, lineSum{})
	b.below = append(b.below, belowSum{})
	b.keys = append(b.keys, key)
	place := LineKey{file, key.Line}
	if other, ok := b.fileLines[place]; ok {
		b.share(place, other, row)
	} else {
		b.fileLines[place] = row
	}
	return row
}

// share notes that a line of a file has another row.
func (b *Builder) share(place LineKey, other, row uint32) {
	below := &b.below[other]
	if below.shared == 0 {
		below.shared = uint32(len(b.shared))
		b.shared = append(b.shared, sharedSum{key: place, rows: []uint32{other}, ticks: below.ticks, cost: below.cost, open: below.open})
	}
	b.below[row].shared = below.shared
	s := &b.shared[below.shared]
	s.rows = append(s.rows, row)
}

// sharedOf returns the self times of the rows of a line of a file, and their costs.
func (b *Builder) sharedOf(s *sharedSum) (self uint64, cost int64) {
	for _, row := range s.rows {
		self += b.lines[row].self
		cost += b.costOf(row)
	}
	return self, cost
}

// suspend notes that a frame on a shared line calls another.
func (b *Builder) suspend(shared uint32, at, cost int64) {
	s := &b.shared[shared]
	if s.open++; s.open == 1 {
		self, own := b.sharedOf(s)
		s.ticks -= uint64(at) - self
		s.cost -= cost - own
	}
}

// resume is the reverse of suspend.
func (b *Builder) resume(shared uint32, at, cost int64) {
	s := &b.shared[shared]
	if s.open--; s.open == 0 {
		self, own := b.sharedOf(s)
		s.ticks += uint64(at) - self
		s.cost += cost - own
	}
}

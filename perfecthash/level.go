package perfecthash

import "encoding/binary"

// A seed is variant<<shiftBits | shift.
const (
	shiftBits = 4
	shifts    = 1 << shiftBits
	variants  = 256 / shifts
)

const (
	maxWidth  = 1024 // of a window, in slots
	wide      = 4 * shifts
	maxLevels = 64
)

// level is the form of a level: what follows from its number of slots, of buckets, and
// the width of its windows.
type level struct {
	slots, buckets, width uint64

	shifts uint64 // that seeds have: less than there could be where windows are narrow
	begins uint64 // where a window can begin
	span   uint64 // how far from there a shift of 0 can be
	seedAt uint64 // its first seed among those of all levels
	slotAt uint64 // its first slot among those of the levels but the first
}

func newLevel(slots, buckets, width uint64) level {
	l := level{slots: slots, buckets: buckets, width: width, shifts: max(min(width, wide)/4, 1), begins: slots - width + 1}
	l.span = width - l.shifts + 1
	return l
}

// geometry returns the form for so many keys. The first level has no slot too many;
// the others need not fit so well where there are few keys.
func geometry(keys uint64, first bool) level {
	const few = 128
	slots := max(keys, 1)
	if !first && keys < few {
		slots *= 2
	}
	return newLevel(slots, max((2*keys+8)/9, 1), min(slots, widthFor(slots)))
}

// widthFor returns the width that wastes least at the ends of a level, where windows
// lie on each other. The limits are measured.
func widthFor(slots uint64) uint64 {
	switch {
	case slots < 2000:
		return 64
	case slots < 7000:
		return 128
	case slots < 20_000:
		return 256
	case slots < 140_000:
		return 512
	}
	return maxWidth
}

// bucket returns the bucket of a hash.
func (l *level) bucket(h uint64) uint64 { return scale(h, l.buckets) }

// slot returns where a hash lies by a seed.
func (l *level) slot(h, seed uint64) uint64 {
	return scale(h, l.begins) + ((h^seed>>shiftBits*variant)*spread>>32)*l.span>>32 + seed%shifts
}

// levelBytes is the size of a level's record.
const levelBytes = 24

func (l *level) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, l.slots)
	b = binary.LittleEndian.AppendUint64(b, l.buckets)
	return binary.LittleEndian.AppendUint64(b, l.width)
}

func decodeLevel(b []byte) level {
	u64 := binary.LittleEndian.Uint64
	return level{slots: u64(b), buckets: u64(b[8:]), width: u64(b[16:])}
}

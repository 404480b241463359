package perfecthash

import (
	"context"
	"encoding/binary"
	"sync/atomic"
)

// keep stores the keys that are bytes in the table, which has all but them: first their
// lengths, then themselves.
func (b *builder) keep(ctx context.Context, t *Table) error {
	offsets := make([]byte, t.offsetsBytes())
	var changed atomic.Bool
	each := func(f func(slot uint64, key []byte)) error {
		// What was built of keys that were others may give two the same number: then
		// goroutines would write to the same place.
		err := parallel(ctx, b.keys.shards(), 1, func(shard int) {
			b.keys.bytes(shard, func(key []byte) {
				if slot := b.place(t, key); slot < t.n {
					f(slot, key)
				} else {
					changed.Store(true)
				}
			})
		})
		if err == nil && changed.Load() {
			return errChanged
		}
		return err
	}
	err := each(func(slot uint64, key []byte) { binary.LittleEndian.PutUint64(offsets[8*slot+8:], uint64(len(key))) })
	if err != nil {
		return err
	}
	var end uint64
	for i := 8; i < len(offsets); i += 8 {
		end += binary.LittleEndian.Uint64(offsets[i:])
		binary.LittleEndian.PutUint64(offsets[i:], end)
	}
	t.sections[sectionOffsets], t.sections[sectionBytes] = offsets, make([]byte, end)
	return each(func(slot uint64, key []byte) {
		if kept := t.kept(slot); copy(kept, key) != len(key) || len(kept) != len(key) {
			changed.Store(true)
		}
	})
}

// place returns the number of a key.
func (b *builder) place(t *Table, key []byte) uint64 { return t.slot(hashBytes(key, t.seed)) }

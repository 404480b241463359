package perfecthash

import (
	"fmt"
	"iter"
)

// VerifyError says what a table answers for a key of its set that it must not.
type VerifyError struct {
	Key  string // as text
	What string
}

func (e *VerifyError) Error() string { return fmt.Sprintf("key %s: %s", e.Key, e.What) }

// Verify looks up each of the keys, which must be those that the table was built of, and
// demands that each is found and has a number of its own. The error is a *VerifyError for
// the first that is not so.
func (t *Table) Verify(keys Keys) error {
	if n := keys.count(); n != t.Len() {
		return fmt.Errorf("%d keys, the table has %d", n, t.Len())
	}
	if (keys.kind() == KindBytes) != (t.kind == KindBytes) {
		return fmt.Errorf("keys of the kind %v, the table has %v", keys.kind(), t.kind)
	}
	seen := newBitmap(t.n)
	take := func(number int, ok bool) string {
		switch {
		case !ok:
			return "is not found"
		case number < 0 || number >= t.Len():
			return fmt.Sprintf("has number %d, expected less than %d", number, t.n)
		case seen.has(uint64(number)):
			return fmt.Sprintf("has number %d, which another key has", number)
		}
		seen.set(uint64(number))
		return ""
	}
	var wrong error
	for shard := range keys.shards() {
		if t.kind == KindBytes {
			keys.bytes(shard, func(key []byte) {
				if what := take(t.FindBytes(key)); what != "" && wrong == nil {
					wrong = &VerifyError{fmt.Sprintf("%.64q", key), what}
				}
			})
		} else {
			// With the seed 0 a hash is as good as the number itself.
			keys.hashes(shard, 0, func(hashes []uint64) {
				for _, h := range hashes {
					key := unmix(h)
					if what := take(t.FindUint64(key)); what != "" && wrong == nil {
						wrong = &VerifyError{fmt.Sprint(key), what}
					}
				}
			})
		}
		if wrong != nil {
			return wrong
		}
	}
	return nil
}

// Keys returns the keys of a table that keeps them, by their numbers, false for one that
// does not.
func (t *Table) Keys() (Keys, bool) {
	switch {
	case t.check != CheckKeys:
		return nil, false
	case t.kind == KindUint32:
		return Words32(t.checks), true
	case t.kind == KindUint64:
		return Words64(t.checks), true
	}
	return &texts{n: t.Len(), parts: []iter.Seq[[]byte]{func(yield func([]byte) bool) {
		for slot := range t.n {
			if !yield(t.kept(slot)) {
				return
			}
		}
	}}}, true
}

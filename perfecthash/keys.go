package perfecthash

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// Keys is a set of keys. It is read more than once while a table is built, and must not
// change meanwhile.
type Keys interface {
	kind() Kind
	count() int
	// shards returns in how many parts the keys can be read at the same time. Their order
	// is that of the keys.
	shards() int
	// hashes calls yield with the hashes of a part, some at a time.
	hashes(shard int, seed uint64, yield func([]uint64))
	// bytes calls yield with the keys of a part, where they are bytes.
	bytes(shard int, yield func([]byte))
}

// batch is how many hashes are handed on at a time.
const batch = 512

// numbersAShard is small enough for eight workers at ten million keys.
const numbersAShard = 1 << 20

// numbers are keys that can be read anywhere.
type numbers struct {
	k  Kind
	n  int
	at func(i int) uint64
}

// Uint64s returns the numbers as keys.
func Uint64s(keys []uint64) Keys {
	return &numbers{KindUint64, len(keys), func(i int) uint64 { return keys[i] }}
}

// Uint32s returns the numbers as keys.
func Uint32s(keys []uint32) Keys {
	return &numbers{KindUint32, len(keys), func(i int) uint64 { return uint64(keys[i]) }}
}

// Words64 returns as keys the little-endian numbers that b consists of. Bytes after
// the last whole one are left out.
func Words64(b []byte) Keys {
	return &numbers{KindUint64, len(b) / 8, func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }}
}

// Words32 is Words64 for numbers of four bytes.
func Words32(b []byte) Keys {
	return &numbers{KindUint32, len(b) / 4, func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(b[4*i:])) }}
}

func (s *numbers) kind() Kind                    { return s.k }
func (s *numbers) count() int                    { return s.n }
func (s *numbers) shards() int                   { return (s.n + numbersAShard - 1) / numbersAShard }
func (s *numbers) bytes(_ int, _ func(b []byte)) {}

func (s *numbers) hashes(shard int, seed uint64, yield func([]uint64)) {
	var out [batch]uint64
	end := min(s.n, (shard+1)*numbersAShard)
	for i := shard * numbersAShard; i < end; i += batch {
		some := out[:min(batch, end-i)]
		for j := range some {
			some[j] = hashNumber(s.at(i+j), seed)
		}
		yield(some)
	}
}

// texts are keys of bytes, in parts that are walked.
type texts struct {
	n     int
	parts []iter.Seq[[]byte]
}

// Strings returns the strings as keys.
func Strings(keys []string) Keys {
	return ofSlice(keys)
}

// ByteStrings returns the byte strings as keys.
func ByteStrings(keys [][]byte) Keys {
	return ofSlice(keys)
}

func ofSlice[T string | []byte](keys []T) Keys {
	const many = 1 << 16
	t := &texts{n: len(keys)}
	for i := 0; i < len(keys); i += many {
		some := keys[i:min(len(keys), i+many)]
		t.parts = append(t.parts, func(yield func([]byte) bool) {
			var buffer []byte
			for _, key := range some {
				buffer = append(buffer[:0], key...)
				if !yield(buffer) {
					return
				}
			}
		})
	}
	return t
}

// Sequence returns as keys what keys yields, each time the same. What is yielded need not
// be good after the next.
func Sequence(keys iter.Seq[[]byte]) Keys {
	t := &texts{parts: []iter.Seq[[]byte]{keys}}
	for range keys {
		t.n++
	}
	return t
}

// Separated returns as keys the parts of text that each end with the separator. The last
// need not.
func Separated(text []byte, separator byte) Keys {
	const size = 8 << 20
	t := &texts{n: bytes.Count(text, []byte{separator})}
	if len(text) > 0 && text[len(text)-1] != separator {
		t.n++
	}
	for len(text) > 0 {
		end := min(size, len(text))
		if i := bytes.IndexByte(text[end-1:], separator); i >= 0 {
			end += i
		} else {
			end = len(text)
		}
		t.parts = append(t.parts, separated(text[:end], separator))
		text = text[end:]
	}
	return t
}

func separated(text []byte, separator byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := text; len(rest) > 0; {
			key := rest
			if i := bytes.IndexByte(rest, separator); i >= 0 {
				key, rest = rest[:i], rest[i+1:]
			} else {
				rest = nil
			}
			if !yield(key) {
				return
			}
		}
	}
}

func (s *texts) kind() Kind  { return KindBytes }
func (s *texts) count() int  { return s.n }
func (s *texts) shards() int { return len(s.parts) }

func (s *texts) bytes(shard int, yield func([]byte)) {
	for key := range s.parts[shard] {
		yield(key)
	}
}

func (s *texts) hashes(shard int, seed uint64, yield func([]uint64)) {
	var out [batch]uint64
	n := 0
	for key := range s.parts[shard] {
		out[n] = hashBytes(key, seed)
		if n++; n == batch {
			yield(out[:n])
			n = 0
		}
	}
	yield(out[:n])
}

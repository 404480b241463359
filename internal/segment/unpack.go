package segment

import "encoding/binary"

// decode reads n numbers from the start of src and returns how long they are.
func (b *block) decode(src []byte, n int) (int, error) {
	if len(src) == 0 {
		return 0, corrupt(0, "the column ticks ends before a block")
	}
	w := uint(src[0] &^ patched)
	if w > 32 {
		return 0, corrupt(0, "width %d, expected at most 32", w)
	}
	size := 1 + packedBytes(n, w)
	if len(src) < size {
		return 0, corrupt(0, "block of %d bytes, expected at most %d", size, len(src))
	}
	if len(src) >= 1+packedBytes(blockWords, w)+slack {
		b.unpack(src[1:], w)
	} else {
		var padded [blockMost + slack]byte
		copy(padded[:], src[1:size])
		b.unpack(padded[:], w)
	}
	if src[0]&patched == 0 {
		return size, nil
	}
	more, err := b.patch(src[size:], n, w)
	return size + more, shift(err, size)
}

// patch adds the exceptions to the first n numbers.
func (b *block) patch(src []byte, n int, w uint) (int, error) {
	if len(src) == 0 {
		return 0, corrupt(0, "the column ticks ends before a block's exceptions")
	}
	at := 1
	for range src[0] {
		if at >= len(src) || int(src[at]) >= n {
			return 0, corrupt(at, "exception without an index below %d", n)
		}
		high, size := binary.Uvarint(src[at+1:])
		if size <= 0 || high<<w>>w != high || high<<w > 1<<32-1 {
			return 0, corrupt(at+1, "exception of more than %d bits", 32-int(w))
		}
		b[src[at]&(blockWords-1)] |= uint32(high << w)
		at += 1 + size
	}
	return at, nil
}

// unpack is the reverse of pack; src has slack too.
func (b *block) unpack(src []byte, w uint) {
	mask := uint64(1)<<w - 1
	switch {
	case w == 0:
		*b = block{}
	case w <= 16:
		half, odd := w/2, 4*(w%2)
		for i := 0; i < blockWords; i += 8 {
			x := binary.LittleEndian.Uint64(src)
			y := binary.LittleEndian.Uint64(src[half:]) >> (odd & 63)
			src = src[w:]
			v := b[i : i+8 : i+8]
			v[0], v[1], v[2], v[3] = uint32(x&mask), uint32(x>>(w&63)&mask), uint32(x>>(2*w&63)&mask), uint32(x>>(3*w&63)&mask)
			v[4], v[5], v[6], v[7] = uint32(y&mask), uint32(y>>(w&63)&mask), uint32(y>>(2*w&63)&mask), uint32(y>>(3*w&63)&mask)
		}
	default:
		at := uint(0)
		for i := range b {
			b[i] = uint32(binary.LittleEndian.Uint64(src[at>>3:]) >> (at & 7) & mask)
			at += w
		}
	}
}

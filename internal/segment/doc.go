// Package segment packs the events of some slots of one thread and unpacks them,
// to the same words. It is built for speed first: the controller packs while the
// traced program runs, and a reader unpacks before it can show anything.
//
// # A segment
//
// All numbers are little-endian and unsigned.
//
//	bytes                what
//	128                  the head, wire.Segment
//	frames * 16          the open frames before the first event, wire.Frame
//	packed               the packed events
//	0 to 7               zeros up to a multiple of 8
//
// A segment is valid if (1) the magic is right, (2) size is the sum of the above,
// (3) words is at most MaxWords and no more than packed can hold, (4) crc is the
// CRC-32C of everything behind it, up to size, and (5) the packed events hold as
// many words as the head says, and nothing else. Any segment is unpacked without
// another one.
//
// # The packed events
//
//	offset  size  what
//	0       4     unit of the ticks, at least 1
//	4       4     bytes of the column ticks
//	8       4     bytes of the column runs
//	12      4     bytes of it as it lies here
//	16      4     bytes of the column places
//	20      4     bytes of it as it lies here
//	24            the columns ticks, runs and places
//
// A column that lies here with fewer bytes than it has is one zstd frame; otherwise
// it lies here as it is. The columns hold a word's halves: its place (kind and
// location, the lower 32 bits) and its ticks (the upper 32). Arithmetic is modulo
// 2^32, >> and << are shifts that lose bits, ^ is exclusive or.
//
// # Places
//
// A context is a number below 4096 and stands for the places before a word. It is 0
// before the first word, and after a place
//
//	context = (context << 4 ^ place * 2654435769 >> 20) & 4095
//
// A context has a first and a second place, 0 both to begin with. A word whose
// place is its context's first one is a hit and changes nothing. Any other word is
// a miss: the first place becomes the second, and the word's place the first. The
// column runs has a byte for each miss:
//
//	hits << 1 | 1   so many hits, fewer than 127, then a miss: the context's second place
//	hits << 1       so many hits, then a miss: the next u32 of the column places
//	254             127 hits and no miss
//
// After the last byte all words are hits. Both columns are used up by the words.
//
// # Ticks
//
// The clock of many a CPU advances by several ticks at a time; the unit is the
// number that most ticks are a multiple of. With unit = odd << shift, odd being odd,
// the ticks of a word are
//
//	ticks = rotate_left(steps, shift) * odd
//
// which is steps * unit for all that are small; and since it can be undone for any
// number, ticks that are no multiple of the unit are only some large steps. Steps
// are told from what was predicted of them. Each context has a mean, 0 to begin
// with, of which
//
//	steps = (mean >> 2) + off
//	mean  = mean - (mean >> 2) + min(steps, 4095)
//
// where off, a signed number, is written as off << 1 ^ off >> 31 (with the sign
// shifted in): 0, -1, 1, -2, 2 are 0, 1, 2, 3, 4.
//
// The column ticks has these in blocks of 128, the last one of what is left:
//
//	bytes                 what
//	1                     width, 0 to 32; and 128 if exceptions follow
//	(n * width + 7) / 8   the lowest width bits of the n numbers, from bit 0 of byte 0 on
//
// The exceptions are a byte that says how many, and each of them
//
//	1        index of its number in the block
//	1 to 5   the number >> width, as a varint: seven bits a byte, the lowest first,
//	         and 128 in all but the last
package segment

// Package perfecthash builds minimal perfect hash functions: for a set of n keys,
// known once and for all, a function that gives each of them its own number from
// 0 to n-1, in about two bits a key, without the keys.
//
//	table, err := perfecthash.Build(ctx, perfecthash.Strings(names), perfecthash.Options{})
//	index, ok := table.FindString("main")
//
// A function alone answers any number for a key that is not of the set. So a table
// keeps by default a fingerprint of 8 bits for each key: of foreign keys one in 256
// is taken for one of the set, all others are not found. With 16 bits it is one in 65,536,
// with 32 one in 4 billion, and CheckKeys keeps the keys and is never wrong.
//
// # The algorithm
//
// PHast with the placement of its variant PHast+ (Beling, Sanders: "PHast – Perfect
// Hashing made fast", ALENEX 2026). A key is hashed to 64 bits, h. There are n slots, and
// a bucket for each 4.5 keys; h as a fraction of 2^64 says which bucket, and also where
// among the slots a window of 1024 begins, so that both go up together. One byte a
// bucket, its seed, says where its keys lie in their windows:
//
//	slot = begin(h) + offset(h, seed/16) + seed%16
//
// To find one that leads all keys of a bucket to slots that are free, 16 seeds are
// looked at by one read of the map of slots. Of those that fit, the one is taken
// whose slots are the first. Buckets are tried from the left to the right, large ones
// somewhat earlier. For a bucket whose keys do not fit the seed is 0: its keys (2 of 100)
// go to a next, smaller level of the same form, and what these levels say is led to
// the slots that are left by a list in the code of Elias and Fano.
//
// A look-up reads one byte, and the fingerprint.
//
// CHM is the other algorithm (Czech, Havas, Majewski: "An optimal algorithm for generating
// minimal perfect hash functions", 1992), as the program PerfectHash has it. It takes
// 16 to 64 times the space, and 500,000 keys at most, but keeps an order: the number of a
// key is its place among the keys that the table was built of.
//
// # The file
//
// All numbers are little-endian. There are no addresses in it, so that it can be mapped and
// used where it lies; see [Open].
//
//	offset  bytes
//	     0      8  "perfhash"
//	     8      4  version, 1
//	    12      1  algorithm: 0 PHast, 1 CHM
//	    13      1  kind of keys: 0 bytes, 1 uint32, 2 uint64
//	    14      1  check: 0 none, 1 8 bits, 2 16 bits, 3 32 bits, 4 keys
//	    15      1  0
//	    16      8  keys
//	    24      8  seed of the hash function
//	    32      8  bytes of the file
//	    40    128  for each of 8 sections: its bytes (8), their CRC-32C (4), 0 (4)
//	   168     20  0
//	   188      4  CRC-32C of bytes 0 to 188
//
// The sections follow, each at the next multiple of 64, with zeros between:
//
//	seeds    PHast: a byte a bucket, level after level; CHM: a number a vertex, 2 bytes
//	         where there are at most 65,536 keys, else 4
//	levels   PHast: for each level its slots, its buckets and the width of its windows, 8
//	         bytes each; CHM: number of vertices, number of the attempt
//	low, high, samples   PHast: the slots for those of the levels but the first, ascending: so
//	         many low bits of each; the rest in unary, a one for each; where the ones 0, 64, 128 … are
//	checks   by slot: fingerprints, or the keys that are numbers
//	offsets  where the keys that are bytes begin, 8 bytes each, and where the last ends
//	bytes    these keys
package perfecthash

// Package stringtable tells which of a set of known prefixes a string begins with.
// The set is built once, and asked often:
//
//	table, err := stringtable.Build([]string{"os", "scipy", "scipy.stats"})
//	index, ok := table.Match("scipy.stats.mstats") // 2, true
//
// Match finds the longest prefix of the table that the string begins with, Shortest the
// shortest; Parent leads from a prefix to the next shorter one that it begins with itself, so
// that from Match on all that match are found. The index is the place in the list that Build
// was given; of prefixes that are there twice it is the first place. Prefixes and strings are any bytes.
// The empty prefix matches everything. Nothing is allocated.
//
// # The algorithm
//
// Two arrays, asked by the first and the second byte of a string, say whether any prefix begins with these
// two: most strings that begin with none are done with then.
//
// The rest is a trie whose nodes look at up to 8 bytes at once. What has led to a node says how the string
// begins; the prefixes below it go on differently. A leaf has up to 16 of them, in slots: for
// each, 8 bytes of the prefix behind what they have in common, and a mask for those it does not
// reach. The same 8 bytes of the string are compared with all slots at once; of the slots that fit, the
// longest first, the prefix is compared as a whole. So a table of up to 16 prefixes is one leaf.
// A branch takes as many bytes as each of its prefixes still has (its stride, 8 at most),
// and looks them up in a hash table, whose entries lead to the next nodes. Bytes that all prefixes
// of a branch have in common are part of that, or are compared, once, before, if they are more than 7.
//
// Leaves are compared with AVX-512, AVX2 or NEON where the CPU has it, or 8 bytes at a time.
//
// # The image
//
// A table is one piece of bytes without addresses in it, which can be stored, mapped, given to another
// process and be used where it lies, also by programs in other languages. All numbers are little-endian.
//
//	offset  bytes
//	     0      8  "strtable"
//	     8      4  version, 1
//	    12      4  CRC-32C of all bytes from 16 on
//	    16      8  bytes of the image
//	    24      4  prefixes, n
//	    28      4  where parents begins
//	    32      4  where shortest begins
//	    36      4  where offsets begins
//	    40      4  where text begins
//	    44     20  0
//	    64         nodes, each at a multiple of 64, with zeros between
//	               parents: for each prefix 4 bytes: 1 + the longest other prefix that it begins with, or 0
//	               shortest: 1 + the shortest prefix that it begins with, which may be itself
//	               offsets: where it begins in text, 4 bytes each, and where the last one ends
//	               text: the prefixes
//
// Of a prefix that is there twice the second has the first as its parent, and no slot.
//
// A node begins with 16 bytes. It belongs to the strings that agree with its prefixes up to where the
// node before it has looked: from, which is 0 for the first node.
//
//	 0      1  stride of a branch, 1 to 8; 0: a leaf
//	 1      1  branch: 2^this entries, at most half of which are taken; leaf: room for 2^this slots, 0 to 4
//	 2      1  branch: seed of the hash function; leaf: 0
//	 3      1  leaf: slots that are taken; branch: 0
//	 4      4  depth, where it looks; from or more
//	 8      4  1 + the prefix that ends at depth (branch) or at from (leaf), or 0
//	12      4  branch: 1 + a prefix that has the bytes from from to depth, or 0 if these are none; leaf: 0
//
// A branch has its entries at 16, of 16 bytes: the key, 8 bytes, of which those behind the stride are 0; where the next
// node begins, in 64 bytes from the first one on, 4 bytes, 0: none; 0, 4 bytes. A key k is looked for at
//
//	(k * (0x9e3779b97f4a7c15 * (2*seed + 1)) mod 2^64) >> (64 - bits)
//
// and from there on, after the last at the first again, until an entry without a node. The next node's from is depth + stride.
//
// A leaf has from 16 on for each slot three numbers of 4 bytes: 1 + the index of its prefix, where this begins in text, and its
// length. Then follow, from the next multiple of 8 on (of 64, if there is room for 8 or 16), the values, 8 bytes each, and the masks.
// A slot fits if 8 bytes of the string from depth on, 0 where it has ended, are the value in the bits of the mask. Slots that
// are not taken have the value 1 and the mask 0. Longer prefixes stand first. What a prefix has before depth has not been compared then.
//
// Nodes lie in the order in which they are met when all nodes of a depth are looked at before those below them.
package stringtable

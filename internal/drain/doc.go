// Package drain moves what the agents have recorded out of raw into segments,
// adds it up on the way, and gives the slots back.
//
//	raw ─▶ thread (replayed, added up) ─▶ part (segments, index, summaries, contexts)
//	 ▲                                      │ written
//	 └──────── free list ◀── zeroed ────────┘
//
// # Order
//
// A slot is given back only when its segment and the segment's entry in the index
// are written. So whoever dies, an event is in raw or in a segment, and in the
// moment between in both, which readers and a later drain know by thread and
// sequence. What is written has survived the death of processes; what survives the
// machine's is what was synced, see Options.Durable.
//
// The full slots of a thread come in their order. Where one is missing, raw is looked
// through before the drain goes on without it; one that is found after that stays in
// raw, and raw is then not cut off in the end: what cannot be drained is not thrown
// away.
//
// # A drain that is resumed
//
// It takes for written what the index says, and the whole segments behind it. It
// replays the segments that no summary covers, and of each thread the last one that is
// covered: so it goes on in the same frames at the same time. Of the frames that are
// open then it does not know when they were entered: their activations count as
// shorter in the functions' min and max.
//
// # Slots
//
// As many empty slots as the agent takes between two looks, twice, and some are in the
// list free; a thread at full speed then cycles through few, which stay in the cache.
// What a burst needed beyond that is kept beside for a second, and retired: its blocks
// go back to the file system, and a chunk of which all are is one less in the budget.
//
// # A full disk
//
// Each file has room allocated ahead, that of the segments for at least one. When a
// write fails, what was written is what counts: its slots are retired at once, which
// makes room for more. So a disk that is full of raw is drained to the end. Until a
// write succeeds nothing more is drained, and no more than a batch is in memory.
//
// # Parts
//
// A flight recorder begins a new part from time to time and forgets the oldest. A part
// can be read without the others: it has summaries and a tree of contexts of its own.
//
// # Memory
//
// A Worker has the buffers, some megabytes. A Process has its names, the tree of
// its contexts, and for each thread that lives what it has met since its last
// summary. Nothing grows with the number of events.
package drain

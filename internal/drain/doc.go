// Package drain moves what the agents have recorded out of raw into segments,
// adds it up on the way, and gives the slots back.
//
//	raw ─▶ thread (replayed, added up) ─▶ part (segments, index, summaries, contexts)
//	 ▲                                      │ written
//	 └──────── free list ◀── zeroed ────────┘
//
// # Order
//
// A slot is emptied only when its segment and the segment's entry in the index
// are written. So whoever dies, an event is in raw or in a segment, and in the
// moment between in both, which readers and a later drain know by thread and
// sequence. What is written has survived the death of processes; what survives the
// machine's is what was synced, see Options.Durable.
//
// # Memory
//
// A Worker has the buffers, some megabytes. A Process has its names, the tree of
// its contexts, and for each thread that lives what it has met since its last
// summary. Nothing grows with the number of events.
package drain

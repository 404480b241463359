// Package wire is the trace format, as data.
//
// It describes the files that the agent writes in a traced process and that
// every reader understands: the tables in this package are the specification,
// and the C header agent/gen/wire.h, the Go decoders in layout_gen.go and the
// page docs/format.md are generated from them (go generate ./internal/wire).
// The package imports nothing of this project.
//
// # Files of a process
//
//	control     who, which clock, what was lost; which slots are free and full
//	names       records, append-only: files, code objects, threads
//	raw         slots of equal size, claimed in chunks; an empty one may lie anywhere
//	segments-N  what slots held, packed; their thread's slots follow each other
//	index-N     an entry for each segment, and for each summary
//	summaries-N what segments add up to, in levels
//	contexts-N  the calling context tree that the summaries refer to
//	counters    what the system counts for the process, ten times a second
//	refused     only where the agent could not begin: why
//
// The agent writes the first three and the last, the controller the others: N counts from 0,
// and a flight recorder begins the next N and deletes the oldest. What a slot
// held is in raw or in a segment, and for a moment in both: a slot of a thread and
// sequence that a segment has is not looked at.
//
// # The rules of the writer, each with what breaks otherwise
//
//  1. An event is one aligned 8-byte store and never zero; a word that is
//     not written yet is zero. Otherwise a reader could see half an event,
//     or a killed program would leave one.
//  2. One thread writes a slot. Otherwise every event needs a lock.
//  3. A slot begins with the thread, its sequence number, the absolute time
//     and the open frames. Otherwise no slot can be read without all before it.
//  4. A name record is complete before the first event that refers to it.
//     Otherwise a live reader meets locations without a meaning.
//  5. Blocks are allocated before they are mapped. Otherwise a full disk is
//     a SIGBUS in the user's program.
//  6. A forked child never writes to its parent's files. Otherwise two
//     writers share a slot.
//  7. Ids and offsets only, never pointers: the reader is another process.
//  8. Little-endian, fixed width: the reader may be another machine.
//
// # The algorithm of the reader
//
// Look at raw first and at the index after it: what is moved in between is then
// seen twice, and not missed. Look at a slot's magic again after reading its words: of
// one that was emptied meanwhile they are none. Raw is not read in one moment: where
// a slot is missing below one of its thread that is there, look once more. Take the segments; take the slots whose magic is
// whole and that no segment has; group them by thread, order them by sequence;
// in each slot, read words from HeaderSize on until the first zero or the end of
// the slot; add up the ticks. The frames are replayed with the rules of
// trace.Thread.Replay.
package wire

//go:generate go run ./gen

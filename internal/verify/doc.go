// Package verify says what of a trace is whole, and what is not, and where.
//
// It shares with the reader only what decodes bytes: what a reader takes on trust
// is worked out anew here. Every checksum is tested; every count in a head and in
// the index is compared with what it counts; the frames in a head with those that
// the events before it leave open; every summary with the sums of its events, and
// with those of the summaries below it.
//
// # What cannot be seen
//
// Some bytes have no checksum, because a program that is killed could not have
// written one: the control page, the slots of raw, manifest.json. Of these only what
// contradicts the rest is found. Files that are only appended to may have been cut
// off between two entries: that shows where something else counts them.
//
// # Damage, loss and notes
//
// Damage is what must not be. A loss is what was not recorded, and the trace says so
// itself. A note is what is no fault of the trace: that it is still being written, or
// that its recording was cut off.
//
// # Memory
//
// The entries of the index are kept, some hundred bytes for each segment; of all else
// there are buffers, of a segment or summary at a time.
package verify

// Package corrupt changes the bytes of traces at random, tens of thousands of times,
// and looks at what becomes of them:
//
//   - whatever the bytes are, a trace is read, and verified, without a panic, in
//     time, and with memory in proportion to its size; what a visitor is told holds;
//   - a change that package verify does not notice changes nothing that a reader
//     gets. This is the test that verify is complete. What has no checksum is
//     excepted, and counted: see exceptions.
//
// Each change has a seed. The trace that fails is kept, and the log says where; with
// those that are not recorded anew each time, the seed is all there is to it:
//
//	go test ./test/corrupt -run /compacted -seed 4711 -mutations 1
//
// A panic in a goroutine of the code under test ends the run; the trace is then
// kept, too, in /dev/shm/tracer-corrupt-*, and the seed beside it.
package corrupt

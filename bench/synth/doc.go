// Package synth writes large traces of a program that does not exist, through the
// real drain: it plays the part of the agent, fills slots and hands them over, and
// gets them back empty.
//
//	player (a goroutine for each thread) ─ full slots ─▶ drain.Process.Step
//	   ▲                                                      │
//	   └──────────────── empty slots ─────────────────────────┘
//
// What the players do is sure from the seed on. They add up what they do
// themselves, so that what a reader makes of the trace can be checked.
//
// # The program
//
// Functions of three kinds, in several modules. Inner ones call inner ones, at
// least 5 and at most 30 deep, as the data decide, and leaves in a loop; some go
// through a generator. Leaves have branches and loops of their own, and rarely
// raise. The threads take turns of 5 ms, as the interpreter's lock has them do;
// an event takes some steps of a clock that advances by 26 ticks at a time, and
// now and then the system needs the processor for something else.
package synth

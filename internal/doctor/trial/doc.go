// Package trial records a small program under an interpreter, and compares the trace
// with what the program did.
//
// Run does so in a process of its own (Command, a hidden subcommand of tracer, whose end is
// Record), so that an interpreter that hangs can be killed with all that it has started, and
// several trials can run at a time: a session relays the signals of its whole process.
package trial

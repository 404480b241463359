// Package twin is the trace format as text, both ways: Parse makes the bytes of a
// process's files of text that one can write by hand, Format the text of bytes. Check
// tests bytes against every rule of the format that can be seen from them; it shares
// no code with the reader, package trace.
//
// A text is lines of a word, arguments and key=value pairs; # begins a comment, a
// value with spaces is quoted as in Go. Keys are the names of the fields in
// wire.Structs and wire.Records, with dashes. What is left out gets the value
// that fits: 0 if nothing is said here.
//
//	process pid=100 slot-size=4096 clock-kind=tsc start-ticks=1000
//	interpreter python=3.14.6 executable=/usr/bin/python3 cwd=/app argv=python3 argv=a.py
//	file 1 kind=missing name=a.py path=/app/a.py
//	code 1 file=1 module=app qualname=main first-line=1 lines=1-5
//	thread 1 tid=100 ident=7 name=MainThread
//	slot thread=1
//	frame code=1 entered-ticks=900 location=2
//	call 1 +10
//	line 3
//	mark time +2
//	return 1 +5
//
// process is the control page and begins the text. magic, version, state,
// clock-kind (tsc), slot-size (4096), arch, os, slots, locations and threads fit
// the rest. Constants are written by their names.
//
// interpreter, fork, file, code, thread, costs and record are the records of names, in
// their order. The first field needs no key. lines is a range, or a list of lines that are far
// apart (lines=1,500 or lines=7,). record holds one of an unknown type:
// record type=9 payload=00ff.
//
// slot begins a slot in raw; its frames and events follow. sequence counts on,
// ticks is where the thread's last slot ended (the first: start-ticks),
// pair-ticks the same, pair-mono-ns fits the start and tick-hz, tid is the
// thread's, depth the number of frames. "empty 3" is three slots that were not
// begun.
//
// An event is its kind, its location (or the name of the mark) and the ticks
// since the event before. "word 0x…" is any word, also zero.
package twin

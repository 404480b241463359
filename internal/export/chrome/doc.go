// Package chrome writes traces as Chrome's trace events, in JSON, for the many viewers that
// know them: chrome://tracing, vizviewer, Perfetto. Package perfetto's files are a
// quarter as long and tell more.
//
// The file is one object, its events an array, each on a line:
//
//	M  names of processes and threads
//	C  counters of processes: memory, processor time, …
//	B  a frame is entered or resumed; cat is call, resume, throw, or "entered before" for
//	   one that was entered before recording began
//	E  it is left; args.exit says how if not by a return: yield, unwind, "exit not seen"
//	i  events were lost; args.lost is how many, if that is known
//
// ts is in µs since the trace began, as recorded, with three digits for the ns. Each B has its
// E, and those of a thread nest and come in the order of time. Lines are left out: they would be most of
// the file.
package chrome

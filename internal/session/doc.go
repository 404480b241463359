// Package session is one recording, from the empty directory to the finished
// trace: it writes the settings and the manifest, starts the program, keeps the
// sources of what it runs, waits for its end, and says what came of it.
//
// The program does not depend on it. If this process dies the agent records on,
// and the trace can be read; only what is written at the end is missing then.
package session

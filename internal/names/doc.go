// Package names is what the file names of a process says: its source files, its
// code objects and the locations they take, its threads. Both halves read it:
// the reading half to say what events mean, the writing half to add them up.
//
// A Reader takes records in as the file grows. Records up to the first bad one
// count. No count in the file makes it allocate more than a small multiple of
// the file's size.
package names

// Package sample reads what the system counts for a process, and keeps it in the
// trace: processor time, memory, faults, input and output, context switches,
// threads, descriptors.
//
// A Sampler looks at one process from outside, which notices nothing of it; a File
// takes the samples. How often to look is the caller's choice: a look costs the
// caller some 50 µs for a process of one thread, and 25 µs for each thread more, up
// to 250 µs on average however many there are.
package sample

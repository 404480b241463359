// Package advise finds what someone who knows such programs would point at: a line whose
// cost is in calls that the trace does not show, a loop that takes longer and longer, a
// function that is called once for each of many, and so on. Each kind of finding is a
// pure function of what was gathered, in a file of its own.
//
// A finding says where, how much could be saved at most, and by which figures it is told.
// What is small is not said, and where nothing stands out, nothing is.
//
// Times are corrected for what tracing took, but for those of waiting, which are
// compared with the CPU's, in which that is, too.
package advise

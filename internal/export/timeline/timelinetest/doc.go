// Package timelinetest says what a timeline of a thread must tell, for the tests of the
// exports: found out from the reading of whole threads, or from the replay of a query as
// one part, which the exports do not use.
package timelinetest

// Package bench compares package stringtable with other ways to find a prefix: a loop, maps, libraries, and
// designs that were tried for tables of 16 and lost. It is a module of its own, so that the project does not depend on the libraries.
//
//	go test -run '^$' -bench . -count 10 | tee out.txt && benchstat -col /way out.txt
package bench

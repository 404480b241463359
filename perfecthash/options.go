package perfecthash

import (
	"fmt"
	"runtime"
)

// Algorithm is how a function is made.
type Algorithm uint8

// The algorithms; see the package's page.
const (
	PHast Algorithm = iota
	CHM
)

// String returns "phast" or "chm".
func (a Algorithm) String() string { return name(a, "phast", "chm") }

// Kind is what the keys of a table are.
type Kind uint8

// The kinds of keys.
const (
	KindBytes Kind = iota
	KindUint32
	KindUint64
)

// String returns "bytes", "uint32" or "uint64".
func (k Kind) String() string { return name(k, "bytes", "uint32", "uint64") }

// Check is how a table knows a foreign key.
type Check uint8

// The checks. Fingerprints of f bits take one foreign key in 2^f for one of the set.
const (
	CheckDefault Check = iota // Check8
	CheckNone                 // the answer for a foreign key is any number
	Check8
	Check16
	Check32
	CheckKeys // the keys are kept, and compared
)

// String returns "none", "8", "16", "32" or "keys".
func (c Check) String() string { return name(c, "default", "none", "8", "16", "32", "keys") }

func name[N ~uint8](n N, names ...string) string {
	if int(n) < len(names) {
		return names[n]
	}
	return fmt.Sprintf("unknown (%d)", n)
}

// Options say how to build a table. The zero value is good.
type Options struct {
	Algorithm Algorithm
	Check     Check
	Seed      uint64 // of the hash function; the same keys, options and seed make the same bytes
	Workers   int    // goroutines, 0 for as many as there are CPUs

	// Progress is told what is done of what there is to do, in no particular unit, by one
	// goroutine at a time.
	Progress func(done, total int64)
}

func (o Options) withDefaults() (Options, error) {
	if o.Check == CheckDefault {
		o.Check = Check8
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Algorithm > CHM {
		return o, fmt.Errorf("build table: algorithm %v", o.Algorithm)
	}
	if o.Check > CheckKeys {
		return o, fmt.Errorf("build table: check %v", o.Check)
	}
	return o, nil
}

// MaxKeys is how many keys a table can have, MaxCHM with the algorithm CHM.
const (
	MaxKeys = 1<<32 - 1
	MaxCHM  = 500_000
)

// LimitError says that there are more keys than a table can have.
type LimitError struct{ Keys, Max int }

func (e *LimitError) Error() string {
	return fmt.Sprintf("%d keys, at most %d are possible", e.Keys, e.Max)
}

// DuplicateError names a key that was given twice.
type DuplicateError struct {
	Kind   Kind
	Number uint64 // for numbers
	Bytes  []byte // for bytes
}

func (e *DuplicateError) Error() string {
	if e.Kind != KindBytes {
		return fmt.Sprintf("key %d is there twice", e.Number)
	}
	const most = 64
	if len(e.Bytes) > most {
		return fmt.Sprintf("key %q… of %d bytes is there twice", e.Bytes[:most], len(e.Bytes))
	}
	return fmt.Sprintf("key %q is there twice", e.Bytes)
}

// CorruptError says that bytes are no table, or a damaged one.
type CorruptError struct {
	Offset int64 // in the file
	What   string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("perfect hash table, byte %d: %s", e.Offset, e.What)
}

package perfecthash

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// tries is how many seeds of the hash function are tried, should two strings have the same
// hash of 64 bits; one in 10,000 sets of 60 million has such.
const tries = 8

// Build makes a table of the keys. It ends early with ctx. The error for a key that is there twice
// is a *DuplicateError.
//
// It takes 8 bytes a key besides the table and the keys themselves, which it reads twice,
// and once or twice more if they are bytes that are to be kept.
func Build(ctx context.Context, keys Keys, o Options) (*Table, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	most := MaxKeys
	if o.Algorithm == CHM {
		most = MaxCHM
	}
	if n := keys.count(); n > most {
		return nil, fmt.Errorf("build table: %w", &LimitError{n, most})
	}
	for try := range uint64(tries) {
		b := &builder{keys: keys, Options: o, head: header{
			algorithm: o.Algorithm, kind: keys.kind(), check: o.Check, n: uint64(keys.count()), seed: mix(o.Seed + (try+1)*spread),
		}}
		t, err := b.build(ctx)
		if same, ok := errors.AsType[*sameHash](err); ok {
			if err = b.named(same.hash); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, fmt.Errorf("build table: %w", err)
		}
		return t, nil
	}
	return nil, fmt.Errorf("build table: different keys have the same hash with each of %d seeds", tries)
}

// sameHash says that a hash is there twice.
type sameHash struct{ hash uint64 }

func (e *sameHash) Error() string { return fmt.Sprintf("hash %#x is there twice", e.hash) }

type builder struct {
	Options
	keys     Keys
	head     header
	sections [sectionCount][]byte

	progress sync.Mutex
	done     int64
}

// rounds is how often the progress is told of each key.
const rounds = 3

// step tells the progress that so many keys are done in one of the rounds.
func (b *builder) step(keys int) {
	if b.Progress == nil {
		return
	}
	b.progress.Lock()
	defer b.progress.Unlock()
	b.done += int64(keys)
	b.Progress(b.done, rounds*int64(b.head.n))
}

func (b *builder) build(ctx context.Context) (*Table, error) {
	b.sections[sectionChecks] = make([]byte, b.head.n*b.head.checkBytes())
	var err error
	if b.Algorithm == CHM {
		err = b.chm(ctx)
	} else {
		err = b.phast(ctx)
	}
	if err != nil {
		return nil, err
	}
	t := &Table{header: b.head, sections: b.sections}
	if err := t.parse(); err != nil {
		return nil, err
	}
	if b.head.keepsBytes() {
		if err := b.keep(ctx, t); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// put writes what the table checks the key with the hash by.
func (b *builder) put(slot, hash uint64) { b.head.putCheck(b.sections[sectionChecks], slot, hash) }

// named returns the error for two keys with the same hash, nil if they differ.
func (b *builder) named(hash uint64) error {
	if b.head.kind != KindBytes {
		return &DuplicateError{Kind: b.head.kind, Number: unmix(hash) ^ b.head.seed}
	}
	var seen [][]byte
	var twice []byte
	for shard := range b.keys.shards() {
		b.keys.bytes(shard, func(key []byte) {
			if twice != nil || hashBytes(key, b.head.seed) != hash {
				return
			}
			for _, s := range seen {
				if string(s) == string(key) {
					twice = s
					return
				}
			}
			seen = append(seen, append([]byte{}, key...))
		})
	}
	if twice == nil {
		return nil
	}
	return &DuplicateError{Kind: KindBytes, Bytes: twice}
}

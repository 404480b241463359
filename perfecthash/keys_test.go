package perfecthash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDuplicatesAreNamed(t *testing.T) {
	numbers := randomNumbers(100_000, 1)
	texts := make([]string, 1000)
	for i := range texts {
		texts[i] = fmt.Sprint("key ", i)
	}
	cases := map[string]struct {
		keys Keys
		want string
	}{
		"two numbers of many":       {Uint64s(append(slices.Clone(numbers), numbers[777])), fmt.Sprintf("key %d is there twice", numbers[777])},
		"two numbers":               {Uint64s([]uint64{5, 5}), "key 5 is there twice"},
		"small numbers":             {Uint32s([]uint32{9, 1, 9}), "key 9 is there twice"},
		"nothing but one number":    {Uint64s(make([]uint64, 100_000)), "key 0 is there twice"},
		"strings":                   {Strings(append(slices.Clone(texts), "key 12")), `key "key 12" is there twice`},
		"empty strings":             {Strings([]string{"", "a", ""}), `key "" is there twice`},
		"a long string":             {Strings([]string{strings.Repeat("z", 500), strings.Repeat("z", 500)}), fmt.Sprintf("key %q… of 500 bytes is there twice", strings.Repeat("z", 64))},
		"lines":                     {Separated([]byte("a\nb\na"), '\n'), `key "a" is there twice`},
		"empty lines":               {Separated([]byte("\n\n"), '\n'), `key "" is there twice`},
		"byte strings of a slice":   {ByteStrings([][]byte{{0}, {0}}), `key "\x00" is there twice`},
		"nothing but one long text": {Strings(slices.Repeat([]string{"same"}, 5000)), `key "same" is there twice`},
	}
	for name, c := range cases {
		for _, algorithm := range allAlgorithms {
			t.Run(fmt.Sprint(name, " ", algorithm), func(t *testing.T) {
				table, err := Build(context.Background(), c.keys, Options{Algorithm: algorithm})
				if _, ok := errors.AsType[*DuplicateError](err); !ok || table != nil || err.Error() != "build table: "+c.want {
					t.Errorf("%v, expected %s", err, c.want)
				}
			})
		}
	}
}

func TestEmptyAndVeryLongKeys(t *testing.T) {
	const million = 1 << 20
	long := bytes.Repeat([]byte("0123456789abcdef"), million/16)
	other := slices.Clone(long)
	other[million/2] ^= 1
	shorter := long[:million-1]
	keys := []string{"", "\x00", "\x00\x00", string(long), string(other), string(shorter), "ä", "\xff"}
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			table := build(t, Strings(keys), Options{Algorithm: algorithm, Check: check})
			checkEach(t, table, keys, table.FindString)
			if check == CheckKeys {
				if _, ok := table.FindString(string(long[1:])); ok {
					t.Error("a key that is not there is found")
				}
			}
		}
	}
}

func TestTextIsCutAtSeparators(t *testing.T) {
	cases := map[string][]string{
		"":            {},
		"\n":          {""},
		"a":           {"a"},
		"a\n":         {"a"},
		"a\nbc\n\nd":  {"a", "bc", "", "d"},
		"\na\n":       {"", "a"},
		"a\x00b\nc\n": {"a\x00b", "c"},
	}
	for text, want := range cases {
		keys := Separated([]byte(text), '\n')
		var got []string
		for shard := range keys.shards() {
			keys.bytes(shard, func(key []byte) { got = append(got, string(key)) })
		}
		if !slices.Equal(got, want) || keys.count() != len(want) {
			t.Errorf("%q: %q, %d of them, expected %q", text, got, keys.count(), want)
		}
	}
}

// A text of several shards, whose borders fall within lines, at their ends and into a line that
// is longer than a shard.
func TestLongTextIsCutIntoShards(t *testing.T) {
	var text []byte
	var want []string
	line := func(s string) {
		want = append(want, s)
		text = append(append(text, s...), 0)
	}
	line(strings.Repeat("x", 8<<20-1)) // the separator is the shard's last byte
	line(strings.Repeat("y", 20<<20))
	for i := range 300_000 {
		line(fmt.Sprintf("line %d of a text with a good deal of bytes in it", i))
	}
	keys := Separated(text, 0)
	if keys.shards() < 3 || keys.count() != len(want) {
		t.Fatalf("%d shards, %d keys, expected %d", keys.shards(), keys.count(), len(want))
	}
	table := build(t, keys, Options{})
	checkEach(t, table, want, table.FindString)
}

func TestSequence(t *testing.T) {
	want := []string{"one", "two", "three"}
	var buffer [8]byte
	keys := Sequence(func(yield func([]byte) bool) {
		for _, s := range want {
			if !yield(buffer[:copy(buffer[:], s)]) {
				return
			}
		}
	})
	table := build(t, keys, Options{Check: CheckKeys})
	checkEach(t, table, want, table.FindString)
}

// What a caller does wrong is an error, whichever pass it shows in.
func TestKeysThatChangeAreNoPanic(t *testing.T) {
	for changes := range 6 {
		for more := -1; more <= 1; more++ {
			for _, check := range []Check{Check16, CheckKeys} {
				reads := 0
				keys := Sequence(func(yield func([]byte) bool) {
					n := 1000
					if reads == changes {
						n += more
					}
					for i := range n {
						key := fmt.Sprint("key ", i)
						if reads == changes {
							key = fmt.Sprint("another ", i)
						}
						if !yield([]byte(key)) {
							return
						}
					}
					reads++
				})
				table, err := Build(context.Background(), keys, Options{Check: check})
				if err == nil && table.Len() < 999 {
					t.Errorf("changed in pass %d by %d: %d keys", changes, more, table.Len())
				}
				if err != nil && !errors.Is(err, errChanged) {
					t.Errorf("changed in pass %d by %d: %v", changes, more, err)
				}
			}
		}
	}
}

func TestLimits(t *testing.T) {
	keys := make([]uint32, MaxCHM+1)
	_, err := Build(context.Background(), Uint32s(keys), Options{Algorithm: CHM})
	limit, ok := errors.AsType[*LimitError](err)
	if !ok || limit.Max != MaxCHM || limit.Keys != MaxCHM+1 {
		t.Error(err)
	}
	for _, o := range []Options{{Algorithm: 9}, {Check: 9}} {
		if _, err := Build(context.Background(), Uint32s(nil), o); err == nil {
			t.Errorf("%v: no error", o)
		}
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	for _, algorithm := range allAlgorithms {
		ctx, cancel := context.WithCancel(context.Background())
		keys := randomNumbers(400_000, 1)
		_, err := Build(ctx, Uint64s(keys), Options{Algorithm: algorithm, Progress: func(done, total int64) { cancel() }})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v: %v", algorithm, err)
		}
	}
}

func TestProgressEndsAtItsTotal(t *testing.T) {
	for _, algorithm := range allAlgorithms {
		var last, end int64
		o := Options{Algorithm: algorithm, Progress: func(done, total int64) {
			if done <= last || done > total {
				t.Errorf("%v: %d of %d after %d", algorithm, done, total, last)
			}
			last, end = done, total
		}}
		build(t, Uint64s(randomNumbers(350_000, 2)), o)
		if last != end || end == 0 {
			t.Errorf("%v: ends with %d of %d", algorithm, last, end)
		}
	}
}

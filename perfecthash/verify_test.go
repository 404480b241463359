package perfecthash

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestVerify(t *testing.T) {
	numbers := randomNumbers(3000, 1)
	texts := []string{"a", "b", "", "long long long"}
	other := slices.Clone(numbers)
	other[1234]++
	for _, algorithm := range allAlgorithms {
		for _, check := range allChecks {
			o := Options{Algorithm: algorithm, Check: check}
			table, strings := build(t, Uint64s(numbers), o), build(t, Strings(texts), o)
			if err := errors.Join(table.Verify(Uint64s(numbers)), strings.Verify(Strings(texts))); err != nil {
				t.Error(err)
			}
			// A foreign key is not found, or its number is another's as well.
			if _, ok := errors.AsType[*VerifyError](table.Verify(Uint64s(other))); !ok {
				t.Errorf("%v %v: a foreign key is not noticed", algorithm, check)
			}
			if _, ok := errors.AsType[*VerifyError](strings.Verify(Strings([]string{"a", "b", "", "a"}))); !ok {
				t.Errorf("%v %v: a key that is there twice is not noticed", algorithm, check)
			}
			for i, keys := range []Keys{Uint64s(numbers[1:]), Strings(make([]string, 3000))} {
				if table.Verify(keys) == nil {
					t.Errorf("%v %v: case %d: no error", algorithm, check, i)
				}
			}
			for _, table := range []*Table{table, strings, build(t, Uint32s([]uint32{3, 1}), o)} {
				keys, ok := table.Keys()
				if ok != (check == CheckKeys) {
					t.Errorf("%v %v: Keys: %v", algorithm, check, ok)
				}
				if ok && (table.Verify(keys) != nil || keys.kind() != table.kind) {
					t.Errorf("%v %v: the keys are others: %v", algorithm, check, table.Verify(keys))
				}
			}
		}
	}
}

// The error names the key.
func TestVerifyNames(t *testing.T) {
	table := build(t, Strings([]string{"a", "b"}), Options{Check: CheckKeys})
	err := table.Verify(Strings([]string{"a", "c"}))
	if err == nil || err.Error() != `key "c": is not found` {
		t.Error(err)
	}
	small := build(t, Uint32s([]uint32{1, 2}), Options{Check: CheckKeys})
	if err := small.Verify(Uint64s([]uint64{2, 77})); fmt.Sprint(err) != "key 77: is not found" {
		t.Error(err)
	}
}

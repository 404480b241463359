package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"tracer/internal/render"
	"tracer/internal/sys"
	"tracer/perfecthash"
)

const perfecthashLong = `Perfecthash makes tables of keys that never change. A table gives each of its n
keys a number of its own, from 0 to n-1, in about 2 bits a key, and answers for
a foreign key, but for one in 256, that it is not found; with --check 16 but for one
in 65,536, and with --check keys always.

A table is a file that is mapped and used in place; package tracer/perfecthash
reads it as well.`

const perfecthashExample = `  tracer perfecthash build words.txt -o words.table
  tracer perfecthash lookup words.table apple pear
  tracer perfecthash verify words.table words.txt
  tracer perfecthash bench words.txt
  tracer perfecthash gen words.txt --lang c -o src`

func newPerfecthash(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "perfecthash",
		Short:   "Tables that number keys without collisions",
		Long:    perfecthashLong,
		Example: perfecthashExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	cmd.AddCommand(newPerfecthashBuild(e), newPerfecthashLookup(e), newPerfecthashVerify(e), newPerfecthashBench(e), newPerfecthashGen(e))
	return cmd
}

// tableOptions are the flags that say how a table is made.
type tableOptions struct {
	algorithm, check string
	seed             uint64
	workers          int
}

func (o *tableOptions) flags(cmd *cobra.Command) {
	choiceFlag(cmd, &o.algorithm, "algorithm", "phast; chm is larger and takes 500,000 keys at most, but numbers them as they come", "phast", "chm")
	choiceFlag(cmd, &o.check, "check", "how foreign keys are known: fingerprints of so many bits, or the keys", "8", "16", "32", "keys", "none")
	cmd.Flags().Uint64Var(&o.seed, "seed", 0, "of the hash function")
	cmd.Flags().IntVarP(&o.workers, "jobs", "j", 0, "how many CPUs to use (default all)")
}

func (o *tableOptions) options() perfecthash.Options {
	return perfecthash.Options{
		Algorithm: map[string]perfecthash.Algorithm{"phast": perfecthash.PHast, "chm": perfecthash.CHM}[o.algorithm],
		Check: map[string]perfecthash.Check{
			"none": perfecthash.CheckNone, "8": perfecthash.Check8, "16": perfecthash.Check16, "32": perfecthash.Check32, "keys": perfecthash.CheckKeys,
		}[o.check],
		Seed: o.seed, Workers: o.workers,
	}
}

// openTable maps a table and looks at every byte of it.
func openTable(path string) (t *perfecthash.Table, close func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open table %s: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	b, close, err := sys.View(f)
	if err != nil {
		return nil, nil, fmt.Errorf("open table %s: %w", path, err)
	}
	if t, err = perfecthash.Open(b); err != nil {
		return nil, nil, fmt.Errorf("open table %s: %w", path, errors.Join(err, close()))
	}
	return t, close, nil
}

// tableData is a table as JSON has it.
type tableData struct {
	Keys          int     `json:"keys"`
	Kind          string  `json:"kind"`
	Algorithm     string  `json:"algorithm"`
	Check         string  `json:"check"`
	FunctionBytes int64   `json:"function_bytes"`
	CheckBytes    int64   `json:"check_bytes"`
	FileBytes     int64   `json:"file_bytes"`
	FunctionBits  float64 `json:"function_bits_a_key"` // 0 where there are no keys
}

func newTableData(t *perfecthash.Table) tableData {
	size := t.Size()
	d := tableData{
		Keys: t.Len(), Kind: t.Kind().String(), Algorithm: t.Algorithm().String(), Check: t.Check().String(),
		FunctionBytes: size.Function, CheckBytes: size.Checks, FileBytes: size.File,
	}
	if d.Keys > 0 {
		d.FunctionBits = float64(8*size.Function) / float64(d.Keys)
	}
	return d
}

// text is the table in a line.
func (d tableData) text() string {
	check := map[string]string{"none": "foreign keys are not known", "keys": "keys kept"}[d.Check]
	if check == "" {
		check = "fingerprints of " + d.Check + " bits"
	}
	return fmt.Sprintf("%s (%s), %s, %.3g bits a key, %s, %s", render.Plural(d.Keys, "key"), d.Kind, d.Algorithm, d.FunctionBits, check, render.Bytes(d.FileBytes))
}

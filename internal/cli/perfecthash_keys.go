package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"tracer/internal/sys"
	"tracer/perfecthash"
)

// keyOptions are the flags that say what a file of keys holds.
type keyOptions struct {
	as     string
	binary bool
	null   bool
}

func (o *keyOptions) flags(cmd *cobra.Command) {
	choiceFlag(cmd, &o.as, "as", "what the keys are; numbers as text are decimal, or 0x…, one a line", "strings", "uint32", "uint64")
	cmd.Flags().BoolVar(&o.binary, "binary", false, "numbers are little-endian, of 4 or 8 bytes, not text")
	cmd.Flags().BoolVarP(&o.null, "null", "0", false, "keys end with a zero byte instead of a newline")
}

func (o *keyOptions) check(cmd *cobra.Command) error {
	switch {
	case o.binary && o.as == "strings":
		return usageError(cmd, "--binary is for numbers: --as uint32 or --as uint64")
	case o.binary && o.null:
		return usageError(cmd, "--binary and --null exclude each other")
	}
	return nil
}

// keySet are keys out of a file.
type keySet struct {
	perfecthash.Keys
	numbers []uint64 // those of a text of numbers
	content []byte
	close   func() error
}

// open reads or maps the keys in a file, "-" for standard input.
func (o *keyOptions) open(ctx context.Context, e *env, path string) (*keySet, error) {
	content, end, err := keyContent(ctx, e, path)
	if err != nil {
		return nil, fmt.Errorf("read keys %s: %w", path, err)
	}
	s := &keySet{content: content, close: end}
	if err := o.parse(s); err != nil {
		return nil, fmt.Errorf("read keys %s: %w", path, errors.Join(err, end()))
	}
	return s, nil
}

func (o *keyOptions) parse(s *keySet) error {
	size := map[string]int{"uint32": 4, "uint64": 8}[o.as]
	switch {
	case size == 0:
		s.Keys = perfecthash.Separated(s.content, o.separator())
	case !o.binary:
		return o.parseNumbers(s, 8*size)
	case len(s.content)%size != 0:
		return fmt.Errorf("%d bytes, expected a multiple of %d", len(s.content), size)
	case size == 4:
		s.Keys = perfecthash.Words32(s.content)
	default:
		s.Keys = perfecthash.Words64(s.content)
	}
	return nil
}

func (o *keyOptions) separator() byte {
	if o.null {
		return 0
	}
	return '\n'
}

func (o *keyOptions) parseNumbers(s *keySet, bits int) error {
	separator := []byte{o.separator()}
	s.numbers = make([]uint64, 0, bytes.Count(s.content, separator)+1)
	for rest := s.content; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, separator)
		n, err := parseKey(string(bytes.TrimSpace(line)), bits)
		if err != nil {
			return fmt.Errorf("line %d: %w", len(s.numbers)+1, err)
		}
		s.numbers = append(s.numbers, n)
	}
	if bits == 32 {
		small := make([]uint32, len(s.numbers))
		for i, n := range s.numbers {
			small[i] = uint32(n)
		}
		s.Keys = perfecthash.Uint32s(small)
		return nil
	}
	s.Keys = perfecthash.Uint64s(s.numbers)
	return nil
}

func parseKey(text string, bits int) (uint64, error) {
	n, err := strconv.ParseUint(text, 0, bits)
	if err != nil {
		return 0, fmt.Errorf("%.40q, expected a number of up to %d bits", text, bits)
	}
	return n, nil
}

// keyContent returns the content of a file, mapped. What comes through a pipe is written to a
// file without a name first: it is read more than once.
func keyContent(ctx context.Context, e *env, path string) ([]byte, func() error, error) {
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, errors.Unwrap(err)
		}
		defer f.Close()
		return sys.View(f)
	}
	if f, ok := e.In.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if at, err := f.Seek(0, io.SeekCurrent); err == nil && at == 0 {
				return sys.View(f)
			}
		}
	}
	f, err := os.CreateTemp("", "tracer-keys-*")
	if err != nil {
		return nil, nil, err
	}
	var b []byte
	var end func() error
	if _, err = io.Copy(f, interruptibleReader(ctx, e.In)); err == nil {
		if _, err = f.Seek(0, io.SeekStart); err == nil {
			b, end, err = sys.View(f)
		}
	}
	return b, end, errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// size is how much there is of the keys, for the progress.
func (s *keySet) size() int64 { return int64(len(s.content)) }

// build makes a table of the keys, with a progress.
func (s *keySet) build(ctx context.Context, e *env, o perfecthash.Options) (*perfecthash.Table, error) {
	bar := &lateProgress{env: e, what: "building"}
	defer bar.clear()
	size := float64(s.size())
	o.Progress = func(done, total int64) { bar.step(int64(size*float64(done)/float64(total)), s.size()) }
	return perfecthash.Build(ctx, s.Keys, o)
}

package corrupt

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"tracer/internal/store"
	"tracer/internal/verify"
	"tracer/internal/wire"
)

var (
	firstSeed = flag.Uint64("seed", 1, "seed of the first change")
	mutations = flag.Int("mutations", 20_000, "how many changes, of all traces together")
)

// deadline is how long one changed trace may take. It takes a millisecond; the
// machine may be busy.
const deadline = 60 * time.Second

// What a changed trace may have allocated in all when it was read and verified: so
// often its size, and what buffers and decoders take.
const (
	memoryFactor   = 16
	memoryConstant = 8 << 20
)

func TestCorruptTraces(t *testing.T) {
	all := subjects(t)
	each := (*mutations + len(all) - 1) / len(all)
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) { newRun(t, s).mutations(*firstSeed, each) })
	}
}

// run changes one trace over and over.
type run struct {
	t        *testing.T
	s        *subject
	dir      string
	original digest
	whole    []verify.Finding // findings in the trace as it is

	noticed, same, sealed int
	excepted              map[string]int
	most                  uint64 // bytes allocated for one trace
}

func newRun(t *testing.T, s *subject) *run {
	r := &run{t: t, s: s, dir: filepath.Join(workDir(t), "x"+store.Suffix), excepted: map[string]int{}}
	s.lay(t, r.dir)
	var err error
	if r.original, err = look(r.dir); err != nil || r.original.failed != nil {
		t.Fatalf("the trace as it is: %v, %v", r.original.failed, err)
	}
	if r.original.events == 0 {
		t.Fatal("the trace has no events")
	}
	if r.whole, err = check(r.dir); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.whole {
		if f.Severity != verify.Note {
			t.Errorf("the trace as it is: %+v", f)
		}
	}
	return r
}

// workDir is in memory where the system has a place for that.
func workDir(t *testing.T) string {
	const memory = "/dev/shm"
	dir, err := os.MkdirTemp(memory, "tracer-corrupt-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if !t.Failed() {
			os.RemoveAll(dir)
		}
	})
	return dir
}

func (r *run) mutations(seed uint64, n int) {
	r.t.Logf("%d changes from seed %d on in %s", n, seed, r.dir)
	for i := range n {
		r.one(seed + uint64(i))
		if r.t.Failed() {
			return
		}
	}
	r.t.Logf("%d noticed; %d made no difference; %d with right checksums; excepted: %v; at most %d KiB allocated for %d KiB",
		r.noticed, r.same, r.sealed, r.excepted, r.most>>10, r.s.bytes>>10)
	if n >= 1000 && r.noticed < n/4 {
		r.t.Errorf("%d of %d changes were noticed: the changes do not reach what is verified", r.noticed, n)
	}
}

// one makes a change and looks what becomes of the trace.
func (r *run) one(seed uint64) {
	m, b := r.s.mutate(seed)
	path := filepath.Join(r.dir, filepath.FromSlash(m.path))
	r.write(path, b)
	r.write(filepath.Join(filepath.Dir(r.dir), "seed"), fmt.Appendln(nil, seed))
	defer func() {
		if !r.t.Failed() { // else it is kept as it is
			r.write(path, r.s.files[m.path])
		}
	}()
	defer func() { // runs before that
		if p := recover(); p != nil {
			r.t.Errorf("seed %d, %s in %s: panic: %v\n%s", seed, m.how, m.path, p, debug.Stack())
		}
	}()
	watch := time.AfterFunc(deadline, func() {
		panic(fmt.Sprintf("seed %d, %s in %s of %s: not done after %s", seed, m.how, m.path, r.s.name, deadline))
	})
	defer watch.Stop()

	before := allocated()
	d, broken := look(r.dir)
	found, err := check(r.dir)
	used := allocated() - before
	r.most = max(r.most, used)
	if limit := uint64(memoryFactor*(r.s.bytes+len(b)) + memoryConstant); used > limit {
		r.t.Errorf("seed %d, %s in %s: %d bytes allocated, expected at most %d", seed, m.how, m.path, used, limit)
	}
	if broken != nil {
		r.t.Errorf("seed %d, %s in %s: %v", seed, m.how, m.path, broken)
	}
	r.judge(m, b, d, err != nil || !slices.Equal(found, r.whole))
}

// judge tests that what changes a result was noticed.
func (r *run) judge(m mutation, b []byte, d digest, noticed bool) {
	same := d.sum == r.original.sum && d.failed == nil
	switch why := exception(m.path, r.s.files[m.path], b); {
	case m.sealed:
		r.sealed++
	case noticed:
		r.noticed++
	case same:
		r.same++
	case why != "":
		r.excepted[why]++
	default:
		r.t.Errorf("seed %d, %s in %s: verify finds nothing, and a reader gets something else (error %v)", m.seed, m.how, m.path, d.failed)
	}
}

// exception says why a change of a file may go unnoticed, "" if it must not.
func exception(path string, before, after []byte) string {
	name, _, _ := strings.Cut(filepath.Base(path), "-")
	switch name {
	case store.ManifestName, store.RefusedName:
		return "no checksum: " + name
	case store.ControlName:
		return "no checksum: control"
	case store.RawName:
		return "no checksum: raw"
	case store.CountersName:
		if ascending(before, after) {
			return "entries left out of counters"
		}
		if whole(after) {
			return "samples of another process"
		}
	case store.NamesName:
		if len(after) < len(before) && string(before[:len(after)]) == string(after) {
			return "names cut off between records"
		}
	}
	return ""
}

// ascending reports whether after are some of the samples of before, in their order.
func ascending(before, after []byte) bool {
	const n = wire.SampleBytes
	for ; len(after) >= n && len(before) >= n; before = before[n:] {
		if string(before[:n]) == string(after[:n]) {
			after = after[n:]
		}
	}
	return len(after) == 0
}

// whole reports whether every sample has its checksum.
func whole(samples []byte) bool {
	const crc = wire.SampleBytes - 8
	for ; len(samples) >= wire.SampleBytes; samples = samples[wire.SampleBytes:] {
		if crc32.Checksum(samples[:crc], crc32.MakeTable(crc32.Castagnoli)) != binary.LittleEndian.Uint32(samples[crc:]) {
			return false
		}
	}
	return len(samples) == 0
}

func (r *run) write(path string, b []byte) {
	if err := os.WriteFile(path, b, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// check verifies a trace.
func check(dir string) (found []verify.Finding, err error) {
	d, err := store.OpenDir(dir)
	if err != nil {
		return nil, err
	}
	_, err = verify.Verify(d, func(f verify.Finding) { found = append(found, f) }, nil)
	return found, err
}

// allocated is how many bytes were ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func TestWhatIsNoTraceIsAnError(t *testing.T) {
	if _, err := check(t.TempDir()); err == nil || errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty directory verified with the error %v, expected that it is no trace", err)
	}
}

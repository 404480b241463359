package drain_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/sys"
	"tracer/internal/wire"
)

// smallDisk is a file system of so many bytes.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves no room on a disk.
func fill(t *testing.T, dir string) (ballast string) {
	t.Helper()
	ballast = filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, piece := range []int{1 << 20, 4 << 10} {
		for err = nil; err == nil; {
			_, err = f.Write(bytes.Repeat([]byte{1}, piece))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	return ballast
}

const bigSlot = 64 << 10

// bigPlan has so many slots of one thread, all of them full.
func bigPlan(slots int) *plan {
	r := rand.New(rand.NewPCG(1, 8))
	p := &plan{slotSize: bigSlot}
	t := &planner{r: r, size: bigSlot, thread: 1, tid: 200, ticks: 1000, deep: 2}
	var list []*planned
	for i := range slots {
		list = append(list, t.slot(uint32(i), false))
	}
	p.threads = append(p.threads, list)
	return p
}

// record writes the next slots of a plan of one thread.
func record(a *toy, slots []*planned) {
	for _, s := range slots {
		number := a.take()
		a.begin(number, s)
		a.write(s.words, number, int(s.head.HeaderSize))
		a.end(number, s)
	}
}

// A disk that is full of raw has room for all of it packed, once some of it is.
func TestFullDiskIsDrained(t *testing.T) {
	dir := smallDisk(t, "20m")
	p := bigPlan(4 * 64)
	a := newToy(t, dir, bigSlot, p.names())
	w := drain.NewWorker()
	d := a.drain(drain.Options{})
	slots := p.threads[0]
	record(a, slots[:4])
	if _, err := d.Step(w); err != nil { // makes the files, with their reserves
		t.Fatal(err)
	}
	record(a, slots[4:])
	fill(t, dir)
	if _, err := d.Step(w); err != nil {
		t.Fatal(err)
	}
	if n := d.Gathered(); n > 0 {
		t.Fatalf("%d bytes wait to be written", n)
	}
	finish(a, d, w)
	checkSums(t, "full disk", a.trace, p, exact)
}

// Where nothing at all can be written nothing is lost, and it can be done later.
func TestDiskWithoutAnyRoom(t *testing.T) {
	dir := smallDisk(t, "20m")
	p := bigPlan(64) // a whole chunk
	a := newToy(t, dir, bigSlot, p.names())
	w := drain.NewWorker()
	record(a, p.threads[0])
	ballast := fill(t, dir)
	d := a.drain(drain.Options{})
	for range 20 {
		if _, err := d.Step(w); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("step: %v, expected %v", err, syscall.ENOSPC)
		}
		if n := d.Gathered(); n > 1<<20 {
			t.Fatalf("%d bytes wait to be written", n)
		}
	}
	a.die()
	for range 3 {
		if err := d.Finish(w, nil); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("finish: %v, expected %v", err, syscall.ENOSPC)
		}
	}
	if err := os.Truncate(ballast, 0); err != nil {
		t.Fatal(err)
	}
	a.attach()
	finish(a, d, w)
	checkSums(t, "no room", a.trace, p, exact)
}

// onDisk is what raw takes.
func onDisk(t *testing.T, a *toy) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(a.trace, a.proc, store.RawName))
	if err != nil {
		t.Fatal(err)
	}
	return sys.DiskBytes(info)
}

// What an agent gives back of a slot's blocks is there again when it gets the slot: it
// writes through a map, where a full disk would be a SIGBUS.
func TestSlotsHaveTheirBlocks(t *testing.T) {
	p := bigPlan(2)
	short := p.threads[0][1]
	short.words = short.words[:800]
	short.head.Used, short.head.Last = short.head.HeaderSize+800, 1
	a := newToy(t, t.TempDir(), bigSlot, p.names())
	w := drain.NewWorker()
	d := a.drain(drain.Options{})
	if _, err := d.Step(w); err != nil {
		t.Fatal(err)
	}
	record(a, p.threads[0])
	if err := sys.PunchHole(a.raw, bigSlot+4096, bigSlot-4096); err != nil {
		t.Fatal(err)
	}
	before := onDisk(t, a)
	if _, err := d.Step(w); err != nil {
		t.Fatal(err)
	}
	if free, _ := d.Spares(); free != 2 {
		t.Fatalf("%d slots are free, expected 2", free)
	}
	if got := onDisk(t, a); got < before+bigSlot-4096 {
		t.Errorf("raw has %d bytes, expected %d", got, before+bigSlot-4096)
	}
	finish(a, d, w)
}

func TestLiveSlotsStayFew(t *testing.T) {
	a := newToy(t, t.TempDir(), bigSlot, (&plan{}).names()+"thread 1 tid=200\n")
	w := drain.NewWorker()
	d := a.drain(drain.Options{})
	one := bigPlan(1).threads[0][0]
	sequence := uint32(0)
	fillSlots := func(n int) {
		for range n {
			s := *one
			s.head.Sequence = sequence
			sequence++
			record(a, []*planned{&s})
		}
	}
	step := func() {
		t.Helper()
		if _, err := d.Step(w); err != nil {
			t.Fatal(err)
		}
	}
	for range 200 { // at full speed
		fillSlots(6)
		step()
	}
	if a.fresh > 40 {
		t.Errorf("a thread at full speed has used %d slots, expected few", a.fresh)
	}
	steady := onDisk(t, a)
	fillSlots(400) // while the drain was away
	step()
	burst := onDisk(t, a)
	for range 100 {
		fillSlots(6)
		step()
	}
	if free, _ := d.Spares(); free > 60 {
		t.Errorf("%d slots are in the list free after a burst, expected few", free)
	}
	d.Idle(w)
	if got := onDisk(t, a); got > 80*bigSlot || got >= burst {
		t.Errorf("raw has %d bytes when idle, %d before the burst, %d in it", got, steady, burst)
	}
	if n := a.word(wire.OffControlFreedChunks).Load(); n == 0 {
		t.Error("no chunk was freed")
	}
	finish(a, d, w)
}

// An agent that may claim few chunks has the slots of all of them, burst after burst.
func TestBoundedPoolStaysWhole(t *testing.T) {
	a := newToy(t, t.TempDir(), bigSlot, (&plan{}).names()+"thread 1 tid=200\n")
	w := drain.NewWorker()
	d := a.drain(drain.Options{})
	const chunks, slots = 3, 3 * 16
	d.Limit(chunks)
	one := bigPlan(1).threads[0][0]
	sequence := uint32(0)
	for round := range 30 {
		n := 0
		for ; n < slots && a.has(); n++ {
			s := *one
			s.head.Sequence = sequence
			if sequence%5 == 0 {
				s.words = s.words[:80] // with room that the agent may have given back
				s.head.Used = s.head.HeaderSize + 80
			}
			sequence++
			record(a, []*planned{&s})
		}
		if n < slots/2 {
			t.Fatalf("round %d: %d slots to be had, expected about %d", round, n, slots)
		}
		if used := d.RawBytes(); used > chunks*16*bigSlot {
			t.Fatalf("round %d: raw has %d bytes", round, used)
		}
		if _, err := d.Step(w); err != nil {
			t.Fatal(err)
		}
		d.Idle(w)
	}
	finish(a, d, w)
}

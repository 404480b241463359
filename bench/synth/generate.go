package synth

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"tracer/internal/drain"
	"tracer/internal/store"
	"tracer/internal/wire"
)

// startWall is when the program began, in ns since 1970: one second for all seeds.
const startWall = 1_767_323_045_000_000_000

// Generate makes the trace path, which must not be there yet, of so many events, and
// writes the totals beside it.
func Generate(path string, events, seed uint64) (*Totals, error) {
	d, err := store.Create(path)
	if err != nil {
		return nil, err
	}
	p := newProgram(seed)
	proc := fmt.Sprintf("%s%d-0", store.ProcPrefix, pid)
	a, err := newAgent(d, proc, p)
	if err != nil {
		return nil, fmt.Errorf("generate trace %s: %w", path, err)
	}
	players, err := record(d, proc, p, a, events, seed)
	if err != nil {
		return nil, fmt.Errorf("generate trace %s: %w", path, err)
	}
	end := uint64(startTicks)
	for _, pl := range players {
		end = max(end, pl.ticks)
	}
	status := 0
	err = d.WriteManifest(&store.Manifest{
		Version: wire.Version, Tracer: "bench", State: store.Finished, Argv: []string{"-m", "synthetic"}, Cwd: "/app", Host: "nowhere",
		OS: "linux", Arch: "amd64", Settings: store.Settings{Events: "lines", SlotSize: slotSize}, Named: true, Start: time.Unix(0, startWall).UTC(),
		Begin:  store.ClockPair{Ticks: startTicks, MonoNS: startMono},
		Finish: &store.ClockPair{Ticks: end, MonoNS: nanoseconds(end)}, ExitStatus: &status,
	})
	if err != nil {
		return nil, err
	}
	t := add(p, players)
	return t, t.Write(path)
}

// record has the threads play, and drains what they record.
func record(d *store.Dir, proc string, p *program, a *agent, events, seed uint64) ([]*player, error) {
	dp, err := drain.Open(d, proc, drain.Options{})
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	var players []*player
	var playing sync.WaitGroup
	for i := range uint64(threads) {
		n := events / threads
		if i < events%threads {
			n++
		}
		pl := newPlayer(p, a, uint32(i+1), seed, n)
		players = append(players, pl)
		playing.Go(pl.play)
	}
	go func() {
		playing.Wait()
		close(a.full)
	}()
	w := drain.NewWorker()
	err = a.drain(dp, w)
	if err != nil {
		go a.discard()
		playing.Wait()
	}
	// Raw can be cut off only when nobody has it open for writing.
	err = errors.Join(err, a.close())
	if err == nil {
		err = dp.Finish(w, nil)
	}
	err = errors.Join(append([]error{err, dp.Close()}, dp.Problems()...)...)
	return players, err
}

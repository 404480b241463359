package drain

// Before lets a test decide what is done to files.
func (o *Options) Before(f func(op string, bytes int) (int, error)) { o.before = f }

// Summarised sets after how many events there is a summary.
func (o *Options) Summarised(events uint64) { o.summarised = events }

// MaxTables bounds the tables of a summary, by its level and first slot.
func (o *Options) MaxTables(bytes func(level, sequence uint32) int) { o.maxTables = bytes }

// Abandon closes the files of a process as they are, as its death would.
func (p *Process) Abandon() {
	if p.out != nil {
		_ = p.out.abandon()
		p.out = nil
	}
	p.options.before = func(string, int) (int, error) { return 0, errAbandoned }
	p.pool.raw.before = p.options.before
	_ = p.pool.raw.Close()
	if p.namesOf != nil {
		_ = p.namesOf.Close()
	}
}

var errAbandoned = errorString("abandoned")

type errorString string

func (e errorString) Error() string { return string(e) }

// Spares returns how many empty slots are kept for the agent: in the list free, and
// beside it.
func (p *Process) Spares() (free, beside int) { return p.pool.outstanding(), len(p.spare.numbers) }

// Gathered returns how many bytes wait to be written.
func (p *Process) Gathered() (n int) {
	if p.out != nil {
		for _, f := range p.out.files() {
			n += len(f.buf)
		}
	}
	return n
}

// Set is a set of numbers.
type Set = spans

// Add and Has are those of spans.
func (s *spans) Add(first, end uint64) { s.add(first, end) }
func (s spans) Has(n uint64) bool      { return s.has(n) }

// Idle looks from time to time where nothing happens, for some seconds.
func (p *Process) Idle(w *Worker) {
	for range 5 {
		p.spare.since = p.spare.since.Add(-2 * spareTime)
		for range 50 {
			_, _ = p.Step(w)
		}
	}
}

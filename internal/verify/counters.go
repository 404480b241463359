package verify

import (
	"bufio"
	"errors"
	"io"
	"io/fs"

	"tracer/internal/store"
	"tracer/internal/wire"
)

// checkCounters tests the samples.
func (p *process) checkCounters() {
	const file = store.CountersName
	f, size, err := p.v.dir.Open(p.dir, file)
	if errors.Is(err, fs.ErrNotExist) {
		return // none were taken
	}
	if err != nil {
		p.log.damage(file, -1, "%v", err)
		return
	}
	defer f.Close()
	r := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 64<<10)
	var b [wire.SampleBytes]byte
	last := uint64(0)
	for at := int64(0); ; at += wire.SampleBytes {
		n, err := io.ReadFull(r, b[:])
		p.v.step(int64(n))
		if err == io.EOF {
			return
		}
		if err == io.ErrUnexpectedEOF {
			p.log.at(p.v.unfinished(), file, at, "%d bytes, expected a sample of %d", n, len(b))
			return
		}
		if err != nil {
			p.log.damage(file, at, "%v", err)
			return
		}
		if p.checkSample(at, b[:], last) {
			var s wire.Sample
			s.Decode(b[:])
			last = s.MonoNs
			p.v.result.Samples++
		}
	}
}

// checkSample tests one sample; last is the time of the one before it.
func (p *process) checkSample(at int64, b []byte, last uint64) bool {
	const file = store.CountersName
	var s wire.Sample
	switch problem := s.DecodeSealed(b); {
	case problem != "":
		p.log.damage(file, at, "%s", problem)
	case s.MonoNs <= last:
		p.log.damage(file, at, "sample at %d ns after one at %d", s.MonoNs, last)
		return true
	default:
		return true
	}
	return false
}

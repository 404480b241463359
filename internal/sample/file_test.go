package sample

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"tracer/internal/wire"
)

func TestEntriesOfTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counters")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	samples := []wire.Sample{{MonoNs: 1, Threads: 7}, {MonoNs: 2, Resident: unknown64, CRC: 99, Magic: 99}}
	c := Create(f)
	for _, s := range samples {
		if err := c.Append(s); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil || len(b) != len(samples)*wire.SampleBytes {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	for _, want := range samples {
		var got wire.Sample
		got.Decode(b)
		// By hand: the table of the format says where they are.
		crc := crc32.Checksum(b[:152], crc32.MakeTable(crc32.Castagnoli))
		if binary.LittleEndian.Uint32(b[152:]) != crc || !bytes.Equal(b[156:160], []byte("SAMP")) {
			t.Errorf("an entry ends with %x, expected crc %08x and SAMP", b[152:160], crc)
		}
		want.CRC, want.Magic = got.CRC, got.Magic
		if got != want {
			t.Errorf("got %+v, expected %+v", got, want)
		}
		b = b[wire.SampleBytes:]
	}
}

func TestAFileThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counters")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	c := Create(f)
	f.Close()
	if err := c.Append(wire.Sample{}); err == nil || c.offset != 0 {
		t.Errorf("%v, the next goes to %d", err, c.offset)
	}
}

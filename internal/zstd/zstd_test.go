package zstd_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"tracer/internal/zstd"
)

// noise returns n bytes that do not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(b)
	return b
}

// buffers are the shapes that the tests compress.
func buffers() map[string][]byte {
	return map[string][]byte{
		"nothing":            {},
		"one byte":           {7},
		"a line":             []byte("a line of text"),
		"text":               []byte(strings.Repeat("the quick brown fox jumps over the lazy dog\n", 3000)),
		"noise":              noise(100_000),
		"more than a window": append(noise(300_000), noise(300_000)...),
		"zeros":              make([]byte, 1<<20),
	}
}

func TestBuffersRoundTrip(t *testing.T) {
	e, d := zstd.NewEncoder(), zstd.NewDecoder()
	for range 2 { // both are reused
		for name, b := range buffers() {
			packed := e.Append([]byte("before"), b)
			if !bytes.HasPrefix(packed, []byte("before")) {
				t.Fatalf("%s: Append changed what was there", name)
			}
			got, err := d.Append([]byte("front"), packed[len("before"):], len(b))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if want := append([]byte("front"), b...); !bytes.Equal(got, want) {
				t.Errorf("%s: came back as %d other bytes", name, len(got))
			}
		}
	}
}

func TestOtherSizesAreErrors(t *testing.T) {
	b := []byte(strings.Repeat("hello ", 1000))
	packed := zstd.NewEncoder().Append(nil, b)
	d := zstd.NewDecoder()
	for _, size := range []int{-1, 0, 1, len(b) - 1, len(b) + 1, 10 * len(b)} {
		got, err := d.Append([]byte("front"), packed, size)
		if err == nil {
			t.Errorf("size %d: no error", size)
		}
		if string(got) != "front" {
			t.Errorf("size %d: %d bytes beside the error", size, len(got))
		}
	}
	if got, err := d.Append(nil, packed, len(b)); err != nil || !bytes.Equal(got, b) {
		t.Errorf("after the errors: %v", err)
	}
}

func TestCutAndChangedFramesAreNoPanic(t *testing.T) {
	b := []byte(strings.Repeat("hello world ", 50))
	packed := zstd.NewEncoder().Append(nil, b)
	d := zstd.NewDecoder()
	for i := range packed {
		if _, err := d.Append(nil, packed[:i], len(b)); err == nil {
			t.Errorf("cut to %d of %d bytes: no error", i, len(packed))
		}
		for bit := range 8 {
			changed := bytes.Clone(packed)
			changed[i] ^= 1 << bit
			if got, err := d.Append(nil, changed, len(b)); err == nil && len(got) != len(b) {
				t.Errorf("byte %d changed: %d bytes without an error", i, len(got))
			}
		}
	}
}

// claims are frames that promise much and hold little.
var claims = map[string][]byte{
	"content of 2^60 bytes":        {0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x48, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0},
	"one segment of 2^60 bytes":    {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0},
	"one segment of 64 MiB":        {0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 4, 1, 0, 0},
	"a window of 64 MiB":           {0x28, 0xb5, 0x2f, 0xfd, 0x00, 16 << 3, 1, 0, 0},
	"a window of a terabyte":       {0x28, 0xb5, 0x2f, 0xfd, 0x00, 30 << 3, 1, 0, 0},
	"a run of 128 KiB, many times": append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3}, bytes.Repeat([]byte{0x02, 0x00, 0x10, 'a'}, 1000)...),
}

func TestClaimsCostNoMemory(t *testing.T) {
	const constant = 8 << 20
	d := zstd.NewDecoder()
	for name, frame := range claims {
		for _, size := range []int{0, 100} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := d.Append(nil, frame, size); size > 0 && err == nil {
				t.Errorf("%s: no error", name)
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > constant {
				t.Errorf("%s: took %d bytes for %d", name, took, size)
			}
		}
	}
}

func TestEncoderIsSmall(t *testing.T) {
	const most = 4 << 20
	b := append(noise(500_000), make([]byte, 500_000)...)
	dst := make([]byte, 0, 2*len(b))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e := zstd.NewEncoder()
	for range 10 {
		e.Append(dst, b)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("took %d bytes, at most %d are due", took, most)
	}
}

func TestStreamsRoundTrip(t *testing.T) {
	for name, b := range buffers() {
		var file bytes.Buffer
		w, err := zstd.NewWriter(&file)
		if err != nil {
			t.Fatal(err)
		}
		for rest := b; len(rest) > 0; {
			n := min(1000, len(rest))
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r, err := zstd.NewReader(&file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %d bytes came back, expected %d: %v", name, len(got), len(b), err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: close: %v", name, err)
		}
	}
}

func TestStreamsThatNeedMuchAreErrors(t *testing.T) {
	for name, frame := range claims {
		if !strings.Contains(name, "terabyte") && !strings.Contains(name, "2^60") {
			continue
		}
		r, err := zstd.NewReader(bytes.NewReader(frame))
		if err != nil {
			continue
		}
		if n, err := io.Copy(io.Discard, r); err == nil {
			t.Errorf("%s: %d bytes without an error", name, n)
		}
		_ = r.Close()
	}
}

func FuzzDecoder(f *testing.F) {
	e := zstd.NewEncoder()
	for _, b := range buffers() {
		if len(b) < 10_000 {
			f.Add(e.Append(nil, b), len(b))
		}
	}
	for _, frame := range claims {
		f.Add(frame, 100)
	}
	d := zstd.NewDecoder()
	f.Fuzz(func(t *testing.T, src []byte, size int) {
		size = min(size, 1<<20)
		got, err := d.Append(nil, src, size)
		if (err == nil) != (len(got) == size && size >= 0) && size != 0 {
			t.Fatalf("%d bytes and error %v, expected %d", len(got), err, size)
		}
	})
}

func BenchmarkEncoder(b *testing.B) {
	for _, size := range []int{100, 10_000, 1_000_000} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			src := []byte(strings.Repeat("the quick brown fox jumps over the lazy dog\n", size/44+1))[:size]
			e := zstd.NewEncoder()
			var dst []byte
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				dst = e.Append(dst[:0], src)
			}
		})
	}
}

package cli

import "testing"

func TestSize(t *testing.T) {
	tests := map[string]size{
		"1": 1, "500MB": 500_000_000, "64GiB": 64 << 30, "64 gib": 64 << 30,
		"": 0, "0": 0, "-1": 0, "much": 0, "1e30": 0, "9EB": 9_000_000_000_000_000_000, "16EiB": 0,
	}
	for text, want := range tests {
		var s size
		if err := s.Set(text); s != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v, expected %d", text, s, err, want)
		}
	}
}

func TestArchiveName(t *testing.T) {
	tests := map[string]string{
		"x.trace.tar.zst": "x", "a/b/x.trace.tar.zst": "x", "x.tar.zst": "x", "x.tar": "x", "x": "x", "x.y.zst": "x.y",
		".trace.tar.zst": "unpacked", "..": "unpacked", ".": "unpacked", "-.zst": "-",
	}
	for file, want := range tests {
		if got := archiveName(file); got != want {
			t.Errorf("%q is %q, expected %q", file, got, want)
		}
	}
}

package pyabi

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFindProbesEveryInterpreterOnce(t *testing.T) {
	found := Find()
	if len(found) == 0 {
		t.Skip("no Python on this machine")
	}
	seen := map[string]bool{}
	for _, i := range found {
		t.Logf("%s at %s, traceable: %v", i, i.Path, i.Supported() == nil)
		if i.Major < 2 || i.Executable == "" || seen[realPath(i.Executable)] {
			t.Errorf("unexpected %+v", i)
		}
		seen[realPath(i.Executable)] = true
	}
}

func TestProbeOfWhatIsNoPython(t *testing.T) {
	script := filepath.Join(t.TempDir(), "python3")
	for name, content := range map[string]string{
		"one that fails":            "#!/bin/sh\necho broken >&2; exit 3\n",
		"one that says other words": "#!/bin/sh\necho hello\n",
	} {
		if err := os.WriteFile(script, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
		if i, err := Probe(script); err == nil {
			t.Errorf("%s: probed as %+v", name, i)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func TestSupported(t *testing.T) {
	for answer, want := range map[string]bool{
		"cpython\n3.11.7\n0\n/p":   false,
		"cpython\n3.12.0\n0\n/p":   true,
		"cpython\n3.15.0b1\n0\n/p": true,
		"cpython\n3.16.0a1\n0\n/p": false,
		"cpython\n3.14.0\n1\n/p":   false,
		"cpython\n2.7.18\n0\n/p":   false,
		"pypy\n3.12.0\n0\n/p":      false,
	} {
		i, err := parse("p", answer)
		if err != nil {
			t.Fatal(err)
		}
		err = i.Supported()
		if (err == nil) != want {
			t.Errorf("%s: supported %v", i, err == nil)
		}
		var unsupported *UnsupportedError
		if err != nil && !errors.As(err, &unsupported) {
			t.Errorf("%s: %T", i, err)
		}
	}
	for _, answer := range []string{"", "a\nb\nc\nd", "cpython\n3.x.0\n0\n/p", "cpython\n3.12.0\n0"} {
		if i, err := parse("p", answer); err == nil {
			t.Errorf("%q parsed as %+v", answer, i)
		}
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestGeneratedFilesAreFresh(t *testing.T) {
	outputs := Outputs()
	if len(outputs) != 5 {
		t.Errorf("%d generated files, expected 5", len(outputs))
	}
	for name, want := range outputs {
		got, err := os.ReadFile(filepath.Join("../../..", filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the tables say; run: go generate ./internal/wire", name)
		}
	}
}

package sys

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWritableKnowsOfMappings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "raw")
	writer, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Truncate(4096); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if !Writable(reader) {
		t.Skip("this file system has no leases")
	}
	mapping, err := syscall.Mmap(int(writer.Fd()), 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	writer.Close()
	if !Writable(reader) {
		t.Log("a mapping alone does not count here (overlayfs)")
	}
	if err := syscall.Munmap(mapping); err != nil {
		t.Fatal(err)
	}
	if Writable(reader) {
		t.Error("writable by nobody")
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Error(err)
	}
}

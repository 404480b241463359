package cli

import (
	"context"
	"errors"
	"io"
	"testing"
)

func TestAReaderThatWaitsCanBeInterrupted(t *testing.T) {
	waiting, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	r := interruptibleReader(ctx, waiting)
	go writer.Write([]byte("begin"))
	b := make([]byte, 5)
	if _, err := io.ReadFull(r, b); string(b) != "begin" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	cancel()
	if n, err := r.Read(b); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

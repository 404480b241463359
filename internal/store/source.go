package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MaxSource bounds a source file that is kept or read.
const MaxSource = 64 << 20

// AddSource keeps a copy of a source file's content. The same content is kept once.
func (d *Dir) AddSource(content []byte) (Source, error) {
	sum := sha256.Sum256(content)
	s := Source{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}
	dir := filepath.Join(d.path, SourcesName)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return s, fmt.Errorf("keep source in %s: %w", dir, Cause(err))
	}
	if _, err := os.Lstat(filepath.Join(dir, s.SHA256)); err == nil {
		return s, nil
	}
	if err := writeFile(dir, s.SHA256, content); err != nil {
		return s, fmt.Errorf("keep source in %s: %w", dir, Cause(err))
	}
	return s, nil
}

// OpenSource reads the copy of a source file by the SHA-256 of its content, in
// lower-case hexadecimal, and checks it.
func (d *Dir) OpenSource(sha string) ([]byte, error) {
	if raw, err := hex.DecodeString(sha); err != nil || len(raw) != sha256.Size || hex.EncodeToString(raw) != sha {
		return nil, &NotTraceError{d.path, fmt.Sprintf("source %q is no SHA-256", sha)}
	}
	b, err := d.Read(MaxSource, SourcesName, sha)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != sha {
		return nil, &NotTraceError{filepath.Join(d.path, SourcesName, sha), "the content is not what its name says"}
	}
	return b, nil
}

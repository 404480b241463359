package store

import (
	"encoding/json"
	"fmt"
)

// maxManifest bounds manifest.json: the list of sources of a very large program
// is some megabytes.
const maxManifest = 64 << 20

// WriteManifest writes manifest.json, or puts a newer one in its place.
func (d *Dir) WriteManifest(m *Manifest) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write manifest of %s: %w", d.path, err)
	}
	if err := writeFile(d.path, ManifestName, append(b, '\n')); err != nil {
		return fmt.Errorf("write manifest of %s: %w", d.path, Cause(err))
	}
	return nil
}

// ReadManifest reads manifest.json.
func (d *Dir) ReadManifest() (*Manifest, error) {
	b, err := d.Read(maxManifest, ManifestName)
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("read manifest of %s: %w", d.path, err)
	}
	return &m, nil
}

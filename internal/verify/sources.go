package verify

import (
	"maps"
	"path"
	"slices"

	"tracer/internal/store"
	"tracer/internal/wire"
	"tracer/stringtable"
)

// maxSettings bounds the file settings: a module prefix is some bytes.
const maxSettings = 64 << 20

// checkTable tests the prefixes of a filter.
func checkTable(payload []byte) error {
	var r wire.TableRecord
	if err := r.Decode(payload); err != nil {
		return err
	}
	_, err := stringtable.Open(r.Image)
	return err
}

// checkSettings tests what the controller told the agents.
func (v *verifier) checkSettings(l *log, files []store.File) {
	if !slices.ContainsFunc(files, func(f store.File) bool { return f.Path == store.SettingsName }) {
		return // of a trace that no agent has made
	}
	b, ok := v.read(l, maxSettings, store.SettingsName)
	if !ok {
		return
	}
	var h wire.SettingsHead
	if len(b) < wire.SettingsHeadBytes {
		l.damage(store.SettingsName, int64(len(b)), "the file ends here, expected a head of %d bytes", wire.SettingsHeadBytes)
		return
	}
	h.Decode(b)
	if h.Magic != wire.MagicSettings || h.Version != wire.Version || h.Measure > 1 {
		l.damage(store.SettingsName, 0, "magic %#x, version %d, expected %#x and %d", h.Magic, h.Version, wire.MagicSettings, wire.Version)
	}
	for at := wire.SettingsHeadBytes; at < len(b); {
		typ, payload, n, err := wire.NextRecord(b[at:])
		switch {
		case err != nil:
			l.problem(store.SettingsName, int64(at), err)
			return
		case n == 0:
			l.damage(store.SettingsName, int64(at), "the file ends within a record")
			return
		case typ == wire.TypeTable:
			if err := checkTable(payload); err != nil {
				l.damage(store.SettingsName, int64(at), "%v", err)
			}
		case typ != wire.TypePrefix || new(wire.PrefixRecord).Decode(payload) != nil:
			l.damage(store.SettingsName, int64(at), "record of type %d, expected a table of prefixes", typ)
		}
		at += n
	}
}

// checkSources tests that each copy of a source file is what its name says, and that
// those in the manifest are there.
func (v *verifier) checkSources(l *log, files []store.File) {
	kept := map[string]int64{}
	for _, f := range files {
		dir, sha := path.Split(f.Path)
		if dir != store.SourcesName+"/" {
			continue
		}
		kept[sha] = f.Info.Size()
		if _, err := v.dir.OpenSource(sha); err != nil {
			l.damage(f.Path, -1, "%v", err)
		} else {
			v.result.Sources++
		}
		v.step(f.Info.Size())
	}
	if v.manifest == nil {
		return
	}
	for _, file := range slices.Sorted(maps.Keys(v.manifest.Sources)) {
		s := v.manifest.Sources[file]
		size, ok := kept[s.SHA256]
		switch {
		case !ok:
			l.damage(store.ManifestName, -1, "the copy %q of %s is not there", s.SHA256, file)
		case size != s.Size:
			l.damage(store.ManifestName, -1, "the copy of %s has %d bytes, expected %d", file, size, s.Size)
		}
	}
}

// Package policy holds the rules of the tree that a compiler does not check. The
// tests parse every file, so that they see every system's half, and are not
// fooled by the test cache.
package policy

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the prefix of the project's own import paths.
const module = "tracer/"

// rooms says what each room may import of the project: itself and what is below
// it is always allowed where named. A room that is not here fails the test.
var rooms = map[string][]string{
	"cmd/tracer":                            {"internal/cli"},
	"internal/cli":                          {"trace", "internal/store", "internal/wire", "internal/filter", "internal/render", "internal/highlight", "internal/analyze", "internal/export", "internal/launch", "internal/session", "internal/drain", "internal/archive", "internal/verify", "internal/pyabi", "internal/config", "internal/doctor", "internal/sys", "perfecthash"},
	"internal/wire":                         {},
	"internal/wire/gen":                     {"internal/wire", "stringtable"},
	"internal/wire/twin":                    {"internal/wire"},
	"internal/sys":                          {},
	"internal/zstd":                         {},
	"internal/names":                        {"internal/wire"},
	"internal/replay":                       {"internal/wire", "internal/names"},
	"internal/segment":                      {"internal/wire", "internal/zstd"},
	"internal/summary":                      {"internal/wire", "internal/zstd", "internal/names", "internal/replay"},
	"internal/store":                        {"internal/sys", "internal/wire"},
	"internal/archive":                      {"internal/store", "internal/zstd"},
	"internal/verify":                       {"internal/store", "internal/wire", "internal/zstd", "internal/names", "internal/replay", "internal/segment", "internal/summary", "stringtable"},
	"internal/drain":                        {"internal/wire", "internal/sys", "internal/store", "internal/names", "internal/replay", "internal/segment", "internal/summary", "internal/zstd"},
	"internal/sample":                       {"internal/wire", "internal/sys"},
	"internal/config":                       {},
	"internal/filter":                       {"stringtable"},
	"internal/pyabi":                        {},
	"internal/launch":                       {"internal/sys", "internal/pyabi"},
	"internal/doctor":                       {"internal/sys", "internal/pyabi", "internal/render"},
	"internal/doctor/trial":                 {"internal/sys", "internal/pyabi", "internal/launch", "internal/session", "internal/wire", "trace", "internal/analyze/profile", "internal/doctor"},
	"internal/launch/launchtest":            {"internal/sys", "internal/pyabi", "internal/launch"},
	"internal/session":                      {"internal/wire", "internal/store", "internal/sys", "internal/names", "internal/drain", "internal/sample", "internal/launch", "internal/pyabi", "internal/filter", "stringtable"},
	"trace":                                 {"internal/wire", "internal/store", "internal/names", "internal/replay", "internal/segment", "internal/summary", "internal/zstd"},
	"trace/tracetest":                       {"internal/wire", "internal/store", "internal/wire/twin", "internal/drain", "trace"},
	"internal/analyze/profile":              {"trace", "internal/wire", "internal/analyze/query", "internal/analyze/rounding"},
	"internal/analyze/query":                {"trace", "internal/wire", "internal/filter"},
	"internal/analyze/rounding":             {"trace"},
	"internal/analyze/distribution":         {"trace", "internal/wire", "internal/analyze/query", "internal/analyze/rounding"},
	"internal/analyze/tree":                 {"trace", "internal/wire", "internal/analyze/query", "internal/analyze/rounding"},
	"internal/analyze/advise":               {"trace", "internal/wire", "internal/analyze/query", "internal/analyze/tree", "internal/analyze/distribution"},
	"internal/analyze/diff":                 {"trace", "internal/wire", "internal/analyze/profile", "internal/analyze/distribution"},
	"internal/export":                       {"trace", "internal/wire", "internal/store", "internal/analyze/query"},
	"internal/export/settle":                {},
	"internal/export/statements":            {},
	"internal/export/calls":                 {"trace", "internal/wire", "internal/analyze/query", "internal/analyze/rounding", "internal/export/settle"},
	"internal/export/stacks":                {"trace", "internal/wire", "internal/analyze/query", "internal/analyze/tree", "internal/export/settle"},
	"internal/export/lines":                 {"trace", "internal/wire", "internal/analyze/query", "internal/export/calls", "internal/export/statements"},
	"internal/export/exporttest":            {"trace", "trace/tracetest", "internal/store", "internal/analyze/profile", "internal/pyabi", "test/interpreters"},
	"internal/export/pprof":                 {"trace", "internal/analyze/tree", "internal/export/stacks"},
	"internal/export/speedscope":            {"trace", "internal/analyze/tree", "internal/export/stacks"},
	"internal/export/collapsed":             {"trace", "internal/analyze/tree", "internal/export/stacks"},
	"internal/export/otlp":                  {"trace", "internal/analyze/tree", "internal/export/stacks"},
	"internal/export/callgrind":             {"trace", "internal/export/calls"},
	"internal/export/pstats":                {"trace", "internal/export/calls"},
	"internal/export/lprof":                 {"trace", "internal/export/calls"},
	"internal/export/coverage":              {"trace", "internal/export/lines", "internal/export/statements"},
	"internal/export/lcov":                  {"trace", "internal/export/lines"},
	"internal/export/cobertura":             {"trace", "internal/export/lines"},
	"internal/export/timeline":              {"trace", "internal/wire", "internal/analyze/query"},
	"internal/export/timeline/timelinetest": {"trace", "trace/tracetest", "internal/wire", "internal/store", "internal/filter", "internal/analyze/query", "internal/export/timeline"},
	"internal/export/perfetto":              {"trace", "internal/wire", "internal/analyze/query", "internal/export/timeline"},
	"internal/export/chrome":                {"trace", "internal/wire", "internal/analyze/query", "internal/export/timeline"},
	"internal/export/firefox":               {"trace", "internal/wire", "internal/analyze/query", "internal/export/timeline"},
	"internal/export/events":                {"trace", "internal/wire", "internal/analyze/query", "internal/export/timeline"},
	"internal/render":                       {},
	"internal/highlight":                    {},
	"perfecthash":                           {},
	"stringtable":                           {},
	"stringtable/bench":                     {"stringtable"},
	"python":                                {"internal/pyabi", "internal/launch"},
	"bench":                                 {"internal/analyze", "internal/export", "internal/pyabi", "test/interpreters", "internal/store", "internal/wire", "internal/segment", "internal/summary", "internal/drain", "trace"},
	"test":                                  {"trace", "internal/wire", "internal/wire/twin", "internal/store", "internal/pyabi", "test/interpreters", "internal/analyze", "internal/drain", "internal/verify"},
}

// homes says where each third-party module may be imported.
var homes = map[string][]string{
	"github.com/spf13/cobra":                    {"internal/cli"},
	"github.com/spf13/pflag":                    {"internal/cli", "internal/launch"},
	"github.com/jedib0t/go-pretty":              {"internal/render"},
	"github.com/alecthomas/chroma":              {"internal/highlight"},
	"golang.org/x/term":                         {"internal/render"},
	"github.com/dustin/go-humanize":             {"internal/render", "internal/cli"},
	"golang.org/x/sys":                          {"internal/sys", "stringtable"},
	"github.com/fsnotify/fsnotify":              {"internal/sys"},
	"github.com/klauspost/compress":             {"internal/zstd"},
	"github.com/prometheus/procfs":              {"internal/sample"},
	"github.com/pelletier/go-toml":              {"internal/config"},
	"github.com/rogpeppe/go-internal":           {"internal/cli", "test"},
	"google.golang.org/protobuf":                {"internal/export"},
	"github.com/google/pprof":                   {"internal/export/pprof"}, // reads, in tests
	"go.opentelemetry.io/proto/otlp":            {"internal/export/otlp"},  // reads, in tests
	"github.com/aymanbagabas/go-udiff":          {"internal/analyze/diff"},
	"gonum.org/v1/gonum":                        {"internal/analyze/diff"},
	"github.com/armon/go-radix":                 {"stringtable/bench"},
	"github.com/hashicorp/go-immutable-radix":   {"stringtable/bench"},
	"github.com/petar-dambovaliev/aho-corasick": {"stringtable/bench"},
	"github.com/DataDog/sketches-go":            {"internal/analyze/distribution"},
	"github.com/creack/pty":                     {"internal/launch", "internal/cli", "test"},
}

// file is a parsed source file of the tree.
type file struct {
	path    string // below the root, with slashes
	imports []string
}

// sources returns every Go file of the tree.
func sources(t *testing.T) []file {
	root := filepath.Join("..", "..")
	var files []file
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base == ".git" || base == "bin" || base == "build" || base == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		f := file{path: filepath.ToSlash(rel)}
		for _, spec := range parsed.Imports {
			value, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, value)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// roomOf returns the longest room that holds the folder.
func roomOf(folder string) (string, bool) {
	for at := folder; at != "." && at != "/"; at = path.Dir(at) {
		if _, ok := rooms[at]; ok {
			return at, true
		}
	}
	return "", false
}

// within reports whether folder is one of the roots or below one.
func within(folder string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return folder == root || strings.HasPrefix(folder, root+"/")
	})
}

func TestRoomsImportOnlyWhatIsBelowThem(t *testing.T) {
	checked := 0
	for _, f := range sources(t) {
		folder := path.Dir(f.path)
		room, ok := roomOf(folder)
		if !ok {
			t.Errorf("%s: the folder is no room yet: say in this test what it may import", f.path)
			continue
		}
		for _, imported := range f.imports {
			target, own := strings.CutPrefix(imported, module)
			if !own {
				continue
			}
			checked++
			allowed := append([]string{room}, rooms[room]...)
			if strings.HasSuffix(f.path, "_test.go") {
				allowed = append(allowed, "internal/analyze", "internal/filter", "internal/wire/twin", "trace/tracetest", "internal/wire", "internal/store", "test/interpreters", "internal/pyabi", "internal/launch/launchtest", "internal/export/exporttest")
			}
			if !within(target, allowed) {
				t.Errorf("%s imports %s, which %s may not", f.path, target, room)
			}
		}
	}
	if checked < 50 {
		t.Errorf("looked at %d imports: the test does not see the tree", checked)
	}
}

// The halves meet only in the format, the directory and the command line.
func TestWritingAndReadingHalvesAreApart(t *testing.T) {
	writing := []string{"internal/session", "internal/drain", "internal/sample", "internal/launch", "internal/pyabi"}
	reading := []string{"trace", "internal/analyze", "internal/render"}
	for room, allowed := range rooms {
		if within(room, []string{"internal/cli", "test", "bench", "trace/tracetest"}) {
			continue
		}
		for _, target := range allowed {
			if within(room, writing) && within(target, reading) || within(room, reading) && within(target, writing) {
				t.Errorf("room %s may import %s: the halves must not meet", room, target)
			}
		}
	}
}

func TestThirdPartyModulesHaveOneHome(t *testing.T) {
	for _, f := range sources(t) {
		for _, imported := range f.imports {
			if !strings.Contains(strings.Split(imported, "/")[0], ".") {
				continue
			}
			known := false
			for home, folders := range homes {
				if imported != home && !strings.HasPrefix(imported, home+"/") {
					continue
				}
				known = true
				if !within(path.Dir(f.path), folders) {
					t.Errorf("%s imports %s, whose home is %s", f.path, imported, strings.Join(folders, ", "))
				}
			}
			if !known {
				t.Errorf("%s imports %s, which has no home yet: say in this test where it may be used", f.path, imported)
			}
		}
	}
}

func TestSourceFilesAreShort(t *testing.T) {
	const most = 500
	extensions := []string{".go", ".c", ".h", ".py", ".sh"}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "bin" || d.Name() == "build") {
			return filepath.SkipDir
		}
		if d.IsDir() || !slices.Contains(extensions, filepath.Ext(name)) || strings.Contains(name, "_gen.go") || strings.Contains(name, "agent/gen/") {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if lines := strings.Count(string(content), "\n"); lines > most {
			t.Errorf("%s has %d lines, more than %d: it is more than one idea", name, lines, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// goldens are the command lines whose output is kept, each in a file that is
// named after it.
var goldens = []string{
	"report",
	"report --color always",
	"report --raw",
	"report --raw --sort total --format csv --limit 3",
	"report --sort calls --limit 2",
	"report --only util",
	"report --format json",
	"report --format csv --limit 3",
	"report --by line",
	"report --by line --color always --limit 3",
	"report --by line --sort hits --format json",
	"report --by line --skip util --sort total --format csv",
	"report --by module",
	"report --by module --format json",
	"report --by file",
	"report --by file --format csv",
	"report --by thread",
	"report --by thread --format json",
	"report --by thread --raw",
	"report --by process",
	"report --by process --format csv",
	"report --tree",
	"report --tree --color always --limit 4",
	"report --tree --raw --by line",
	"report --tree --min-share 20% --format json",
	"report --tree --by line --only util --format json",
	"report --spread",
	"report --spread --by line --raw",
	"report --spread --sort total --limit 2 --format json",
	"report --spread --by line --format csv",
	"report --outliers --function load --function util.slow",
	"report --outliers --function slow --format json",
	"report --outliers --function slow --format csv",
	"report --trend --function main",
	"report --trend --function load --format json",
	"report --trend --by line --function load --format csv",
	"report --callers util.slow --by line",
	"report --callers slow --format json",
	"report --callees load",
	"report --callees util.parse --by line --min-share 0",
	"annotate app.py",
	"annotate app.py --color always",
	"annotate app.py --raw --context 0",
	"annotate util --format json",
	"annotate util.py --format csv --context 0",
	"annotate app.py --context 0",
	"events",
	"events --color always --limit 8",
	"events --thread 102 --format json",
	"events --from 29ms --to 33ms",
	"export --list",
	"export --as collapsed --lines -o -",
	"export --as collapsed --by-thread --raw -o -",
	"export --as speedscope -o -",
	"export --as callgrind -o -",
	"export --as coverage -o -",
	"export --as lcov -o -",
	"export --as cobertura -o -",
	"info",
	"info --format json",
	"list",
	"list --format json",
}

func TestGolden(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	local := time.Local
	time.Local = time.UTC
	defer func() { time.Local = local }()
	if err := makeTrace("testdata/traces/batch"); err != nil {
		t.Fatal(err)
	}
	for _, line := range goldens {
		t.Run(line, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := Run(IO{Out: &out, Err: &errs}, strings.Fields(line)); code != 0 || errs.Len() > 0 {
				t.Fatalf("exit %d, %s", code, errs.String())
			}
			got := strings.ReplaceAll(out.String(), state, "$STATE")
			path := filepath.Join("testdata", "golden", strings.ReplaceAll(line, " ", "_")+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
			}
		})
	}
}

package conformance

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated parts of docs/conformance.md anew")

// The page's lists are made of what the tests run by, so that they cannot differ.
func TestThePageListsWhatIsRunAndKnown(t *testing.T) {
	known, err := readKnown("known.json")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "docs", "conformance.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := string(page)
	for part, text := range map[string]string{"modules": moduleList(), "exceptions": exceptionList(known)} {
		want, err = replacePart(want, part, text)
		if err != nil {
			t.Fatal(err)
		}
	}
	if want == string(page) {
		return
	}
	if !*update {
		t.Fatal("docs/conformance.md is not that of suite.go and known.json: go test ./test/conformance -run Page -update")
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func replacePart(page, part, text string) (string, error) {
	begin, end := "<!-- "+part+" -->\n", "<!-- end of "+part+" -->\n"
	before, rest, ok1 := strings.Cut(page, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return "", fmt.Errorf("docs/conformance.md has no part %q", part)
	}
	return before + begin + text + end + after, nil
}

func moduleList() string {
	var quick, slow []string
	for _, m := range modules {
		short := "`" + strings.TrimPrefix(m.name, "test_") + "`"
		if m.slow {
			slow = append(slow, short)
		} else {
			quick = append(quick, short)
		}
	}
	return "* in `make test` and `make conformance`: " + strings.Join(quick, ", ") + "\n" +
		"* only in `make conformance`: " + strings.Join(slow, ", ") + "\n"
}

func exceptionList(known []Known) string {
	var b strings.Builder
	b.WriteString("| tests | versions | why |\n|---|---|---|\n")
	for _, k := range known {
		versions := "all"
		if len(k.Pythons) > 0 {
			versions = strings.Join(k.Pythons, " ")
		}
		var tests []string
		for _, pattern := range k.Tests {
			tests = append(tests, "`"+pattern+"`")
		}
		var marks []string
		if k.AnyTool {
			marks = append(marks, "*any tool*")
		}
		if k.NotRun {
			marks = append(marks, "*not run*")
		}
		if k.Sometimes {
			marks = append(marks, "*at times*")
		}
		why := strings.TrimSpace(k.Reason + " " + strings.Join(marks, ", "))
		fmt.Fprintf(&b, "| **%s**: %s | %s | %s |\n", k.Module, strings.Join(tests, ", "), versions, why)
	}
	return b.String()
}

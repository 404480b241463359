package launch

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxShebang is how much of a #! line Linux reads (BINPRM_BUF_SIZE).
const maxShebang = 256

// shebang returns the words of a script's #! line, or nil.
func shebang(path string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, maxShebang)
	n, _ := f.Read(b)
	line, ok := bytes.CutPrefix(b[:n], []byte("#!"))
	if !ok {
		return nil
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	words := strings.Fields(string(line))
	// env passes on its last word, or several with -S.
	if len(words) > 1 && filepath.Base(words[0]) == "env" {
		words = slices.DeleteFunc(words[1:], func(w string) bool { return w == "-S" })
	}
	return words
}

// pythonName is what interpreters are called.
var pythonName = regexp.MustCompile(`^(python|pypy)[0-9.]*[dt]?(\.exe)?$`)

func namesPython(words []string) bool {
	return len(words) > 0 && pythonName.MatchString(filepath.Base(words[0]))
}

// KeptOut returns the option with which the command visibly makes Python ignore
// the environment or leave out site (-I, -E, -S), which keeps the loader out,
// or "". It looks at the command line and at a script's #! line.
func (c *Command) KeptOut() string {
	words := append([]string{c.Path}, c.Argv[1:]...)
	if !namesPython(words) && !namesPython(c.Argv) {
		if words = shebang(c.Path); !namesPython(words) {
			return ""
		}
	}
	kept, _ := pythonOptions(words[1:])
	return kept
}

// pythonOptions takes the options of the interpreter off its arguments. The
// first one that keeps the loader out is kept; program begins with the script,
// with -m or with -c.
func pythonOptions(words []string) (kept string, program []string) {
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--check-hash-based-pycs" {
			i++
			continue
		}
		if len(word) < 2 || word[0] != '-' || word[1] == '-' {
			return kept, words[i:]
		}
		for at, letter := range word[1:] {
			rest := word[at+2:]
			switch letter {
			case 'I', 'E', 'S':
				if kept == "" {
					kept = "-" + string(letter)
				}
				continue
			case 'c', 'm':
				if rest == "" {
					return kept, append([]string{"-" + string(letter)}, words[i+1:]...)
				}
				return kept, append([]string{"-" + string(letter), rest}, words[i+1:]...)
			case 'W', 'X', 'Q': // their value is the rest, or the next word
				if rest == "" {
					i++
				}
			default:
				continue
			}
			break
		}
	}
	return kept, nil
}

// programName returns what to call the program of a command line.
func programName(argv []string) string {
	if !namesPython(argv) {
		return filepath.Base(argv[0])
	}
	_, program := pythonOptions(argv[1:])
	switch {
	case len(program) == 0:
		return filepath.Base(argv[0])
	case program[0] == "-c":
		return "command"
	case program[0] == "-":
		return "stdin"
	case program[0] == "-m" && len(program) > 1:
		return program[1]
	}
	return filepath.Base(program[0])
}

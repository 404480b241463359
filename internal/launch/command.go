package launch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Command is a program that can be started.
type Command struct {
	Path string   // the file to execute
	Argv []string // its arguments; Argv[0] is as a shell would give it
	Name string   // what to call the program: a script, a module, a command
}

// Resolve finds out what to start for the arguments that follow the flags of
// tracer run. An empty python is the first of python3 and python on the PATH.
//
//	-m MODULE …, -c CODE …, - …    the interpreter with these arguments
//	FILE.py …, DIR …               the interpreter with these; .pyw and .pyz too,
//	                               and a directory that has a __main__.py
//	COMMAND …                      a command as a shell finds it
//
// A command and a python are only both given when the command is a script that
// begins with a #! line for Python: python then runs it.
func Resolve(args []string, python string) (*Command, error) {
	if len(args) == 0 {
		return nil, errors.New("run: a program is missing, for example: tracer run app.py")
	}
	word := args[0]
	switch {
	case word == "-m" || word == "-c":
		if len(args) == 1 {
			return nil, fmt.Errorf("run %s: a %s is missing after it", word, map[string]string{"-m": "module", "-c": "program text"}[word])
		}
		return interpreted(python, args)
	case word == "-" || strings.HasPrefix(word, "-m") || strings.HasPrefix(word, "-c"):
		return interpreted(python, args)
	}
	script, err := isScript(word)
	if err != nil {
		return nil, err
	}
	if script {
		return interpreted(python, args)
	}
	return command(args, python)
}

// isScript reports whether word is to be run by the interpreter: a file with
// one of Python's suffixes or a directory that Python can run. A word without
// a slash that is also a command on the PATH is that command.
func isScript(word string) (bool, error) {
	info, err := os.Stat(word)
	onPath := func() bool {
		_, err := lookPath(word)
		return err == nil && !strings.Contains(word, "/")
	}
	suffix := slices.Contains([]string{".py", ".pyw", ".pyz"}, filepath.Ext(word))
	switch {
	case suffix && err != nil:
		if onPath() {
			return false, nil
		}
		return false, runError(word, err)
	case err != nil:
		return false, nil
	case info.IsDir():
		if onPath() {
			return false, nil
		}
		if _, err := os.Stat(filepath.Join(word, "__main__.py")); err != nil {
			return false, fmt.Errorf("run %s: is a directory without a __main__.py", word)
		}
		return true, nil
	case !suffix:
		return false, nil
	}
	f, err := os.Open(word)
	if err != nil {
		return false, runError(word, err)
	}
	return true, f.Close()
}

func runError(word string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("run %s: no such file", word)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("run %s: %w", word, fs.ErrPermission)
	}
	return fmt.Errorf("run: %w", err)
}

func interpreted(python string, args []string) (*Command, error) {
	word, path, err := Interpreter(python)
	if err != nil {
		return nil, err
	}
	name := programName(append([]string{"python"}, args...))
	return &Command{path, append([]string{word}, args...), name}, nil
}

func command(args []string, python string) (*Command, error) {
	word := args[0]
	path, err := lookPath(word)
	switch {
	case err != nil && strings.Contains(word, "/"):
		return nil, runError(word, err)
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("run %s: no such command on the PATH, and no such file", word)
	case err != nil:
		return nil, runError(word, err)
	}
	if python == "" {
		return &Command{path, args, programName(args)}, nil
	}
	if !namesPython(shebang(path)) {
		return nil, fmt.Errorf("run %s: --python is for Python files and modules, and this is another program", word)
	}
	return interpreted(python, append([]string{path}, args[1:]...))
}

// Interpreter finds a Python by path or by name on the PATH; an empty one is
// the default. The word is what to call it by.
func Interpreter(python string) (word, path string, err error) {
	names := []string{"python3", "python"}
	if python != "" {
		names = []string{python}
	}
	for _, word = range names {
		if path, err = lookPath(word); err == nil {
			return word, path, nil
		}
	}
	if python == "" {
		return "", "", errors.New("find Python: neither python3 nor python is on the PATH; name one with --python")
	}
	if strings.Contains(python, "/") && !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("find Python: %s is not an executable file", python)
	}
	return "", "", fmt.Errorf("find Python: there is no %s", python)
}

// lookPath finds a command as a shell does, in the current directory too where
// the PATH names it.
func lookPath(word string) (string, error) {
	path, err := exec.LookPath(word)
	if errors.Is(err, exec.ErrDot) {
		err = nil
	}
	return path, err
}

// Package statements finds the statements in the text of a Python file, without a Python: what
// could have run, and what did not. A trace names the code that ran, but neither
// functions that were never called nor which lines of a function are statements.
//
// Statements are told as coverage.py tells them: by their first line, without docstrings and
// without those that are no code (global, nonlocal, a lone else: or finally:, the mere
// annotation of a local variable), and those are marked that its default patterns exclude
// ("# pragma: no cover"). What the compiler leaves out because it can never run is
// counted here: that is known to it alone.
package statements

import "strings"

// File is what a text has.
type File struct {
	Statements []Statement // by line
	Functions  []Function  // by line

	first []int32 // by line, from 1 on: the first line of the statement that it is in, or 0
}

// Statement is a statement, or the first line of one that has a block.
type Statement struct {
	Line, End int  // its first and last line
	Excluded  bool // a comment says not to count it, or it stands in such a block
}

// Function is a function or a class.
type Function struct {
	Name     string // qualified, without "<locals>"
	Class    bool
	Line     int // of the def or class
	First    int // of its first decorator, or Line
	Body     int // of the first statement in it, or Line
	End      int // of its last statement
	Parent   int // the one that it stands in: its number in File.Functions, or -1
	Excluded bool
}

// First returns the first line of the statement that a line is in; a line that is in
// none is its own.
func (f *File) First(line int) int {
	if line > 0 && line < len(f.first) && f.first[line] > 0 {
		return int(f.first[line])
	}
	return line
}

// Find returns the statements of a text. Of what is no Python it finds something.
func Find(text string) *File {
	text = strings.TrimPrefix(text, "\ufeff")
	all := scan(text)
	f := &File{first: make([]int32, strings.Count(text, "\n")+2)}
	for _, s := range all {
		for line := s.line; line <= s.end && line < len(f.first); line++ {
			f.first[line] = int32(s.line)
		}
	}
	b := blocks{file: f, excluded: f.excluded(text), fresh: true}
	for i := range all {
		b.statement(&all[i])
	}
	b.close(-1)
	b.exclude()
	return f
}

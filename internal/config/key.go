package config

import "strings"

// Kind is what the values of a key are.
type Kind int

// The kinds.
const (
	Text Kind = iota
	Bool
	Int
	Float
)

// Key is a flag.
type Key struct {
	Command string // the words after the program's name with dots between them; "" of all
	Name    string
	Kind    Kind
	Many    bool     // takes several values
	Words   []string // all there are, if it is one of some words
	// Personal: a project, which may be somebody else's, must not decide it.
	Personal bool
}

// String is the key as a file has it: run.max-size.
func (k Key) String() string { return dotted(k.Command, k.Name) }

// Variable is the name of the environment variable of the key.
func (k Key) Variable() string {
	return prefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(k.String()))
}

// expected says what values are right.
func (k Key) expected() string {
	switch n := len(k.Words); {
	case n > 1:
		return strings.Join(k.Words[:n-1], ", ") + " or " + k.Words[n-1]
	case k.Many && k.Kind == Text:
		return "a string or a list of strings"
	case k.Many:
		return "a list"
	}
	return map[Kind]string{Text: "a string", Bool: "true or false", Int: "an integer", Float: "a number"}[k.Kind]
}

func dotted(table, name string) string {
	if table == "" {
		return name
	}
	return table + "." + name
}

// id is what makes a key one.
type id struct{ command, name string }

// Schema is the keys there are.
type Schema struct {
	keys     map[id]Key
	tables   map[string]bool // the commands and their parents, dotted
	variable map[string]Key
}

// NewSchema makes a schema. Keys without a command are for all that share a flag.
func NewSchema(keys ...Key) *Schema {
	s := &Schema{map[id]Key{}, map[string]bool{}, map[string]Key{}}
	for _, k := range keys {
		s.keys[id{k.Command, k.Name}] = k
		s.variable[k.Variable()] = k
		for table := k.Command; table != ""; {
			s.tables[table] = true
			table = table[:max(0, strings.LastIndexByte(table, '.'))]
		}
	}
	return s
}

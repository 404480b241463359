package config

import "errors"

// State is what became of a file that is there.
type State string

// The states.
const (
	Read    State = "read"
	NoTable State = "no settings" // a pyproject.toml without [tool.tracer]
	Ignored State = "ignored"     // it must not hold
	Broken  State = "broken"
	Absent  State = "not there" // of the user's file only
)

// File is a file that was looked at.
type File struct {
	Path  string
	State State
	Why   string // it is ignored
}

// layer is where settings come from; the first that has a key holds.
type layer int

const (
	fromEnvironment layer = iota
	fromProject
	fromUser
	layers
)

// Config is what is set.
type Config struct {
	Files    []File // the project's, the nearest first, and the user's
	settings [layers]map[id]Setting
	errs     []error
}

// Load looks for settings. What is wrong is an error, of *Error joined; what is
// right is there.
func Load(p Place, s *Schema) (*Config, error) {
	c := &Config{}
	for i := range c.settings {
		c.settings[i] = map[id]Setting{}
	}
	c.environment(s, p.Environ)
	c.project(s, p)
	if p.User != "" {
		before := len(c.Files)
		if !c.file(s, p, fromUser, p.User) && len(c.Files) == before {
			c.Files = append(c.Files, File{Path: p.User, State: Absent})
		}
	}
	return c, errors.Join(c.errs...)
}

// Lookup returns what holds for a flag of a command. A word that is set for all
// commands holds for those that know it.
func (c *Config) Lookup(k Key) (Setting, bool) {
	for _, settings := range c.settings {
		if s, ok := settings[id{k.Command, k.Name}]; ok {
			return s, true
		}
		s, ok := settings[id{"", k.Name}]
		if ok && (len(s.Values) == 0 || k.has(s.Values[0])) {
			return s, true
		}
	}
	return Setting{}, false
}

func (c *Config) set(from layer, s Setting) {
	c.settings[from][id{s.Key.Command, s.Key.Name}] = s
}

// maxErrors is how many errors are told of at most.
const maxErrors = 50

func (c *Config) fail(err error) {
	if len(c.errs) < maxErrors {
		c.errs = append(c.errs, err)
	}
}

// broken notes a file of which nothing can be read.
func (c *Config) broken(path string, err error) {
	c.Files = append(c.Files, File{Path: path, State: Broken})
	c.fail(err)
}

package config

import (
	"os"
	"path/filepath"
)

// Place is what a search depends on. The zero Place has no files and no variables.
type Place struct {
	Dir     string   // where the search begins, absolute; "": there is none
	Home    string   // the last directory it looks at, if it comes there
	User    string   // the user's file; "": none
	Environ []string // as os.Environ has it
	Owners  []int    // whose files hold; nil: everybody's
}

// Here is the place of this process.
func Here() Place {
	p := Place{Environ: os.Environ(), Owners: owners()}
	// What is not known is not looked at.
	if dir, err := os.Getwd(); err == nil {
		p.Dir = dir
	}
	if home, err := os.UserHomeDir(); err == nil {
		p.Home = home
	}
	if dir, err := os.UserConfigDir(); err == nil {
		p.User = filepath.Join(dir, "tracer", "config.toml")
	}
	return p
}

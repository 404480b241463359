package config

import (
	"fmt"
	"strconv"
)

// Source is where a value comes from; none is the built-in default.
type Source struct {
	File     string
	Line     int // 1 is the first, 0 if it is not known
	Variable string
}

func (s Source) String() string {
	switch {
	case s.Variable != "":
		return s.Variable
	case s.File != "" && s.Line > 0:
		return s.File + ":" + strconv.Itoa(s.Line)
	case s.File != "":
		return s.File
	}
	return "default"
}

// Setting is a key that is set somewhere.
type Setting struct {
	Key    Key
	Values []string // one by one for the flag; none: the built-in default holds
	Source Source
}

// Error says what is wrong with a setting, or with a file.
type Error struct {
	Source Source
	Key    string // as it is written; "" if it is about all of the source
	Reason string
	Near   string // what may have been meant
}

// maxShown is how much of a key an error has room for.
const maxShown = 80

func (e *Error) Error() string {
	text := e.Source.String() + ": "
	if len(e.Key) > maxShown {
		text += e.Key[:maxShown] + "…: "
	} else if e.Key != "" {
		text += e.Key + ": "
	}
	text += e.Reason
	if e.Near != "" {
		text += fmt.Sprintf(", did you mean %s?", e.Near)
	}
	return text
}

package render

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// Mode says when there are colours.
type Mode string

// The modes.
const (
	Auto   Mode = "auto" // on a terminal, unless NO_COLOR is set
	Always Mode = "always"
	Never  Mode = "never"
)

// Screen is what is known about where text goes.
type Screen struct {
	Color bool
	Width int // columns, 0 if there is no limit
}

// NewScreen looks at w.
func NewScreen(w io.Writer, mode Mode) Screen {
	var s Screen
	file, ok := w.(*os.File)
	terminal := ok && term.IsTerminal(int(file.Fd()))
	if terminal {
		s.Width, _, _ = term.GetSize(int(file.Fd()))
	}
	s.Color = mode == Always ||
		mode == Auto && terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if s.Color {
		text.EnableColors() // decided here, not by the library's own look at the environment
	}
	return s
}

// Style is how a piece of text stands out. It is about meaning; the colours
// are the terminal's own sixteen, so that they are readable on its background.
type Style int

// The styles.
const (
	Plain Style = iota
	Dim
	Strong
	Warm // takes some of the time
	Hot  // takes much of the time
	Good
	Bad
	CodeKeyword
	CodeName
	CodeBuiltin
	CodeString
	CodeNumber
	CodeComment
)

func (s Style) colors() text.Colors {
	switch s {
	case Dim, CodeComment:
		return text.Colors{text.FgHiBlack}
	case Strong:
		return text.Colors{text.Bold}
	case Warm:
		return text.Colors{text.FgYellow}
	case Hot:
		return text.Colors{text.FgRed, text.Bold}
	case Good, CodeString:
		return text.Colors{text.FgGreen}
	case Bad:
		return text.Colors{text.FgRed}
	case CodeKeyword:
		return text.Colors{text.FgBlue}
	case CodeName:
		return text.Colors{text.FgCyan}
	case CodeBuiltin, CodeNumber:
		return text.Colors{text.FgMagenta}
	}
	return nil
}

// Paint returns s in a style, if the screen has colours.
func (sc Screen) Paint(style Style, s string) string {
	c := style.colors()
	if !sc.Color || c == nil || s == "" {
		return s
	}
	return c.Sprint(s)
}

// Clean returns s with what could move the cursor, colour or hide text made
// visible: names and sources of a trace are not to be trusted with a terminal.
func Clean(s string) string {
	if strings.IndexFunc(s, unsafe) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !unsafe(r):
			b.WriteRune(r)
		case r < 0x20:
			b.WriteRune('␀' + r) // the control pictures
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

func unsafe(r rune) bool {
	switch {
	case r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0: // C0, DEL, C1
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 // text that runs the other way
}

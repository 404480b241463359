package cli

import (
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/spf13/pflag"

	"tracer/internal/config"
	"tracer/internal/render"
)

// configData is what is set, as JSON has it.
type configData struct {
	Settings []configRow  `json:"settings"`
	Files    []configFile `json:"files"`
	Problems []string     `json:"problems"`
}

// configRow is a setting. The source is default, --FLAG, the name of a variable, or
// a file with a line.
type configRow struct {
	Key      string `json:"key"`
	Value    any    `json:"value"` // as TOML has it; null if there is no default
	Source   string `json:"source"`
	Variable string `json:"variable"` // that sets it, too
	words    string // the default as help has it
	isSet    bool
}

// configFile is a file that was looked at.
type configFile struct {
	Path  string `json:"path"`
	State string `json:"state"`
	Why   string `json:"why,omitempty"`
}

func newConfigRow(key config.Key, flag *pflag.Flag, s config.Setting) configRow {
	row := configRow{Key: key.String(), Source: s.Source.String(), Variable: key.Variable()}
	if row.isSet = len(s.Values) > 0; row.isSet {
		row.Value = typed(key, s.Values)
		return row
	}
	row.Value, row.words = defaultOf(key, flag), defaultWords(flag)
	return row
}

// typed returns values as JSON and TOML have them.
func typed(key config.Key, values []string) any {
	if key.Many {
		return values
	}
	text := values[0]
	switch key.Kind {
	case config.Bool:
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case config.Int:
		if n, err := strconv.ParseInt(text, 0, 64); err == nil {
			return n
		}
	case config.Float:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	}
	return text
}

// defaultOf is the built-in default of a flag; nil if there is none.
func defaultOf(key config.Key, flag *pflag.Flag) any {
	list, _ := flag.Value.(pflag.SliceValue)
	switch {
	case key.Many && list != nil && !flag.Changed:
		return append([]string{}, list.GetSlice()...)
	case key.Many:
		return []string{}
	case flag.DefValue == "" || defaultWords(flag) != "":
		return nil
	}
	return typed(key, []string{flag.DefValue})
}

// defaultWords is the default of a flag where only its help has it.
func defaultWords(flag *pflag.Flag) string {
	if found := regexp.MustCompile(`\(default ([^()]*)\)`).FindStringSubmatch(flag.Usage); found != nil {
		return found[1]
	}
	return ""
}

func (d *configData) write(w io.Writer, screen render.Screen, format string) error {
	if format == "json" {
		return render.JSONObject(w, d)
	}
	if len(d.Settings) > 0 {
		t := render.NewTable(screen, render.Column{Title: "KEY"}, render.Column{Title: "VALUE"}, render.Column{Title: "SOURCE"})
		for _, r := range d.Settings {
			style := render.Plain
			if !r.isSet && r.Source == "default" {
				style = render.Dim
			}
			t.Row(render.Cell{Text: r.Key, Style: render.Strong}, render.Cell{Text: r.text(), Style: style}, render.Cell{Text: r.Source, Style: style})
		}
		if err := t.Write(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	} else if _, err := fmt.Fprintln(w, "nothing is set; tracer config --all shows the defaults"); err != nil {
		return err
	}
	for _, f := range d.Files {
		why := ""
		if f.Why != "" {
			why = " (" + f.Why + ")"
		}
		if _, err := fmt.Fprintf(w, "%s: %s%s\n", f.State, render.Clean(f.Path), why); err != nil {
			return err
		}
	}
	return nil
}

func (r configRow) text() string {
	switch {
	case r.words != "":
		return r.words
	case r.Value == nil:
		return ""
	}
	return said(r.Value)
}

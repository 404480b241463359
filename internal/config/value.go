package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fromTOML returns the values of a key, or what is wrong with them.
func (k Key) fromTOML(v any) (values []string, reason string) {
	list, ok := v.([]any)
	if !ok || !k.Many {
		list = []any{v}
	}
	for _, one := range list {
		text, ok := k.text(one)
		if !ok || !k.has(text) {
			return nil, "expected " + k.expected() + ", got " + named(one)
		}
		if text != "" {
			values = append(values, text)
		}
	}
	return values, ""
}

// text is a value of TOML as the flag reads it.
func (k Key) text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, k.Kind == Text || v == ""
	case bool:
		return strconv.FormatBool(v), k.Kind == Bool
	case int64:
		return strconv.FormatInt(v, 10), k.Kind == Int || k.Kind == Float
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), k.Kind == Float
	}
	return "", false
}

// fromText does so for the value of a variable: each line is one.
func (k Key) fromText(text string) (values []string, reason string) {
	if !k.Many {
		values = []string{text}
	} else {
		values = strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	}
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	for _, v := range values {
		if !k.readable(v) || !k.has(v) {
			return nil, "expected " + k.expected() + ", got " + quoted(v)
		}
	}
	return values, ""
}

func (k Key) readable(text string) bool {
	var err error
	switch k.Kind {
	case Bool:
		_, err = strconv.ParseBool(text)
	case Int:
		_, err = strconv.ParseInt(text, 0, 64)
	case Float:
		_, err = strconv.ParseFloat(text, 64)
	}
	return err == nil
}

// has reports whether a value is one of the key's words, if it has any.
func (k Key) has(value string) bool {
	return value == "" || len(k.Words) == 0 || slices.Contains(k.Words, value)
}

// named says what a value is that is not right.
func named(v any) string {
	switch v := v.(type) {
	case string:
		return quoted(v)
	case bool, int64, float64:
		return fmt.Sprint(v)
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or a time"
}

// quoted puts a text into quotes, as much of it as an error has room for.
func quoted(text string) string {
	if len(text) > maxShown {
		return strconv.Quote(text[:maxShown]) + "…"
	}
	return strconv.Quote(text)
}

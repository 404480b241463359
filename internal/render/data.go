package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// JSON writes rows as an array, an object on each line.
func JSON[R any](w io.Writer, rows []R) error {
	if len(rows) == 0 {
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	var b bytes.Buffer
	for i, row := range rows {
		b.WriteString(map[bool]string{true: "[\n", false: ",\n"}[i == 0])
		if err := appendJSON(&b, row); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the encoder's newline
		if _, err := b.WriteTo(w); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n]\n")
	return err
}

// JSONLine writes one value on a line, as of NDJSON.
func JSONLine(w io.Writer, v any) error {
	var b bytes.Buffer
	if err := appendJSON(&b, v); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// JSONObject writes one object, indented.
func JSONObject(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func appendJSON(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// CSV writes rows, which are structs, under the names that JSON gives their fields.
func CSV[R any](w io.Writer, rows []R) error {
	out := csv.NewWriter(w)
	fields := jsonFields(reflect.TypeFor[R]())
	record := make([]string, len(fields))
	for i, f := range fields {
		record[i] = f.name
	}
	err := out.Write(record)
	for i := 0; i < len(rows) && err == nil; i++ {
		v := reflect.ValueOf(rows[i])
		for n, f := range fields {
			record[n] = csvText(v.Field(f.index))
		}
		err = out.Write(record)
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

type jsonField struct {
	name  string
	index int
}

func jsonFields(t reflect.Type) []jsonField {
	var fields []jsonField
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "-" && name != "" {
			fields = append(fields, jsonField{name, i})
		}
	}
	return fields
}

func csvText(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	return fmt.Sprint(v.Interface())
}

// Package render is how results look: tables, colours and units as text, and
// the same rows as JSON and CSV. It is the only importer of the table library.
package render

package profile

import "tracer/internal/wire"

// pageBits is the size of a page: 1024 locations.
const pageBits = 10

// page has the rows of neighbouring locations, 0 where none was met yet.
type page [1 << pageBits]uint32

// locations has the rows of a process's locations in two levels, so that it is as large as
// the code that ran, and not as the largest location that a trace claims to have.
type locations []*page

// noPage stands where no location was met. It is never written to.
var noPage page

func newLocations(end wire.Location) locations {
	l := make(locations, end>>pageBits+1)
	for i := range l {
		l[i] = &noPage
	}
	return l
}

// row returns the row of loc, 0 if none was set.
func (l locations) row(loc wire.Location) uint32 {
	return l[loc>>pageBits][loc&(1<<pageBits-1)]
}

func (l locations) set(loc wire.Location, row uint32) {
	p := &l[loc>>pageBits]
	if *p == &noPage {
		*p = new(page)
	}
	(*p)[loc&(1<<pageBits-1)] = row
}

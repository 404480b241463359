package summary

import "tracer/internal/wire"

// links are the calls that a thread has made, so that the tree of the process,
// which all threads share, is asked only once for each.
type links struct {
	tree  *Contexts
	hash  hash
	links []link // a hash table, at most half full
	used  int
	live  int    // that were used since the last Cut
	cut   uint32 // counts from 2 on
}

type link struct {
	node
	number uint32
	place  uint32 // in the builder's contexts
	cut    uint32 // when this place was given; 0: the link is free
}

func newLinks(tree *Contexts) links {
	return links{tree: tree, hash: newHash(), links: make([]link, 16), cut: 1}
}

// child returns the place of the context of a call from a context at this place.
func (b *Builder) child(parent uint32, site, code wire.Location) uint32 {
	l := b.links.find(node{b.contexts[parent].number, site, code})
	if l.cut != b.links.cut {
		l.cut = b.links.cut
		b.links.live++
		l.place = uint32(len(b.contexts))
		b.contexts = append(b.contexts, contextSum{number: l.number})
	}
	return l.place
}

func (t *links) find(n node) *link {
	i := t.slot(n)
	if t.links[i].cut == 0 {
		if t.used++; 2*t.used > len(t.links) {
			t.resize(2*len(t.links), 0)
			i = t.slot(n)
		}
		t.links[i] = link{node: n, number: t.tree.Child(n.parent, n.site, n.code), cut: t.cut - 1}
	}
	return &t.links[i]
}

// slot returns where the link n is, or the free place where it belongs.
func (t *links) slot(n node) int {
	i := t.hash.of(n, len(t.links))
	for t.links[i].cut != 0 && t.links[i].node != n {
		i = (i + 1) & (len(t.links) - 1)
	}
	return i
}

// next begins another stretch: places are given anew, and where most links were not
// used in the last one, these are forgotten.
func (t *links) next() {
	if t.used > 4*t.live+16 {
		size := 16
		for size < 4*t.live {
			size *= 2
		}
		t.used = t.live
		t.resize(size, t.cut)
	}
	t.live = 0
	t.cut++
}

// resize makes room for so many links and keeps those of the cut, or later.
func (t *links) resize(size int, cut uint32) {
	old := t.links
	t.links = make([]link, size)
	for _, l := range old {
		if l.cut != 0 && l.cut >= cut {
			t.links[t.slot(l.node)] = l
		}
	}
}

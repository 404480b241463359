module tracer/stringtable/bench

go 1.26.0

require (
	github.com/armon/go-radix v1.0.0
	github.com/hashicorp/go-immutable-radix/v2 v2.1.0
	github.com/petar-dambovaliev/aho-corasick v0.0.0-20250424160509-463d218d4745
	golang.org/x/sys v0.49.0
	tracer v0.0.0
)

require github.com/hashicorp/golang-lru/v2 v2.0.0 // indirect

replace tracer => ../..

package sys

// Space is how much a file system holds, in bytes.
type Space struct {
	Free int64 // for this user
	Size int64
}

// SpaceAt asks for the file system that path lies in.
func SpaceAt(path string) (Space, error) { return spaceAt(path) }

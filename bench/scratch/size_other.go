//go:build !unix

package scratch

import "io/fs"

func allocated(info fs.FileInfo) int64 { return info.Size() }

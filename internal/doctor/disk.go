package doctor

import (
	"fmt"
	"slices"
	"strings"

	"tracer/internal/render"
)

// What recording needs of a disk.
const (
	recordingRate = 30 << 20 // bytes a second, of a program that does nothing but events, packed
	packedEvents  = "0.5 to 1 byte an event"
	littleSpace   = 100 << 20
	scarceSpace   = 2 << 30
)

// network and memory are file systems by where their bytes are.
var (
	network = []string{"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ceph", "lustre", "glusterfs", "afs", "beegfs", "gpfs", "fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone"}
	memory  = []string{"tmpfs", "ramfs"}
)

// elsewhere is the remedy for a directory that is no good place.
const elsewhere = "put traces elsewhere: tracer run -o DIR, or set XDG_STATE_HOME to a directory on a local disk"

// examineDisk looks at where traces go.
func examineDisk(f *Facts) []Check {
	d := &f.Disk
	if d.Err != nil {
		return in(Disk, Check{Name: "state directory", State: Problem, Fatal: true, Text: "no trace can be made: " + d.Err.Error(), Remedy: elsewhere})
	}
	kind := f.fileSystem(d.At)
	checks := []Check{f.place(kind)}
	if d.Exists {
		checks = append(checks, f.privacy()...)
	}
	checks = append(checks, f.kindOfDisk(kind)...)
	if f.OS == "linux" {
		checks = append(checks, f.mapping()...)
	}
	return in(Disk, append(checks, f.space()...)...)
}

// place says where traces go, and how fast that is.
func (f *Facts) place(kind string) Check {
	d := &f.Disk
	text := "traces go to " + f.short(d.Dir)
	if !d.Exists {
		text += ", which tracer makes"
	}
	var facts []string
	if kind != "" {
		facts = append(facts, kind)
	}
	if d.Space.Size > 0 {
		facts = append(facts, render.Bytes(d.Space.Free)+" free")
	}
	if d.WriteRate > 0 {
		facts = append(facts, fmt.Sprintf("writes %s a second", render.Bytes(int64(d.WriteRate))))
	}
	if len(facts) > 0 {
		text += ": " + strings.Join(facts, ", ")
	}
	c := Check{Name: "state directory", State: OK, Text: text}
	if d.WriteRate > 0 && d.WriteRate < recordingRate {
		c.State = Note
		c.Text += fmt.Sprintf("; a busy program is recorded at up to %s a second", render.Bytes(recordingRate))
		c.Remedy = elsewhere + "; or record less: --only, --events functions"
	}
	return c
}

func (f *Facts) privacy() []Check {
	d := &f.Disk
	switch {
	case !d.Owned:
		return []Check{{Name: "privacy", State: Problem, Text: f.short(d.Dir) + " belongs to another user, who can remove and replace traces",
			Remedy: elsewhere}}
	case f.OS != "windows" && d.Mode.Perm()&0o077 != 0:
		return []Check{{Name: "privacy", State: Note, Text: fmt.Sprintf("others can see the names of traces in %s (mode %04o); the traces themselves are private", f.short(d.Dir), d.Mode.Perm()),
			Remedy: "chmod 700 " + f.short(d.Dir)}}
	}
	return []Check{{Name: "privacy", State: OK, Detail: true, Text: fmt.Sprintf("only this user can look into it (mode %04o)", d.Mode.Perm())}}
}

func (f *Facts) kindOfDisk(kind string) []Check {
	switch {
	case slices.Contains(network, kind):
		return []Check{{Name: "file system", State: Note, Text: kind + " is on another machine: what is recorded goes through the network, and a break of it is one in the trace", Remedy: elsewhere}}
	case slices.Contains(memory, kind):
		return []Check{{Name: "file system", State: Note, Text: kind + " is memory: traces take it from programs, and are gone when the machine starts again",
			Remedy: elsewhere + "; or bound them with --max-size"}}
	case kind == "overlay":
		return []Check{{Name: "file system", State: Note, Text: "overlay is the container's own layer: traces are gone with the container",
			Remedy: "mount a volume, and name it with tracer run -o DIR or XDG_STATE_HOME; or take a trace out with tracer pack"}}
	}
	return nil
}

// mapping says whether the agent can write as it likes best.
func (f *Facts) mapping() []Check {
	d := &f.Disk
	var checks []Check
	if d.MapErr != nil {
		checks = append(checks, Check{Name: "shared mapping", State: Problem,
			Text:   "files there cannot be mapped for shared writing (" + d.MapErr.Error() + "): slots are written instead, and a program that is killed loses up to 4 KiB a thread",
			Remedy: elsewhere})
	} else {
		checks = append(checks, Check{Name: "shared mapping", State: OK, Detail: true, Text: "files there can be mapped for shared writing: nothing is lost when a program is killed"})
	}
	if !d.Allocates {
		checks = append(checks, Check{Name: "allocation", State: OK, Detail: true, Text: "blocks cannot be taken in advance there: they are written with zeros first"})
	}
	return checks
}

func (f *Facts) space() []Check {
	d := &f.Disk
	if d.Space.Size == 0 || d.Space.Free >= scarceSpace {
		return []Check{{Name: "space", State: OK, Detail: true, Text: fmt.Sprintf("tracing takes %s, up to %s a second", packedEvents, render.Bytes(recordingRate))}}
	}
	c := Check{Name: "space", State: Note, Text: fmt.Sprintf("%s are free: a busy program, recorded at up to %s a second, fills that in %d s",
		render.Bytes(d.Space.Free), render.Bytes(recordingRate), int64(float64(d.Space.Free)/recordingRate)),
		Remedy: "bound a trace with --max-size or --ring, remove old ones with tracer rm, or put it elsewhere with -o DIR"}
	if d.Space.Free < littleSpace {
		c.State = Problem
	}
	return []Check{c}
}

// fileSystem returns the type of the file system that a path without links lies in, by
// the lines of /proc/self/mountinfo (proc_pid_mountinfo(5)):
//
//	36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
func (f *Facts) fileSystem(dir string) string {
	best, kind := -1, ""
	for line := range strings.Lines(f.text("/proc/self/mountinfo")) {
		before, after, ok := strings.Cut(line, " - ")
		fields, types := strings.Fields(before), strings.Fields(after)
		if !ok || len(fields) < 5 || len(types) < 1 {
			continue
		}
		point := unescape(fields[4])
		// Of two at one place the later one lies on top.
		if len(point) >= best && (dir == point || point == "/" || strings.HasPrefix(dir, point+"/")) {
			best, kind = len(point), types[0]
		}
	}
	return kind
}

// unescape undoes what the kernel writes in place of characters that would end a field.
func unescape(text string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(text)
}

package pyabi

import (
	"debug/elf"
	"io"
	"path"
	"strings"
)

// Binary is what an interpreter's file says of itself; zero where the system's
// files are no ELF, or where it cannot be read.
type Binary struct {
	CPU    string // as Go names it: "amd64", "386"; "" unknown
	Libc   string // "glibc", "musl"; "" unknown
	Static bool   // it loads no libraries, so no agent
}

// goCPU names the CPUs of ELF (its header's machine, class and byte order) as Go does.
var goCPU = map[elf.Machine]string{
	elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64", elf.EM_386: "386", elf.EM_ARM: "arm",
	elf.EM_RISCV: "riscv64", elf.EM_S390: "s390x", elf.EM_PPC64: "ppc64", elf.EM_LOONGARCH: "loong64",
}

// ReadBinary looks at a program's or a library's head. No error is worth stopping for: what is not
// known is not said.
func ReadBinary(file string) Binary {
	f, err := elf.Open(file)
	if err != nil {
		return Binary{}
	}
	defer f.Close()
	b := Binary{CPU: goCPU[f.Machine], Static: true}
	for _, prog := range f.Progs {
		if prog.Type != elf.PT_INTERP {
			continue
		}
		b.Static = false
		name := make([]byte, min(prog.Filesz, 4096))
		n, _ := io.ReadFull(prog.Open(), name)
		b.Libc = libcOf(strings.TrimRight(string(name[:n]), "\x00"))
	}
	return b
}

// libcOf returns whose dynamic linker this is: /lib64/ld-linux-x86-64.so.2, /lib/ld-musl-aarch64.so.1.
func libcOf(linker string) string {
	switch name := path.Base(linker); {
	case strings.HasPrefix(name, "ld-musl"):
		return "musl"
	case strings.HasPrefix(name, "ld-linux"), strings.HasPrefix(name, "ld64."), name == "ld.so.1":
		return "glibc"
	}
	return ""
}

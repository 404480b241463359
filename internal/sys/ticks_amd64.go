package sys

import "sync"

// cpuid runs CPUID with this leaf.
func cpuid(leaf uint32) (eax, ebx, ecx, edx uint32)

// readTicks runs RDTSC after all loads before it are done.
func readTicks() uint64

// ticksInvariant asks for the invariant time stamp counter: leaf 0x80000007,
// EDX bit 8 (Intel SDM volume 3, "Invariant TSC"; AMD APM volume 3, appendix E.4).
var ticksInvariant = sync.OnceValue(func() bool {
	const powerLeaf, invariantTSC = 0x80000007, 1 << 8
	if last, _, _, _ := cpuid(0x80000000); last < powerLeaf {
		return false
	}
	_, _, _, edx := cpuid(powerLeaf)
	return edx&invariantTSC != 0
})

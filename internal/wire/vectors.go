package wire

// EventVector is an event in parts and as its word.
type EventVector struct {
	Kind     Kind
	Location Location
	Delta    uint32
	Word     Event
}

// EventVectors are what both languages must agree on.
var EventVectors = []EventVector{
	{Line, 1, 0, 0x0000000000000008},
	{Call, 17, 4096, 0x0000100000000089},
	{Return, 17, 1, 0x000000010000008a},
	{Yield, 300, 0x12345678, 0x1234567800000963},
	{Unwind, MaxLocation, 0, 0x00000000fffffffc},
	{Resume, 2, MaxDelta, 0xffffffff00000015},
	{Throw, 1 << 28, 7, 0x0000000780000006},
	{Mark, MarkTime, 3, 0x000000030000000f},
}

// RecordVector is a record that both languages must write alike.
type RecordVector struct {
	Name, Doc string
	Record    interface{ Append([]byte) []byte }
}

// RecordVectors are checked byte for byte by the agent's tests.
var RecordVectors = []RecordVector{
	{"file", "file 1, regular, 3000000000 bytes, modified at 5, a.py in /app", &FileRecord{
		ID: 1, Kind: FileKindRegular, Size: 3000000000, MtimeNs: 5, Name: []byte("a.py"), Path: []byte("/app/a.py")}},
	{"code", "code at 7 with 3 lines from 10 on, in file 1", &CodeRecord{
		Base: 7, Count: 3, File: 1, FirstLine: 9, MinLine: 10, Flags: 0x23, Module: []byte("app"), Qualname: []byte("f.<locals>.g")}},
	{"sparse", "code at 11 with the lines 5 and 4000000", &CodeRecord{
		Base: 11, Count: 2, File: 2, FirstLine: 5, MinLine: 5, Flags: 0, Module: nil, Qualname: []byte("x"),
		Lines: []byte{5, 0, 0, 0, 0x00, 0x09, 0x3d, 0}}},
	{"thread", "thread 2, system id 77, ident 2^40", &ThreadRecord{
		Thread: 2, TID: 77, Ident: 1 << 40, Name: []byte("Thread-1 (work)")}},
	{"fork", "a fork of a process with 2^33 bytes of names", &ForkRecord{Size: 1 << 33, Parent: []byte("proc-100-0")}},
	{"process", "a process with two arguments", &ProcessRecord{
		Python: []byte("3.14.6"), Executable: []byte("/usr/bin/python3"), Cwd: []byte("/"), Argv: [][]byte{[]byte("python3"), []byte("a.py")}, Parent: []byte("proc-100-0")}},
}

package wire

// Field is one little-endian unsigned integer of a fixed structure.
type Field struct {
	Name string // snake case
	Size int    // bytes: 4 or 8
	Doc  string
}

// Struct is a structure of fixed size. Fields follow each other without gaps;
// each is aligned to its size (a test checks it). What is left up to Size is
// reserved and zero.
type Struct struct {
	Name   string
	Size   int
	Doc    string
	Fields []Field
}

// Offset returns where field i begins.
func (s Struct) Offset(i int) int {
	off := 0
	for _, f := range s.Fields[:i] {
		off += f.Size
	}
	return off
}

// Structs are the fixed structures of the format.
var Structs = []Struct{
	{"control", 4096, "The control page of a process, at the start of the file control. Written by the agent.", []Field{
		{"magic", 8, "MagicControl, written last: a page without it is not ready"},
		{"version", 4, "Version"},
		{"state", 4, "a State"},
		{"pid", 4, "process id"},
		{"ppid", 4, "parent process id at the start"},
		{"slot_size", 4, "bytes of a slot in raw"},
		{"clock_kind", 4, "a ClockKind"},
		{"start_ticks", 8, "the clock when recording began"},
		{"start_mono_ns", 8, "the system's monotonic clock at start_ticks, ns"},
		{"start_wall_ns", 8, "ns since 1970 at start_ticks"},
		{"tick_hz", 8, "ticks per second if the CPU tells, else 0"},
		{"arch", 4, "an Arch"},
		{"os", 4, "an OS"},
		{"python_hex", 4, "PY_VERSION_HEX of the interpreter"},
		{"tool_id", 4, "the sys.monitoring tool id in use"},
		{"slots", 8, "slots handed out so far; grows"},
		{"locations", 4, "the next free location; grows"},
		{"threads", 4, "threads seen so far; grows"},
		{"error", 4, "the first Fault that was met, or 0"},
		{"error_errno", 4, "the system's error number for it"},
		{"dropped_space", 8, "events lost because the disk was full or the file could not grow"},
		{"dropped_memory", 8, "events lost because there was no memory for a thread's state"},
		{"dropped_names", 8, "events lost because their code object could not be named"},
		{"raw_end", 8, "bytes of raw up to the end of the farthest slot handed out; grows"},
		{"chunk_size", 8, "bytes of a chunk: raw is claimed in such pieces, a multiple of slot_size"},
		{"frontier", 8, "the next chunk of raw that nobody has claimed. Who adds 1, atomically, owns the chunk: the agent to use it, the controller to fill it with zeros and leave it in ready"},
		{"ready_0", 8, "a chunk that the controller has filled, plus 1; the agent takes it by exchanging it for 0"},
		{"ready_1", 8, "another"},
		{"ready_2", 8, "another"},
		{"ready_3", 8, "another"},
		{"ready_4", 8, "another"},
		{"ready_5", 8, "another"},
		{"ready_6", 8, "another"},
		{"ready_7", 8, "another"},
	}},
	{"slot", 64, "The head of a slot. The open frames follow it (struct frame, outermost of the stored ones first), then the events.", []Field{
		{"magic", 4, "MagicSlot, written last: a slot without it is empty"},
		{"header_size", 4, "bytes from the start of the slot to its first event: 64 + 16 * frames"},
		{"thread", 4, "number of the thread in its process, from 1"},
		{"sequence", 4, "number of the slot in its thread, from 0"},
		{"ticks", 8, "the clock before the first event: the time of the thread's previous event, or of its first"},
		{"pair_ticks", 8, "the clock when the slot was begun"},
		{"pair_mono_ns", 8, "the system's monotonic clock at pair_ticks, ns"},
		{"depth", 4, "open frames in all"},
		{"frames", 4, "how many of them are stored: the innermost"},
		{"tid", 4, "the system's id of the thread"},
		{"flags", 4, "0"},
	}},
	{"frame", 16, "An open frame at the start of a slot.", []Field{
		{"entered_ticks", 8, "the clock when it was opened"},
		{"code", 4, "location of the code object"},
		{"location", 4, "its current line, or the code object if none was seen"},
	}},
	{"names_head", 16, "The head of the file names.", []Field{
		{"magic", 8, "MagicNames"},
		{"version", 4, "Version"},
		{"reserved", 4, "0"},
	}},
	{"settings_head", 32, "The head of the file settings, which the controller writes for the agent. PREFIX records follow.", []Field{
		{"magic", 8, "MagicSettings"},
		{"version", 4, "Version"},
		{"events", 4, "EventsLines or EventsFunctions"},
		{"slot_size", 4, "bytes of a slot"},
		{"filter", 4, "FilterYourCode, or FilterPrefixes if there are any to include"},
		{"reserved", 8, "0"},
	}},
	{"record", 12, "The head of a record in names and settings; size bytes of payload follow.", []Field{
		{"size", 4, "bytes of the payload, a multiple of 4"},
		{"type", 4, "a record type"},
		{"crc", 4, "CRC-32C of the head's first 8 bytes and the payload"},
	}},
}

// The magic numbers: eight and four ASCII letters, read as little-endian.
const (
	MagicControl  uint64 = 0x314c525443435254 // "TRCCTRL1"
	MagicNames    uint64 = 0x31454d414e435254 // "TRCNAME1"
	MagicSettings uint64 = 0x3154455353435254 // "TRCSSET1"
	MagicSlot     uint32 = 0x544f4c53         // "SLOT"
)

// Constant is a number with a name, of a set of such.
type Constant struct {
	Name  string
	Value uint32
	Doc   string
}

// Enum is a set of constants.
type Enum struct {
	Name, Doc string
	Values    []Constant
}

// Enums are the sets of constants of the format.
var Enums = []Enum{
	{"State", "what the agent is doing", []Constant{
		{"recording", 1, "events are recorded"},
		{"stopped", 2, "nothing more is recorded; error says why"},
	}},
	{"ClockKind", "what a tick is", []Constant{
		{"tsc", 1, "x86 time stamp counter"},
		{"cntvct", 2, "arm64 virtual counter"},
		{"monotonic", 3, "the system's monotonic clock, ns"},
	}},
	{"Arch", "the traced process's CPU", []Constant{
		{"amd64", 1, ""},
		{"arm64", 2, ""},
	}},
	{"OS", "the traced process's system", []Constant{
		{"linux", 1, ""},
		{"windows", 2, ""},
	}},
	{"Fault", "why the agent lost events", []Constant{
		{"grow", 1, "the file raw could not be extended"},
		{"map", 2, "the file raw could not be mapped"},
		{"memory", 3, "no memory"},
		{"names", 4, "the file names could not be written"},
		{"locations", 5, "all 2^29 locations are taken"},
	}},
	{"Events", "what is recorded", []Constant{
		{"functions", 1, "calls, returns, yields, resumes, unwinds, throws"},
		{"lines", 2, "these and lines"},
	}},
	{"Filter", "which modules are recorded", []Constant{
		{"your_code", 1, "__main__ and all that is not of the standard library or an installed package"},
		{"prefixes", 2, "what an include prefix matches"},
	}},
	{"List", "what a PREFIX record's string is for", []Constant{
		{"include", 1, "module prefix to record"},
		{"exclude", 2, "module prefix to leave out; wins"},
	}},
	{"FileKind", "what a FILE record's name is", []Constant{
		{"regular", 0, "a file that could be looked at"},
		{"missing", 1, "a path where no file is"},
		{"pseudo", 2, "no path: <string>, <frozen …>"},
	}},
}

// FieldType is how a field of a record is written.
type FieldType int

const (
	// U32 is four bytes.
	U32 FieldType = iota
	// U64 is eight bytes, aligned to four.
	U64
	// Bytes is a U32 length, so many bytes, and zeros up to a multiple of 4.
	Bytes
	// List is a U32 count and so many Bytes.
	List
)

// RecordField is one field of a record.
type RecordField struct {
	Name string
	Type FieldType
	Doc  string
}

// RecordInfo describes a type of record.
type RecordInfo struct {
	Type   uint32
	Name   string
	Doc    string
	Fields []RecordField
}

// Records are the types of records in names and settings.
var Records = []RecordInfo{
	{1, "process", "The traced process; the first record of names.", []RecordField{
		{"python", Bytes, "version of the interpreter, as sys.version begins"},
		{"executable", Bytes, "sys.executable"},
		{"cwd", Bytes, "current directory at the start"},
		{"argv", List, "sys.orig_argv"},
	}},
	{2, "file", "A source file.", []RecordField{
		{"id", U32, "number of the file, from 1"},
		{"kind", U32, "a FileKind"},
		{"size", U64, "bytes, when first seen"},
		{"mtime_ns", U64, "modified, ns since 1970, when first seen"},
		{"name", Bytes, "co_filename"},
		{"path", Bytes, "the same, absolute"},
	}},
	{3, "code", "A code object and the locations it takes: base is the code object itself, base + 1 + i its line i.", []RecordField{
		{"base", U32, "first location"},
		{"count", U32, "how many lines"},
		{"file", U32, "a file's id"},
		{"first_line", U32, "co_firstlineno"},
		{"min_line", U32, "the line of base + 1 when lines is empty: line i is min_line + i"},
		{"flags", U32, "co_flags"},
		{"module", Bytes, "__name__ of its globals, empty if none"},
		{"qualname", Bytes, "co_qualname"},
		{"lines", Bytes, "empty, or count U32s: line i itself, ascending (code with far-apart lines)"},
	}},
	{4, "thread", "A thread; a later record of the same number replaces an earlier one.", []RecordField{
		{"thread", U32, "number of the thread in its process, from 1"},
		{"tid", U32, "the system's id"},
		{"ident", U64, "threading.get_ident()"},
		{"name", Bytes, "threading.Thread.name, empty if unknown"},
	}},
	{5, "prefix", "A module prefix of the filter (settings only).", []RecordField{
		{"list", U32, "a List"},
		{"open", U32, "0: ends at a dot boundary; 1: any continuation matches"},
		{"prefix", Bytes, "the prefix"},
	}},
}

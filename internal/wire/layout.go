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
	{"control", 4096, "The control page of a process, at the start of the file control. Written by the agent, where nothing else is said. The lists free and full follow it.", []Field{
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
		{"slots", 8, "slots begun so far, counted after their heads are there; grows"},
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
		{"forked", 4, "1: the process is a fork that goes on with its parent's code objects, see record fork"},
		{"gate", 4, "a Gate, by the controller: what it wants of the agent"},
		{"limit", 8, "chunks of raw that the agent may have claimed at a time, by the controller; 0: any number"},
		{"dropped_limit", 8, "events lost because the trace had reached its size"},
		{"free_taken", 4, "slots that the agent has taken out of the list free, modulo 2^32"},
		{"free_given", 4, "slots that the controller has put into it, modulo 2^32"},
		{"full_given", 4, "slots that the agent has put into the list full, modulo 2^32"},
		{"full_taken", 4, "slots that the controller has taken out of it, modulo 2^32"},
		{"full_missed", 8, "slots that found the list full: the controller finds them by looking at their heads"},
		{"heartbeat", 8, "the system's monotonic clock when the controller last looked, ns, by the controller"},
		{"ended_mono_ns", 8, "the system's monotonic clock when the process was seen to have ended, by the controller; 0: not seen"},
		{"trigger", 4, "a Trigger that the agent has met, or 0"},
		{"trigger_thread", 4, "number of the thread in which it did, 0 if it has none"},
		{"trigger_ticks", 8, "the clock then"},
		{"freed_chunks", 8, "chunks of raw whose blocks the controller has given back to the file system; they are not used again"},
		{"taken", 8, "how often another tool took a thread's trace or profile function, and what it ran until the agent had it back is a gap"},
		{"hook", 4, "a Hook: how the agent sees events"},
		{"build", 4, "of the interpreter: BuildFreeThreaded"},
		{"interpreters", 4, "interpreters of the process that events are recorded of; grows"},
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
		{"used", 4, "bytes from the start of the slot to the end of its last event, written when no more will come; 0 as long as a thread writes it"},
		{"lost", 4, "events of this thread that could not be recorded after the slot's last one; saturates"},
		{"last", 4, "1, written before used: the thread has ended with this slot"},
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
	{"settings_head", 48, "The head of the file settings, which the controller writes for the agent. TABLE records follow.", []Field{
		{"magic", 8, "MagicSettings"},
		{"version", 4, "Version"},
		{"events", 4, "EventsLines or EventsFunctions"},
		{"slot_size", 4, "bytes of a slot"},
		{"filter", 4, "FilterYourCode, or FilterPrefixes if there are any to include"},
		{"children", 4, "1: forked processes are recorded, and the Pythons that they start"},
		{"when_full", 4, "a WhenFull: what to do where there is no room"},
		{"limit", 8, "chunks of raw that an agent may have claimed until its controller says otherwise; 0: any number"},
		{"triggers", 4, "a bit 1 << Trigger for each that the agent is to look for"},
		{"measure", 4, "1: what an event costs is measured at the start, see record costs"},
	}},
	{"segment", 128, "The head of a segment in the file segments: some slots of one thread that follow each other. The open frames follow it (struct frame), then the events as package segment packs them.", []Field{
		{"magic", 4, "MagicSegment"},
		{"size", 4, "bytes of the segment, this head included; a multiple of 8"},
		{"crc", 4, "CRC-32C of all that follows this field"},
		{"flags", 4, "SegmentLast: the thread has ended with it"},
		{"thread", 4, "number of the thread in its process"},
		{"tid", 4, "the system's id of the thread"},
		{"sequence", 4, "of the first slot"},
		{"slots", 4, "how many slots"},
		{"words", 4, "words, marks included"},
		{"events", 4, "words that are no marks"},
		{"ticks", 8, "the clock before the first event, as in the first slot's head"},
		{"end_ticks", 8, "the clock at the last word"},
		{"pair_ticks", 8, "as in the last slot's head"},
		{"pair_mono_ns", 8, "as in the last slot's head"},
		{"depth", 4, "open frames before the first event in all"},
		{"frames", 4, "how many of them are stored: the innermost"},
		{"lost", 4, "events lost after the last one, as in the last slot's head"},
		{"packed", 4, "bytes of the packed events"},
	}},
	{"node", 96, "An entry of the file index: a segment, or a summary of what lies below it. Entries are appended; one whose crc is wrong is not there.", []Field{
		{"magic", 4, "MagicNode"},
		{"crc", 4, "CRC-32C of all that follows this field"},
		{"level", 4, "0: a segment; 1: a summary of segments; n: a summary of summaries of level n - 1"},
		{"thread", 4, "number of the thread in its process"},
		{"sequence", 4, "of the first slot"},
		{"slots", 4, "how many slots of the thread, all that follow each other"},
		{"offset", 8, "where it begins, in segments (level 0) or in summaries"},
		{"size", 4, "its bytes there"},
		{"children", 4, "how many entries of the level below it covers; level 0: 0"},
		{"ticks", 8, "the clock before the first event"},
		{"end_ticks", 8, "the clock at the last word"},
		{"events", 8, "words that are no marks"},
		{"lost", 8, "events known to be lost within and at the end"},
		{"flags", 4, "SegmentLast: the thread has ended with it"},
		{"tid", 4, "the system's id of the thread"},
	}},
	{"context", 16, "An entry of the file contexts: a node of the calling context tree. Its number is its place in the file, from 1; 0 is the root, outside of all frames.", []Field{
		{"parent", 4, "number of the context that called, below this one's own"},
		{"site", 4, "location of the line that called, 0 for the root"},
		{"code", 4, "location of the code object that was called"},
		{"crc", 4, "CRC-32C of the 12 bytes before it"},
	}},
	{"summary", 32, "The head of a record in the file summaries. The tables of package summary follow, compressed.", []Field{
		{"magic", 4, "MagicSummary"},
		{"size", 4, "bytes of the record, this head included; a multiple of 8"},
		{"crc", 4, "CRC-32C of all that follows this field"},
		{"level", 4, "as in its entry of the index"},
		{"thread", 4, "number of the thread"},
		{"sequence", 4, "of the first slot"},
		{"slots", 4, "how many slots"},
		{"unpacked", 4, "bytes of the tables before they were compressed, at most 64 MiB: a summary with more is left out, and those of the level below tell the same"},
	}},
	{"sample", 160, "An entry of the file counters: what the system counts for the process, by the controller. What the system does not tell is all ones.", []Field{
		{"mono_ns", 8, "the system's monotonic clock at the sample, ns"},
		{"user_ns", 8, "processor time in user mode, ns"},
		{"system_ns", 8, "processor time in the kernel, ns"},
		{"resident", 8, "bytes in memory"},
		{"peak_resident", 8, "the most there were"},
		{"virtual", 8, "bytes of address space"},
		{"minor_faults", 8, "page faults that needed no disk"},
		{"major_faults", 8, "page faults that did"},
		{"read_chars", 8, "bytes asked for by reading calls"},
		{"write_chars", 8, "bytes given to writing calls"},
		{"read_calls", 8, "reading calls"},
		{"write_calls", 8, "writing calls"},
		{"read_bytes", 8, "bytes that came from storage"},
		{"write_bytes", 8, "bytes that go to storage"},
		{"voluntary_switches", 8, "context switches because a thread waited, of all threads that live"},
		{"involuntary_switches", 8, "context switches because others were to run, of all threads that live"},
		{"threads", 4, "threads"},
		{"descriptors", 4, "open file descriptors"},
		{"reserved_0", 8, "0"},
		{"reserved_1", 8, "0"},
		{"crc", 4, "CRC-32C of the bytes before it"},
		{"magic", 4, "MagicSample"},
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
	MagicSegment  uint32 = 0x4d474553         // "SEGM"
	MagicNode     uint32 = 0x45444f4e         // "NODE"
	MagicSummary  uint32 = 0x534d5553         // "SUMS"
	MagicSample   uint32 = 0x504d4153         // "SAMP"
)

// The lists of slots in the file control, behind the page. An entry is a u32: the
// slot's number in raw. A list is written by one side and read by the other: an
// entry is there before the count says so.
const (
	FreeOffset  = ControlBytes               // slots that are zero and may be used again
	FreeEntries = 1024                       // a power of two
	FullOffset  = FreeOffset + 4*FreeEntries // slots that their threads are done with
	FullEntries = 4096                       // a power of two
	ControlFile = FullOffset + 4*FullEntries // bytes of the file control
)

// SegmentLast is a flag of segments and of their entries in the index: the
// thread has ended with it.
const SegmentLast uint32 = 1

// BuildFreeThreaded is a bit of control's build: the interpreter has no global lock.
const BuildFreeThreaded uint32 = 1

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
	{"Gate", "what the controller wants of the agent", []Constant{
		{"record", 0, "events are to be recorded"},
		{"stop", 1, "recording is to stop for good: the trace has reached its size"},
		{"hold", 2, "events are to be dropped until there is room again"},
		{"end", 3, "recording is to end, and what comes is no loss"},
	}},
	{"WhenFull", "what to do where there is no room for events", []Constant{
		{"stop", 0, "stop recording for good"},
		{"drop", 1, "drop events, and go on once there is room"},
	}},
	{"Hook", "how the agent sees events", []Constant{
		{"monitoring", 1, "sys.monitoring, of CPython 3.12 and later"},
		{"trace_function", 2, "the trace or profile function of each thread"},
	}},
	{"Trigger", "why a flight recorder keeps its trace", []Constant{
		{"exception", 1, "an exception was not caught"},
		{"call", 2, "the program asked for it: sys.audit(\"tracer.trigger\")"},
		{"slow", 3, "a function took longer than its limit, by the controller"},
		{"signal", 4, "a signal, by the controller"},
		{"exit", 5, "the exit status, by the controller"},
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
		{"limit", 6, "the trace has reached its size"},
	}},
	{"Events", "what is recorded", []Constant{
		{"functions", 1, "calls, returns, yields, resumes, unwinds, throws"},
		{"lines", 2, "these and lines"},
	}},
	{"Filter", "which modules are recorded", []Constant{
		{"your_code", 1, "__main__ and all that is not of the standard library or an installed package"},
		{"prefixes", 2, "what an include prefix matches"},
	}},
	{"List", "what the prefixes of a TABLE or PREFIX record are for", []Constant{
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
		{"parent", Bytes, "name of the directory of the nearest traced process that started it, empty if none"},
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
		{"interpreter", U32, "number of the interpreter that it belongs to, 0 for the main one"},
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
	{6, "fork", "The process was forked: what the first size bytes of its parent's file names say holds for it too. The second record of names then, after process.", []RecordField{
		{"size", U64, "bytes of the parent's file names"},
		{"parent", Bytes, "name of the parent's directory in the trace"},
	}},
	{7, "costs", "What an event costs the traced thread, measured when recording began; in 1/256 ticks, two's complement. Before an event's time stamp its cost is in the interval before it, and after it in the interval that it begins. Only the sum of what is after one event and before the next can be measured; so what is before a line is 0, and the others are relative to it. The CPU may have been slower then than it is later, after having been idle or beside another program on the same core: a fixed piece of work (agent/store/pace.c) was timed at the same time, and is at each new slot: mark pace. Costs of the events after that are to be multiplied by what it takes there over what it took then; so finely as PaceOf of package names does it.", []RecordField{
		{"line", U32, "after a line"},
		{"first", U32, "after the first line of a call, which has the call's own time stamp; the call's cost is in it"},
		{"call_before", U32, "before a call"},
		{"call_after", U32, "after a call that no first line follows"},
		{"return_before", U32, "before a return"},
		{"return_after", U32, "after a return"},
		{"yield_before", U32, "before a yield"},
		{"yield_after", U32, "after a yield"},
		{"unwind_before", U32, "before an unwind"},
		{"unwind_after", U32, "after an unwind"},
		{"resume_before", U32, "before a resume"},
		{"resume_after", U32, "after a resume"},
		{"throw_before", U32, "before a throw"},
		{"throw_after", U32, "after a throw"},
		{"pace", U32, "the ticks that the fixed piece of work took; 0: not known"},
	}},
	{8, "table", "The module prefixes of one list of the filter (settings only), in the form that they are searched in: an image of package stringtable.", []RecordField{
		{"list", U32, "a List"},
		{"open", U32, "how many of the prefixes, the first, take any continuation; the others end at a dot boundary"},
		{"image", Bytes, "the image"},
	}},
	{5, "prefix", "A module prefix of the filter (settings only). Not written any more: see record table.", []RecordField{
		{"list", U32, "a List"},
		{"open", U32, "0: ends at a dot boundary; 1: any continuation matches"},
		{"prefix", Bytes, "the prefix"},
	}},
}

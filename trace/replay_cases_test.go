package trace_test

type replayTest struct {
	name   string
	events string // of thread 1, after names
	want   string // what a visitor is told
	err    string // a part of the error
}

// replayTests has a row for every rule of the stack and of the time.
func replayTests() []replayTest {
	return append(stackTests(), slotTests()...)
}

func stackTests() []replayTest {
	return []replayTest{
		{"calls and lines nest", `slot
			call 1 +10
			line 2
			call 7 +5
			line 8
			return 7 +3
			line 3 +1
			return 1 +1`, `
			0 begin
			10 open main:1 call
			10 line 1
			15 open f:10 call
			15 line 11
			18 close f return
			19 line 2
			20 close main return
			20 end`, ""},
		{"a generator is suspended, goes on, is thrown into and left by an exception", `slot
			call 11 +1
			line 12 +1
			yield 11 +1
			resume 12 +1
			line 13 +1
			yield 11 +1
			throw 13 +1
			unwind 11 +1`, `
			0 begin
			1 open g:20 call
			2 line 21
			3 close g yield
			4 open g:21 resume
			5 line 500
			6 close g yield
			7 open g:500 throw
			8 close g unwind
			8 end`, ""},
		{"recursion closes one frame at a time", `slot
			call 7
			call 7
			line 8 +1
			return 7
			line 9 +1
			return 7`, `
			0 begin
			0 open f:10 call
			0 open f:10 call
			1 line 11
			1 close f return
			2 line 12
			2 close f return
			2 end`, ""},
		{"a return further out closes what is inside", `slot
			call 1 +1
			call 7 +1
			call 11 +1
			return 1 +1`, `
			0 begin
			1 open main:1 call
			2 open f:10 call
			3 open g:20 call
			4 close g implied
			4 close f implied
			4 close main return
			4 end`, ""},
		{"a line further out closes what is inside", `slot
			call 1 +1
			call 7 +1
			line 3 +1`, `
			0 begin
			1 open main:1 call
			2 open f:10 call
			3 close f implied
			3 line 2
			3 close main implied
			3 end`, ""},
		{"a line of unopened code adopts its frame", `slot
			call 1 +1
			line 8 +1
			return 7 +1
			line 2 +1`, `
			0 begin
			1 open main:1 call
			2 open f:11 adopted
			2 line 11
			3 close f return
			4 line 1
			4 close main implied
			4 end`, ""},
		{"a return of unopened code is passed over", `slot
			return 7 +1
			call 1 +1
			unwind 7 +1
			line 2 +1`, `
			0 begin
			2 open main:1 call
			4 line 1
			4 close main implied
			4 end`, ""},
		{"events of unknown locations are counted and passed over", `slot
			call 1 +1
			line 14 +1
			call 4000 +1
			return 6000 +1
			mark 9 +7
			line 2 +1`, `
			0 begin
			1 open main:1 call
			5 line 1
			5 close main implied
			5 end`, "corrupt at byte 72: 4 events of unknown locations"},
		{"a call between the code's locations is of that code", `slot
			call 9 +1
			line 8 +1`, `
			0 begin
			1 open f:10 call
			2 line 11
			2 close f implied
			2 end`, ""},
	}
}

func slotTests() []replayTest {
	return []replayTest{
		{"an empty slot has a begin and an end", "slot ticks=7", "7 begin\n7 end", ""},
		{"no slot is nothing", "", "", ""},
		{"events end at the first zero", "slot\ncall 1 +1\nword 0\nline 2 +1", `
			0 begin
			1 open main:1 call
			1 close main implied
			1 end`, ""},
		{"the stack goes over the border of slots", `slot
			call 1 +1
			call 7 +1
			slot
			frame code=1 entered-ticks=1
			frame code=7 entered-ticks=2
			line 9 +1
			return 7 +1`, `
			0 begin
			1 open main:1 call
			2 open f:10 call
			3 line 12
			4 close f return
			4 close main implied
			4 end`, ""},
		{"slots are read in the order of their sequence", `slot sequence=1 ticks=5
			frame code=1 entered-ticks=1
			line 3 +1
			empty 2
			slot sequence=0 ticks=0
			call 1 +1`, `
			0 begin
			1 open main:1 call
			6 line 2
			6 close main implied
			6 end`, ""},
		{"a thread that ran before the recording begins with its frames", `slot depth=4
			frame code=1 entered-ticks=0 location=3
			frame code=7 entered-ticks=0
			line 9 +1
			return 7 +1
			return 1 +1
			return 11 +1`, `
			0 begin
			0 open main:2 adopted
			0 open f:10 adopted
			1 line 12
			2 close f return
			3 close main return
			4 end`, ""},
		{"frames that stay open over a missing slot stay", `slot
			call 1 +1
			call 7 +1
			slot sequence=2 ticks=50
			frame code=1 entered-ticks=1
			frame code=7 entered-ticks=40
			frame code=11 entered-ticks=41 location=13
			line 13 +1`, `
			0 begin
			1 open main:1 call
			2 open f:10 call
			50 gap 0
			50 close f implied
			50 open f:10 adopted
			50 open g:500 adopted
			51 line 500
			51 close g implied
			51 close f implied
			51 close main implied
			51 end`, ""},
		{"elided frames over a missing slot are told by those on them", `slot
			call 1 +1
			call 7 +1
			call 11 +1
			slot sequence=2 ticks=50 depth=3
			frame code=7 entered-ticks=2
			frame code=7 entered-ticks=50
			return 7 +1
			return 7 +1
			line 2 +1`, `
			0 begin
			1 open main:1 call
			2 open f:10 call
			3 open g:20 call
			50 gap 0
			50 close g implied
			50 open f:10 adopted
			51 close f return
			52 close f return
			53 line 1
			53 close main implied
			53 end`, ""},
		{"without a common frame all are closed", `slot
			call 1 +1
			slot sequence=5 ticks=50 depth=9
			frame code=7 entered-ticks=40
			return 7 +1`, `
			0 begin
			1 open main:1 call
			50 gap 0
			50 close main implied
			50 open f:10 adopted
			51 close f return
			51 end`, ""},
		{"a long wait has a time mark", `slot
			call 1 +1
			mark time +2
			return 1 +5`, `
			0 begin
			1 open main:1 call
			8589934598 close main return
			8589934598 end`, ""},
		{"a time mark at the end of a slot counts for the next", `slot
			call 1 +1
			mark time +1
			slot ticks=1
			return 1 +5`, `
			0 begin
			1 open main:1 call
			4294967302 close main return
			4294967302 end`, ""},
		{"a gap says how many events were lost", `slot
			call 1 +1
			mark gap +3
			return 1 +5`, `
			0 begin
			1 open main:1 call
			1 gap 3
			6 close main return
			6 end`, ""},
	}
}

package perfetto

import (
	"slices"

	"tracer/internal/export/timeline"
	"tracer/internal/wire"
	"tracer/trace"
)

// taskKind stands for what has no kind of its own: the category of tasks.
const taskKind = trace.Implied + 1

// kindName is what a kind is called as a category, or as the way to leave a frame.
func kindName(k wire.Kind) string {
	if k == taskKind {
		return "task"
	}
	return timeline.Kind(k)
}

// run is the task that the thread runs.
type run struct {
	task  uint32 // 0: none
	track uint64
	next  uint32 // the task that the next event begins, 0: none
}

// Task implements trace.TaskVisitor. The next frame that opens is the task's, unless
// another task has run within it.
func (e *encoder) Task(m trace.Moment, task uint32) {
	e.run.next = 0
	if task == e.run.task {
		return // each slot begins so
	}
	for _, f := range slices.Backward(e.frames) {
		if f.task == task && task != 0 {
			e.start(e.at(m), task, f.code)
			return
		}
	}
	if e.run.next = task; task == 0 {
		e.stop(e.at(m))
	}
}

// settle finds the frame of a task that goes on where events were lost: its coroutine is
// open already.
func (e *encoder) settle(at int64) bool {
	for i := len(e.frames) - 1; i >= 0 && e.frames[i].task == 0; i-- {
		if f := &e.frames[i]; f.code.Coroutine() && (i == 0 || !e.frames[i-1].code.Coroutine()) {
			f.task = e.run.next
			e.start(at, f.task, f.code)
			return true
		}
	}
	return false
}

// start begins the slice of a task, on its track, and ends that of the one before. A
// track is described where it is first met.
func (e *encoder) start(at int64, task uint32, c *code) {
	e.stop(at)
	e.run = run{task: task, track: e.track.task(task)}
	if !e.tasks[task] {
		e.tasks[task] = true
		packets{e.out}.write(message(nil).message(packetDescriptor, message(nil).number(descriptorUUID, e.run.track).
			number(descriptorParent, e.track.process).text(descriptorName, "task "+timeline.Function(c.Code))))
	}
	category, name, annotation := e.calls.category(taskKind), e.name(c), e.calls.annotation(taskNote)
	e.calls.event(at, message(nil).number(eventType, sliceBegin).number(eventCategory, category).number(eventName, name).number(eventTrack, e.run.track).
		message(eventAnnotation, message(nil).number(annotationName, annotation).number(annotationUint, uint64(task))))
}

// stop ends the slice of the task that runs.
func (e *encoder) stop(at int64) {
	if e.run.task != 0 {
		e.calls.event(at, message(nil).number(eventType, sliceEnd).number(eventTrack, e.run.track))
	}
	e.run = run{}
}

// goOn takes up the task that runs where the part begins, and says which frames are those
// of tasks.
func (e *encoder) goOn(at int64, open []trace.OpenFrame) {
	of := uint32(0)
	for i, f := range open {
		if f.Task != of && f.Task != 0 {
			e.frames[i].task = f.Task
		}
		of = f.Task
	}
	if of == 0 {
		return
	}
	if !e.part.First {
		e.run = run{task: of, track: e.track.task(of)}
		return
	}
	for _, f := range slices.Backward(e.frames) {
		if f.task == of {
			e.start(at, of, f.code)
			return
		}
	}
}

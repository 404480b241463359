package e2e

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"

	"tracer/internal/pyabi"
)

// tasksProgram runs coroutines in turns, on several threads, and closes one within another's
// task.
const tasksProgram = `
import asyncio, threading
async def leaf(n):
    await asyncio.sleep(0)
    return n
async def job(n):
    total = 0
    for i in range(3):
        total += await leaf(i)
    return total
async def numbers():
    for i in range(3):
        await asyncio.sleep(0)
        yield i
async def reader():
    return [i async for i in numbers()]
async def stuck(): await asyncio.Future()
class Once:
    def __await__(self): yield
async def inside(): await Once()
def close(coroutine): coroutine.close()
async def boss(n):
    children = [asyncio.ensure_future(job(i)) for i in range(n)]
    others = [asyncio.ensure_future(reader()), asyncio.ensure_future(stuck())]
    for child in children: await child
    await others[0]
    others[1].cancel()
    try: await others[1]
    except asyncio.CancelledError: pass
    inner = inside()
    inner.send(None)
    close(inner)
    return n
def loop(coroutine):
    own = asyncio.new_event_loop()
    try: return own.run_until_complete(coroutine)
    finally: own.close()
threads = [threading.Thread(target=loop, args=(boss(20),)) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(loop(boss(300)))
`

// TestTasks asks that each event of a coroutine belongs to the task that has run it.
func TestTasks(t *testing.T) {
	program := write(t, "tasks.py", tasksProgram)
	everyPython(t, func(t *testing.T, python pyabi.Info) {
		if python.Major < 3 {
			t.Skip("Python 2 has no coroutines")
		}
		j := job{dir: t.TempDir(), args: []string{program}}
		got, path := traced(t, python, []string{"--only", "__main__"}, j)
		if got.stdout != "300\n" {
			t.Fatalf("says %q, %q", got.stdout, got.stderr)
		}
		roots, calls := tasksOf(t, path)
		want := map[string]int{"job": 340, "boss": 3, "reader": 3, "stuck": 3, "inside": 3}
		for name, n := range want {
			if roots[name] != n || calls[name] != n {
				t.Errorf("%s: %d tasks, %d calls, expected %d", name, roots[name], calls[name], n)
			}
		}
		if len(roots) != len(want) {
			t.Errorf("tasks are %v, expected %v", roots, want)
		}
		tree := execute(t, job{args: []string{tracer, "report", path, "--callers", "leaf", "--task", "job", "--format", "json"}})
		if !strings.Contains(tree.stdout, `"calls":1020`) && !strings.Contains(tree.stdout, `"calls": 1020`) {
			t.Errorf("leaf was not called 1020 times in the tasks of job: %.300s", tree.stdout)
		}
	})
}

// tasksOf returns how many tasks each coroutine has, by its name, and how often it was
// called. Events that contradict each other are errors: all of a frame are of the same task, and
// what a coroutine calls or resumes is of its own.
func tasksOf(t *testing.T, path string) (roots, calls map[string]int) {
	t.Helper()
	type frame struct {
		function string
		task     float64
	}
	roots, calls = map[string]int{}, map[string]int{}
	names, stacks := map[float64]string{}, map[float64][]frame{}
	lines := bufio.NewScanner(strings.NewReader(execute(t, job{args: []string{tracer, "events", path, "--format", "json"}}).stdout))
	for lines.Scan() {
		var e struct {
			TID, Task      float64
			Kind, Function string
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		stack := append(stacks[e.TID], frame{})
		around := frame{}
		if n := len(stack) - 2; n >= 0 {
			around = stack[n]
		}
		switch e.Kind {
		case "call", "resume", "throw":
			if e.Kind == "call" {
				calls[e.Function]++
			}
			if around.task != e.Task {
				if names[e.Task] == "" {
					names[e.Task] = e.Function
					roots[e.Function]++
				}
				if names[e.Task] != e.Function {
					t.Errorf("task %v is of %s and of %s", e.Task, names[e.Task], e.Function)
				}
			}
			stack[len(stack)-1] = frame{e.Function, e.Task}
			stacks[e.TID] = stack
			continue
		case "return", "yield", "unwind":
			stacks[e.TID] = stack[:max(0, len(stack)-2)]
		}
		if around != (frame{e.Function, e.Task}) {
			t.Errorf("%s of %s is of task %v, expected %v", e.Kind, e.Function, e.Task, around)
		}
	}
	return roots, calls
}

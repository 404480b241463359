package timeline

import (
	"testing"

	"tracer/trace"
)

func TestNames(t *testing.T) {
	for _, tt := range []struct{ name, got, want string }{
		{"function", Function(&trace.Code{Module: "app.core", Qualname: "run"}), "app.core.run"},
		{"of the program", Function(&trace.Code{Module: "__main__", Qualname: "main"}), "main"},
		{"of no module", Function(&trace.Code{Qualname: "<module>"}), "<module>"},
		{"script", Process(&trace.Process{Argv: []string{"python3", "-X", "/srv/app.py", "a"}}), "app.py"},
		{"no script", Process(&trace.Process{Argv: []string{"python3"}, Executable: "/usr/bin/python3"}), "python3"},
		{"nothing known", Process(&trace.Process{}), "python"},
		{"thread", Thread(&trace.Thread{Name: "Worker", TID: 3}), "Worker"},
		{"thread without a name", Thread(&trace.Thread{TID: 3}), "thread 3"},
		{"adopted", Kind(trace.Adopted), "entered before"},
		{"implied", Kind(trace.Implied), "exit not seen"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

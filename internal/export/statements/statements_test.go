package statements

import (
	"fmt"
	"strings"
	"testing"
)

// TestStatements has a text each: a line that begins with # 1 is a statement, one with # x is
// excluded.
func TestStatements(t *testing.T) {
	for name, lines := range map[string][]string{
		"docstrings":                   {`"""Text."""`, `x = 1  # 1`, `"""no docstring"""  # 1`, `def f():  # 1`, `    '''doc'''`, `    return 1  # 1`, `class C:  # 1`, `    "doc"`, `    "none"  # 1`},
		"a docstring of several lines": {`def f():  # 1`, `    r"""`, `    def g():`, `    """`, `    pass  # 1`},
		"no docstrings":                {`def f(): # 1`, `    b"bytes"  # 1`, `def g():  # 1`, `    f"x{1}"  # 1`},
		"several lines":                {`f(  # 1`, `    1,`, `)`, `x = [`, `  # nothing`, `  2]`, `y = 1 + \`, `    2`, `z = """`, `not code`, `"""`},
		"branches": {
			`if a:  # 1`, `    b()  # 1`, `elif c:  # 1`, `    d()  # 1`, `else:`, `    e()  # 1`, `try:  # 1`, `    f()  # 1`, `except E:  # 1`, `    pass  # 1`, `except:  # 1`, `    pass  # 1`,
			`else: g()  # 1`, `finally:`, `    h()  # 1`, `while x: y()  # 1`, `else :`, `    z()  # 1`,
		},
		"what is no code":  {`def f():  # 1`, `    global x, y`, `    nonlocal z`, `    a: int`, `    b: int = 1  # 1`, `    c.d: int  # 1`, `e: int  # 1`, `class C:  # 1`, `    f: int  # 1`},
		"decorators":       {`@a  # 1`, `@b(`, `    1)`, `def f():  # 1`, `    pass  # 1`},
		"words like texts": {`rb = 1  # 1`, `f = "}"  # 1`, `br"\" # text`, `u = 'x'  # 1`},
		"texts in texts":   {`f"{x["a"]} {y!r:>{w}} {{ {'#'}"  # 1`, `f'''{`, `  a["}"]  # not the end`, `}'''`, `b()  # 1`, `f"\{x}" "{" '\''  # 1`, `c()  # 1`},
		"matching":         {`match x:  # 1`, `    case [1, *_] if y:  # 1`, `        pass  # 1`, `match = 1  # 1`, `match: int = 1  # 1`},
		"async":            {`async def f():  # 1`, `    "doc"`, `    async with x as y:  # 1`, `        await z  # 1`},
		"excluded": {
			`if a:  # pragma: no cover # x`, `    b()  # x`, ``, `    if c:  # x`, `        d()  # x`, `e()  # 1`, `f()  # pragma: no cover # x`, `g()  # 1`,
			`if TYPE_CHECKING:  # x`, `    import h  # x`, `else:`, `    import i  # 1`, `def j(): ...  # x`,
		},
		"an excluded function":          {`@a  # pragma: no cover # x`, `def f():  # x`, `    b()  # x`, `    def g():  # x`, `        c()  # x`, `d()  # 1`},
		"an excluded line among others": {`f(  # 1`, `  1)`, `g(  # x`, `  2,  # pragma: no cover`, `  3)`, `h()  # 1`},
		"tabs and page ends":            {"if a:  # 1", "\tb()  # 1", "\f", "        c()  # 1", "d()  # 1"},
		"nothing":                       {``, `# only this`},
	} {
		t.Run(name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				var want, got []string
				for i, line := range lines {
					switch {
					case strings.HasSuffix(line, "# x"):
						want = append(want, fmt.Sprint(i+1, "x"))
					case strings.HasSuffix(line, "# 1"), strings.HasSuffix(line, "# text"), name == "several lines" && (i == 3 || i == 6 || i == 8), name == "texts in texts" && i == 1, name == "decorators" && i == 1:
						want = append(want, fmt.Sprint(i+1))
					}
				}
				for _, s := range Find(strings.Join(lines, end)).Statements {
					text := fmt.Sprint(s.Line)
					if s.Excluded {
						text = fmt.Sprint(s.Line, "x")
					}
					got = append(got, text)
				}
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%q, expected %q", got, want)
				}
			}
		})
	}
}

func TestFunctions(t *testing.T) {
	text := `class A(
        B):
    @x
    @y
    def f(self):
        """Text."""

        def g(): return 1
        return g

    async def h(self): pass

def outer(): # pragma: no cover
    class C: pass
    return (
        C)
`
	var got []string
	for _, f := range Find(text).Functions {
		got = append(got, fmt.Sprintf("%s %v %d %d %d %d %d %v", f.Name, f.Class, f.First, f.Line, f.Body, f.End, f.Parent, f.Excluded))
	}
	want := []string{
		"A true 1 1 3 11 -1 false", "A.f false 3 5 6 9 0 false", "A.f.g false 8 8 8 8 1 false", "A.h false 11 11 11 11 0 false",
		"outer false 13 13 14 16 -1 true", "outer.C true 14 14 14 14 4 true",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nexpected\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFirst(t *testing.T) {
	f := Find("a = [\n  1,\n\n  2]\n\nb()\n")
	for line, want := range map[int]int{-1: -1, 0: 0, 1: 1, 2: 1, 3: 1, 4: 1, 5: 5, 6: 6, 7: 7, 99: 99} {
		if got := f.First(line); got != want {
			t.Errorf("line %d is at %d, expected %d", line, got, want)
		}
	}
}

// TestDeepTextsEnd: a text may claim anything.
func TestDeepTextsEnd(t *testing.T) {
	for _, part := range []string{`f"{`, `f"{x:{`, `{`, `f'''{`, `if x:`} {
		if found := Find(strings.Repeat(part, 1_000_000)); len(found.Statements) != 1 {
			t.Errorf("%s: %d statements", part, len(found.Statements))
		}
	}
}

// FuzzFind looks for texts on which it does not end, or has lines that are none.
func FuzzFind(f *testing.F) {
	for _, text := range []string{"", "if x:\n\ty", "f'{a['", "'''", "(\n#", "\\\n\\", "def f(:\n", "@\n@", "f\"{{x:{y}}}\"", "\f\r\x00", "async", "f'{x:\n}'", "#pragma: no cover"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Find(text)
		last, lines := 0, strings.Count(text, "\n")+1
		for _, s := range found.Statements {
			if s.Line <= last || s.End < s.Line || s.End > lines {
				t.Errorf("statement %+v after line %d of %d", s, last, lines)
			}
			last = s.Line
		}
		for i, fn := range found.Functions {
			if fn.First > fn.Line || fn.Body < fn.Line || fn.End < fn.Line || fn.Parent >= i {
				t.Errorf("function %d: %+v", i, fn)
			}
		}
	})
}

package advise

// main begins a program whose main has some lines; the first is its def.
func mainOf(lines ...string) *program {
	p := newProgram()
	p.define("app", "main", append([]string{"def main():"}, lines...)...)
	return p
}

// plain is a program of lines that take what lines take.
func plain() *program {
	p := mainOf("    for i in range(n):", "        a += i", "        b -= i")
	p.call("main", 10)
	for range 2000 {
		p.line(1, 40)
		p.line(2, 35)
		p.line(3, 30)
	}
	p.ret(40)
	return p
}

// withPlain runs plain's lines after a program that has returned.
func withPlain(p *program) *program {
	p.define("app", "rest", "def rest():", "    a += i")
	p.call("rest", 10)
	for range 50_000 {
		p.line(1, 40)
	}
	p.ret(40)
	return p
}

// libraryCalls is a line that takes some time.
func libraryCalls(source string, hits, ns int) *program {
	p := mainOf(source, "    b = 1")
	p.call("main", 10)
	for range hits {
		p.line(1, 30)
		p.line(2, ns)
	}
	p.ret(30)
	return p
}

// collecting makes objects, and every so many of them Python collects garbage.
func collecting(every, ns int) *program {
	p := mainOf("    for i in x:", "        a = [i]", "        b = [a]")
	p.call("main", 10)
	for i := range 60_000 {
		p.line(1, 60)
		p.line(2, 60)
		wait := 0
		if i%every == 0 {
			p.collect(i/every%3, ns)
			wait = ns
		}
		p.line(3, 60+wait)
	}
	p.ret(30)
	return p
}

func shownCalls() *program {
	p := mainOf("    a = work(x)")
	p.define("app", "work", "def work(x):", "    a += 1")
	p.call("main", 10)
	for range 10 {
		p.line(1, 30)
		p.call("work", 50)
		for range 20_000 {
			p.line(1, 40)
		}
		p.ret(30)
	}
	p.ret(30)
	return p
}

// loop is a line whose time depends on the iteration.
func loop(ns func(i int) int) *program {
	p := mainOf("    for i in range(n):", "        a = i in b", "        c = i")
	p.call("main", 10)
	for i := range 4000 {
		p.line(1, 40)
		p.line(2, 30)
		p.line(3, ns(i))
	}
	p.ret(40)
	return p
}

// queries is main called so many times, which asks so many times for something that
// takes so long.
func queries(mains, each, ns int) *program {
	p := mainOf("    for row in rows:", "        fetch(row)")
	p.define("db", "fetch", "    return cursor.execute(row)", "    return cursor.execute(row)")
	for range mains {
		p.call("main", 10)
		for range each {
			p.line(1, 40)
			p.line(2, 30)
			p.call("fetch", 50)
			p.line(1, 30)
			p.ret(ns)
		}
		p.ret(40)
	}
	return p
}

func helpers(each int) *program {
	p := mainOf("    for row in rows:", "        compute(row)")
	p.define("app", "compute", "def compute(row):", "    a += row")
	p.call("main", 10)
	for range each {
		p.line(1, 40)
		p.line(2, 30)
		p.call("compute", 50)
		for range 300 {
			p.line(1, 40)
		}
		p.ret(40)
	}
	p.ret(40)
	return p
}

// work is a function that asks once, and does more than that, for each row.
func work() *program {
	p := mainOf("    for row in rows:", "        handle(row)")
	p.define("app", "handle", "def handle(row):", "    a = cursor.execute(row)", "    a += 1")
	p.call("main", 10)
	for range 500 {
		p.line(1, 40)
		p.line(2, 30)
		p.call("handle", 50)
		p.line(2, 100_000)
		p.line(1, 30)
		p.line(2, 100_000)
		for range 40 {
			p.line(2, 40)
		}
		p.ret(40)
	}
	p.ret(40)
	return p
}

// lookups is a function that is called so many times, and raises each so many times, which takes some time.
func lookups(calls, every, ns int) *program {
	p := newProgram()
	p.lookups(calls, every, ns)
	return p
}

func (p *program) lookups(calls, every, ns int) {
	p.define("app", "main", "def main():", "    try: find(a)", "    except KeyError: b = 1")
	p.define("app", "find", "def find(a):", "    if a not in b:", "        raise missing", "    return b")
	p.call("main", 10)
	for i := range calls {
		p.line(1, 40)
		p.call("find", 50)
		p.line(1, 30)
		if i%every == 0 {
			p.line(2, 40)
			p.unwind(ns)
			p.line(2, 300)
		} else {
			p.line(3, 40)
			p.ret(30)
		}
	}
	p.ret(40)
}

// finallys is a deep recursion that an exception leaves, with a finally on each level.
func finallys(depth int) *program {
	p := mainOf("    fall(n)", "    b = 1")
	p.define("app", "fall", "def fall(n):", "    try: fall(n - 1)", "    finally: a += 1")
	p.call("main", 10)
	p.line(1, 40)
	for range depth {
		p.call("fall", 100)
		p.line(1, 300)
	}
	p.unwind(1000)
	for range depth - 1 {
		p.line(2, 200)
		p.unwind(200)
	}
	p.line(2, 40)
	p.ret(40)
	return p
}

func iterators(loops int) *program {
	p := mainOf("    for a in b:", "        c = 1")
	p.define("app", "It.__next__", "def __next__(self):", "    if self.a: raise StopIteration", "    return 1")
	p.call("main", 10)
	for range loops {
		p.line(1, 40)
		p.call("It.__next__", 50)
		p.line(1, 30)
		p.line(2, 30)
		p.ret(40)
		p.line(2, 40)
		p.line(1, 40)
		p.call("It.__next__", 50)
		p.line(1, 30)
		p.unwind(400)
	}
	p.ret(40)
	return p
}

// waits is a line that takes 2 s, and uses a part of the CPU meanwhile.
func waits(part float64) *program {
	p := mainOf("    a = reply.get()", "    b = 1")
	p.call("main", 10)
	cpu := 0
	for i := range 20 {
		p.sample(cpu)
		p.line(1, 40)
		p.line(2, 99_000_000)
		p.line(2, 1_000_000+i)
		cpu += int(part * 1e8)
	}
	p.ret(40)
	p.sample(cpu)
	return p
}

// importing is a function, or the program's own body, that imports a module whose body is
// recorded or not.
func importing(function string, recorded bool) *program {
	p := newProgram()
	p.define("__main__", "<module>", "import heavy", "handle()", "a += 1")
	p.define("app", "handle", "def handle():", "    import heavy", "    heavy.a")
	p.defineAs("body", "heavy", "<module>", 0, "a = 1")
	p.call("<module>", 10)
	p.line(1, 30)
	if function == "<module>" {
		p.line(0, 40)
	} else {
		p.call(function, 30)
		p.line(1, 40)
	}
	if recorded {
		p.call("body", 2_000_000)
		p.line(0, 10)
		for range 1000 {
			p.line(0, 4_000)
		}
		p.ret(10)
	} else {
		p.line(2, 6_000_000)
	}
	p.line(2, 30)
	if function != "<module>" {
		p.ret(40)
	}
	for range 60_000 {
		p.line(2, 100)
	}
	p.ret(40)
	return p
}

// callers is a function that three others call, one with another time by call.
func callers(much, little int) *program {
	p := mainOf("    one()", "    two()", "    three()")
	p.define("app", "one", "def one():", "    search(a)")
	p.define("app", "two", "def two():", "    search(b)")
	p.define("app", "search", "def search(x):", "    a += x")
	p.define("app", "three", "def three():", "    search(c)")
	p.call("main", 10)
	for i, name := range []string{"one", "two", "three"} {
		p.line(1+i, 40)
		p.call(name, 40)
		for range 20 {
			p.line(1, 40)
			p.call("search", 40)
			total := little
			if name == "two" {
				total = much
			}
			for range 100 {
				p.line(1, total/100)
			}
			p.ret(40)
		}
		p.ret(40)
	}
	p.ret(40)
	return p
}

// yields is a generator that yields so many times, after so many lines.
func yields(flags, count, lines int) *program {
	p := newProgram()
	p.yields(flags, count, lines)
	return p
}

func (p *program) yields(flags, count, lines int) {
	p.define("app", "main", "def main():", "    for a in g():", "        b = 1")
	p.defineFlagged("app", "g", flags, "def g():", "    yield a", "    c = 1")
	p.call("main", 10)
	p.line(1, 40)
	p.call("g", 40)
	for range count {
		for range lines {
			p.line(1, 100)
		}
		p.yield(100)
		p.line(2, 40)
		p.line(1, 40)
		p.resume("g", 1, 40)
	}
	p.ret(40)
	p.ret(40)
}

// running is a function that runs another program, as a launcher does.
func running() *program {
	p := mainOf("    exec(code)", "    a += 1")
	p.defineAs("body", "__main__", "<module>", 0, "a = 1")
	p.call("main", 10)
	p.line(1, 40)
	p.call("body", 20)
	for range 1000 {
		p.line(0, 4_000)
	}
	p.ret(10)
	p.line(2, 30)
	p.ret(40)
	return p
}

package conformance

// module is one of CPython's test modules.
type module struct {
	name string
	slow bool // it takes seconds: only in the long run

	// What stands in for it where it is not installed, if the module with the tests is.
	standIn, needs string
}

// modules are those that lean on what tracing touches: frames and how they are
// left, threads, processes, who else watches the interpreter, and its end.
var modules = []module{
	// Generators, coroutines, async generators.
	{name: "test_generators"}, {name: "test_generator_stop"}, {name: "test_genexps"}, {name: "test_yield_from"},
	{name: "test_coroutines"}, {name: "test_asyncgen"}, {name: "test_types", slow: true}, {name: "test_asyncio", slow: true},
	// Exceptions.
	{name: "test_exceptions"}, {name: "test_baseexception"}, {name: "test_exception_group"}, {name: "test_except_star"},
	{name: "test_exception_variations"}, {name: "test_exception_hierarchy"}, {name: "test_raise"}, {name: "test_traceback", slow: true},
	// Scopes, contexts, with statements, functions.
	{name: "test_scope"}, {name: "test_listcomps"}, {name: "test_named_expressions"}, {name: "test_dynamic"}, {name: "test_super"},
	{name: "test_context"}, {name: "test_with"}, {name: "test_contextlib"}, {name: "test_contextlib_async"},
	{name: "test_funcattrs"}, {name: "test_decorators"}, {name: "test_call", slow: true}, {name: "test_descr", slow: true}, {name: "test_functools", slow: true},
	// Who else looks at frames and code.
	{name: "test_sys_settrace"}, {name: "test_sys_setprofile"}, {name: "test_monitoring"}, {name: "test_bdb"},
	{name: "test_profile", slow: true}, {name: "test_cprofile", slow: true}, {name: "test_frame"}, {name: "test_code"}, {name: "test_opcache", slow: true},
	{name: "test_trace", slow: true}, {name: "test_pdb", slow: true}, {name: "test_inspect", slow: true}, {name: "test_dis", slow: true},
	{name: "test_faulthandler", slow: true}, {name: "test_tracemalloc", slow: true}, {name: "test_audit", slow: true},
	// Memory and the end.
	{name: "test_gc"}, {name: "test_finalization"}, {name: "test_atexit"}, {name: "test_weakref", slow: true}, {name: "test_sys", slow: true},
	// Threads.
	{name: "test_thread"}, {name: "test_threading_local"}, {name: "test_threading", slow: true}, {name: "test_threadsignals", slow: true},
	{name: "test_queue", slow: true}, {name: "test_concurrent_futures", slow: true}, {name: "test_thread_local_bytecode", slow: true},
	{name: "test_free_threading", slow: true},
	// Processes and interpreters.
	{name: "test_fork1", slow: true}, {name: "test_subprocess", slow: true}, {name: "test_signal", slow: true}, {name: "test_os", slow: true},
	{name: "test_cmd_line", slow: true}, {name: "test_site", slow: true}, {name: "test_interpreters", slow: true},
	{name: "test_capi", slow: true}, {name: "test_multiprocessing_main_handling", slow: true},
	{name: "test_multiprocessing_fork", slow: true, standIn: "standin.multiprocessing_fork", needs: "_test_multiprocessing"},
	{name: "test_multiprocessing_spawn", slow: true, standIn: "standin.multiprocessing_spawn", needs: "_test_multiprocessing"},
	{name: "test_multiprocessing_forkserver", slow: true, standIn: "standin.multiprocessing_forkserver", needs: "_test_multiprocessing"},
}

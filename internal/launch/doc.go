// Package launch starts a program so that the Python in it loads the agent:
// what the command line means (Split, Resolve), where the agent and its loader
// lie (FindLibrary), and the environment that brings them in (Environ).
//
// Nothing is changed about a program but four environment variables, and the
// loader puts them back before any code of the program runs. Whatever stands
// between (shells, env, version managers' shims, console scripts) only hands
// the environment on, and need not be understood here.
package launch

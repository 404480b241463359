// Package config finds what is set for the flags of a command line elsewhere than
// on it, and says where. A caller names the flags there are (Schema) and where it
// stands (Place); Load looks, the first that has a key holds:
//
//  1. environment variables: TRACER_RUN_MAX_SIZE is --max-size of tracer run
//  2. the project's file: tracer.toml, or pyproject.toml with a table [tool.tracer],
//     in the nearest directory upwards that has one; tracer.toml wins in the same
//     one. The search ends at the home directory, from outside it at the root.
//     TRACER_CONFIG names a file instead.
//  3. the user's file: config.toml in the folder tracer of the user's configuration
//     directory
//
// In each of these what is set for one command wins over what is set for all that
// share a flag. An empty value is one, too: it stands for the built-in default.
//
// What a file says may name programs to run and places to write to, so that a file
// holds only if the user or root owns it and not everybody may write to it. Others
// are ignored, with a warning (the rule of git's safe.directory).
package config

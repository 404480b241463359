// Package ptytest gives tests a terminal to start programs on.
package ptytest

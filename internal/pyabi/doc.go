// Package pyabi knows Pythons: where this machine has some (Find), which one a
// file is (Probe), and whether the agent can work in it (Info.Supported).
package pyabi

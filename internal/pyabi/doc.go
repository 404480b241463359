// Package pyabi knows Pythons: where this machine has some (Find, Environments),
// which one a file is (Probe), and whether and how the agent can work in it
// (Info.Hook, Info.Supported).
package pyabi

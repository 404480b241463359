// Package replay follows a thread's events: it keeps the stack of open frames
// and tells a Visitor what happened when.
//
// # Frames
//
// The agent keeps the same stack by the same rules:
//
//   - call, resume and throw push a frame of their code;
//   - return, yield and unwind pop the frame of their code if it is the innermost.
//     If it is open further out, the frames inside it are closed first, implied:
//     their exit was not seen. If it is not open at all, nothing happens;
//   - a line of the innermost frame's code is its new current line. If its code is
//     open further out, the frames inside are closed first, implied. If it is not
//     open, a frame is adopted: it was entered before recording began;
//   - after the last event all open frames are closed, implied.
//
// A slot carries the stack of the slot before it. Where that one is missing, or
// before a thread's first slot, the frames in the slot's head are the stack:
// those that were not open already are adopted. Frames that a head counts
// but does not hold are never matched.
package replay

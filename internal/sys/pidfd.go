package sys

// ProcessWatch tells when processes end, of which there may be hundreds. They need
// not be children of this process.
type ProcessWatch struct{ watch processWatch }

// NewProcessWatch returns a watch of no process yet.
func NewProcessWatch() (*ProcessWatch, error) {
	w := &ProcessWatch{}
	if err := w.watch.init(openPidfd); err != nil {
		return nil, err
	}
	return w, nil
}

// Add watches one more process; to add it again changes nothing as long as it runs.
// One that has ended already is told of like the others. The caller knows that the
// number is still that of the process it means, and is as this process sees it.
func (w *ProcessWatch) Add(pid int) error { return w.watch.add(pid) }

// Ended gives the number of each process that has ended, once. A child of this
// process can still be waited for then. The channel is closed by Close.
func (w *ProcessWatch) Ended() <-chan int { return w.watch.ended }

// Close ends the watch.
func (w *ProcessWatch) Close() error { return w.watch.close() }

package firefox

import (
	"errors"
	"fmt"
	"math"
)

// profile is what of a profile is read again.
type profile struct {
	Meta struct {
		Version   int     `json:"preprocessedProfileVersion"`
		Product   string  `json:"product"`
		StartTime float64 `json:"startTime"`
	}
	Counters []struct {
		Name, Category, PID string
		MainThreadIndex     int
		Samples             struct {
			Time, Count []float64
			Length      int
		}
	}
	Threads []readThread
}

type readThread struct {
	Name, PID    string
	TID          int
	IsMainThread bool
	Samples      struct {
		Stack              []*int
		TimeDeltas, Weight []float64
		WeightType         string
		Length             int
	}
	StackTable struct {
		Frame  []int
		Prefix []*int
		Length int
	}
	FrameTable struct {
		Func, Line, Category, Subcategory, Address, InlineDepth []int
		Length                                                  int
	}
	FuncTable struct {
		Name, FileName, LineNumber, Resource []int
		IsJS                                 []bool
		Length                               int
	}
	Markers struct {
		Data      []struct{ Lost int }
		Name      []int
		StartTime []float64
		EndTime   []*float64
		Length    int
	}
	StringArray []string
}

// check finds columns of another length than their table's, and numbers of what is not
// there or comes later.
func (t *readThread) check() error {
	var errs []error
	for name, lengths := range map[string][]int{
		"samples": {t.Samples.Length, len(t.Samples.Stack), len(t.Samples.TimeDeltas), len(t.Samples.Weight)},
		"stacks":  {t.StackTable.Length, len(t.StackTable.Frame), len(t.StackTable.Prefix)},
		"frames":  {t.FrameTable.Length, len(t.FrameTable.Func), len(t.FrameTable.Line), len(t.FrameTable.Category), len(t.FrameTable.Subcategory), len(t.FrameTable.Address), len(t.FrameTable.InlineDepth)},
		"funcs":   {t.FuncTable.Length, len(t.FuncTable.Name), len(t.FuncTable.FileName), len(t.FuncTable.LineNumber), len(t.FuncTable.Resource), len(t.FuncTable.IsJS)},
		"markers": {t.Markers.Length, len(t.Markers.Data), len(t.Markers.Name), len(t.Markers.StartTime), len(t.Markers.EndTime)},
	} {
		for _, n := range lengths {
			if n != lengths[0] {
				errs = append(errs, fmt.Errorf("%s: columns of the lengths %d", name, lengths))
				break
			}
		}
	}
	for i, prefix := range t.StackTable.Prefix {
		if prefix != nil && (*prefix < 0 || *prefix >= i) {
			errs = append(errs, fmt.Errorf("stack %d is on stack %d", i, *prefix))
		}
	}
	for i, weight := range t.Samples.Weight {
		if last := i == len(t.Samples.Weight)-1; weight <= 0 && !last || weight != 0 && last {
			errs = append(errs, fmt.Errorf("sample %d of %d has the weight %v", i, t.Samples.Length, weight))
		}
	}
	if t.Samples.WeightType != "tracing-ms" {
		errs = append(errs, fmt.Errorf("weights are %q", t.Samples.WeightType))
	}
	return errors.Join(errs...)
}

// stretches are the samples, those with a length, as timelinetest has stacks.
func (t *readThread) stretches() (list []string) {
	at := int64(0)
	for i, stack := range t.Samples.Stack {
		at += nanoseconds(t.Samples.TimeDeltas[i])
		if weight := nanoseconds(t.Samples.Weight[i]); weight > 0 {
			list = append(list, fmt.Sprint(at, " ", at+weight, t.stack(stack)))
		}
	}
	return list
}

func (t *readThread) stack(n *int) string {
	if n == nil {
		return ""
	}
	frame := t.StackTable.Frame[*n]
	name := t.StringArray[t.FuncTable.Name[t.FrameTable.Func[frame]]]
	return t.stack(t.StackTable.Prefix[*n]) + fmt.Sprintf(" %s:%d", name, t.FrameTable.Line[frame])
}

func (t *readThread) gaps() (list []string) {
	for i, at := range t.Markers.StartTime {
		list = append(list, fmt.Sprintln(nanoseconds(at), "gap", t.Markers.Data[i].Lost))
	}
	return list
}

func nanoseconds(ms float64) int64 { return int64(math.Round(ms * 1e6)) }

package cli

import (
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	tests := map[string]time.Duration{
		"0d": 0, "12h": 12 * time.Hour, "90m": 90 * time.Minute, "30d": 720 * time.Hour, "2w": 336 * time.Hour, "1.5d": 36 * time.Hour,
		"": -1, "d": -1, "30": -1, "-1d": -1, "-1h": -1, "1y": -1, "NaNd": -1, "Infd": -1, "1e9w": -1, "1d2h": -1, "soon": -1,
	}
	for text, want := range tests {
		var a age
		err := a.Set(text)
		if a.set != (err == nil) || (want < 0) != (err != nil) || want >= 0 && a.Duration != want {
			t.Errorf("%q is %v, %v, expected %v", text, a.Duration, err, want)
		}
	}
}

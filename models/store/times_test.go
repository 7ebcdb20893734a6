package store

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests need New England's clock on every machine
)

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

//go:build goolm

package matrixtest

import "time"

// now is the machine's time, in UTC.
func now() time.Time { return time.Now().UTC() }

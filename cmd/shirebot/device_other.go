//go:build !unix

package main

import "path/filepath"

// sameDevice reports whether two files lie on one disk, as far as their names
// tell.
func sameDevice(one, other string) (bool, error) {
	return filepath.VolumeName(one) == filepath.VolumeName(other), nil
}

//go:build unix

package main

import (
	"os"
	"syscall"
)

// sameDevice reports whether two files lie on one disk.
func sameDevice(one, other string) (bool, error) {
	first, err := os.Stat(one)
	if err != nil {
		return false, err
	}
	second, err := os.Stat(other)
	if err != nil {
		return false, err
	}
	a, known := first.Sys().(*syscall.Stat_t)
	b, both := second.Sys().(*syscall.Stat_t)
	return known && both && a.Dev == b.Dev, nil
}

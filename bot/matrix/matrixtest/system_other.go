//go:build goolm && !linux

package matrixtest

import "syscall"

// endsWithUs has nothing to offer here: the homeserver is stopped when a test
// ends, and a test that is killed leaves it running.
func endsWithUs() *syscall.SysProcAttr { return nil }

// fastFolder is a folder in memory; there is none here.
func fastFolder() string { return "" }

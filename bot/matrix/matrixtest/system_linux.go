//go:build goolm

package matrixtest

import "syscall"

// memoryFolder is where Linux keeps files in memory.
const memoryFolder = "/dev/shm"

// roomy is how much has to be free there, in bytes: a test's homeserver
// writes some megabytes, and containers have 64 of them by default.
const roomy = 2 << 30

// endsWithUs has the system kill the child when this process ends, however it
// ends: nothing is left running by a test that was killed.
func endsWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// fastFolder is a folder in memory, where writing to the disk costs nothing;
// empty if there is none with room enough. What a killed homeserver had
// written is still there.
func fastFolder() string {
	var about syscall.Statfs_t
	if err := syscall.Statfs(memoryFolder, &about); err != nil || about.Bavail*uint64(about.Bsize) < roomy { //nolint:unconvert,gosec // differs between machines
		return ""
	}
	if err := syscall.Access(memoryFolder, 2); err != nil { // may write
		return ""
	}
	return memoryFolder
}

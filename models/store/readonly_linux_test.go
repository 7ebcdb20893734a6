package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// asNobody runs something without the right to pass over file modes. Tests are
// often run by root, whom no mode stops: then its thread takes another user's
// rights to files, which every thread of Linux has for itself.
func asNobody(t *testing.T, run func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		var err error
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
			const nobody, ask = 65534, ^uintptr(0)
			for _, id := range []uintptr{nobody, ask} { // each answers with the user before
				before, _, _ := syscall.RawSyscall(syscall.SYS_SETFSUID, id, 0, 0)
				if id == ask && before != nobody {
					err = errors.New("the thread keeps root's rights")
				}
			}
		}
		if err == nil {
			run()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// openAsNobody opens what is expected not to open.
func openAsNobody(t *testing.T, dir string) (err error) {
	t.Helper()
	asNobody(t, func() {
		var s *Store
		if s, err = Open(t.Context(), Options{Dir: dir}); err == nil {
			err = s.Close()
		}
	})
	return err
}

// reachable is a temporary directory that anybody can enter.
func reachable(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	files, err := freshFiles()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name             string
		dir, file        fs.FileMode // of the data directory and of what is in it
		empty, elsewhere bool        // without files; or a directory in it that is not there
		want             error
	}{
		{"all can be written to", 0o777, 0o666, false, false, nil}, // else the others show nothing
		{"a directory without rights to write", 0o555, 0, true, false, ErrReadOnly},
		{"a directory to be made in it", 0o555, 0, true, true, ErrReadOnly},
		{"files without rights to write", 0o777, 0o444, false, false, ErrReadOnly},
		{"all without rights to write", 0o555, 0o444, false, false, ErrReadOnly},
		{"no file can be made beside the database", 0o555, 0o666, false, false, ErrReadOnly},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(reachable(t), "data")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{databaseFile, keyFile, lockFile} {
				if tt.empty {
					break
				}
				path := filepath.Join(dir, name)
				if err := errors.Join(os.WriteFile(path, files[name], 0o600), os.Chmod(path, tt.file)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(dir, tt.dir); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := os.Chmod(dir, 0o700); err != nil { // so that it can be removed
					t.Error(err)
				}
			})
			open := dir
			if tt.elsewhere {
				open = filepath.Join(dir, "shirebot")
			}
			wantErr(t, tt.name, openAsNobody(t, open), tt.want)
		})
	}
}

func TestFileErrorsAreExplained(t *testing.T) {
	t.Parallel()
	for errno, want := range map[syscall.Errno]error{
		syscall.EROFS: ErrReadOnly, syscall.EACCES: ErrReadOnly, syscall.EPERM: ErrReadOnly, syscall.ENOSPC: ErrFull, syscall.ENOTDIR: syscall.ENOTDIR,
	} {
		err := explainFile(&fs.PathError{Op: "open", Path: "/data", Err: errno})
		wantErr(t, errno.Error(), err, want)
		wantErr(t, errno.Error(), err, errno)
		if errno == syscall.ENOTDIR && (errors.Is(err, ErrReadOnly) || errors.Is(err, ErrFull)) {
			t.Errorf("%v is told as %v", errno, err)
		}
	}
}

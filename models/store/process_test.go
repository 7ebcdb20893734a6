package store

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// holdDir names the directory for TestHolder, which is the other process in the
// tests below and does nothing by itself.
const holdDir = "SHIREBOT_TEST_HOLD"

func TestHolder(t *testing.T) {
	dir := os.Getenv(holdDir)
	if dir == "" {
		return
	}
	w := found(t, openSQLite(t, in(dir)), "shire")
	w.act(mark(w, "by the other process"))
	if _, err := os.Stdout.WriteString("holding\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until it is let go
		t.Fatal(err)
	}
}

// holder starts a process that has the store of a directory open, and has
// written to it.
func holder(t *testing.T, dir string) (letGo func() error, kill func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestHolder$")
	cmd.Env = append(os.Environ(), holdDir+"="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil || line != "holding\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	letGo = func() error {
		if err := stdin.Close(); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, stdout); err != nil {
			return err
		}
		return cmd.Wait()
	}
	kill = func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Error("the process ended by itself")
		}
	}
	return letGo, kill
}

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	letGo, _ := holder(t, dir)
	for range 2 {
		wantErr(t, "while another process has it", refused(t, in(dir)), ErrLocked)
	}
	if err := letGo(); err != nil {
		t.Fatalf("the other process was disturbed: %v", err)
	}
	s := openSQLite(t, in(dir))
	wantMarks(t, town{Store: s}, map[string]int{"by the other process": 1})
	wantErr(t, "twice in one process", refused(t, in(dir)), ErrLocked)
}

func TestKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	dir := freshDir(t)
	_, kill := holder(t, dir)
	kill()
	w := town{Store: openSQLite(t, in(dir)), t: t, who: Who{Platform: "terminal", Space: "shire", Account: "ann"}}
	wantMarks(t, w, map[string]int{"by the other process": 1})
	w.act(func(tx *Tx) error { return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "hello"}) })
}

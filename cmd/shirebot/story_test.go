package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// TestMain makes this test binary the program too, for the scripts. It differs
// from the real one by its clock alone.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"shirebot": func() { os.Exit(start(os.Args[1:], storyClock{})) },
	})
}

// storyClock stands still at the time in STORY_NOW, so that a script can say
// what the program prints.
type storyClock struct{ bot.SystemClock }

func (storyClock) Now() time.Time {
	now, err := time.Parse(time.RFC3339, os.Getenv("STORY_NOW"))
	if err != nil {
		panic(err)
	}
	return now.UTC()
}

// TestStories runs the conversations in testdata/story: the whole program, as
// a person would run it, with all that it prints. They are documentation too.
func TestStories(t *testing.T) { runScripts(t, "story") }

// Every story ends with a look through what it left on the disk.
func TestEveryStoryLooksForPrivateText(t *testing.T) {
	t.Parallel()
	stories, err := filepath.Glob(filepath.Join("testdata", "story", "*.txtar"))
	if err != nil || len(stories) == 0 {
		t.Fatal(stories, err)
	}
	for _, story := range stories {
		text, err := os.ReadFile(story)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("\nlost data/shirebot ")) {
			t.Errorf("%s does not", story)
		}
	}
}

// TestProgram runs the scripts in testdata/program: settings, exit codes,
// faults of the data folder, the generated pages.
func TestProgram(t *testing.T) { runScripts(t, "program") }

func runScripts(t *testing.T, dir string, also ...func(*testscript.Env)) {
	t.Helper()
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", dir),
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("SHIREBOT_UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("LANG", "en_US.UTF-8")
			env.Setenv("TZ", "America/New_York")
			env.Setenv("STORY_NOW", "2026-12-07T14:00:00Z") // a Monday, 9:00 AM there
			env.Values[vars{}], env.Values[scriptContext{}] = env.Vars, t.Context()
			env.Values[scriptPlace{}] = &scriptDiscord{}
			for _, more := range also {
				more(env)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"hold":    command("DIR", hold),
			"sql":     command("FILE STATEMENT", execSQL),
			"end":     command("kill|interrupt LINES TEXT OUTPUT", end),
			"lost":    lost,
			"discord": command("WHAT", playDiscord),
			"play":    command("", func(ts *testscript.TestScript, _ []string) error { return ts.Value(scriptPlay{}).(func() error)() }),
		},
	})
}

// What a script's commands need besides their arguments: the names in its
// environment, and the test's context.
type (
	vars          struct{}
	scriptContext struct{}
	scriptPlay    struct{} // what "play" does: a func() error
)

// command makes a script's command of a function, and checks how it is called.
func command(usage string, run func(*testscript.TestScript, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != len(strings.Fields(usage)) {
			ts.Fatalf("usage: %s", usage)
		}
		ts.Check(run(ts, args))
	}
}

// lost checks that no file in a data folder (the database, its log, the
// program's log) holds any of the texts: "lost DIR TEXT...".
func lost(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: lost DIR TEXT...")
	}
	files, looked := ts.MkAbs(args[0]), 0
	ts.Check(filepath.WalkDir(files, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		looked += len(content)
		for _, text := range args[1:] {
			if bytes.Contains(content, []byte(text)) {
				return fmt.Errorf("%s holds %q", entry.Name(), text)
			}
		}
		return err
	}))
	if looked < 10_000 {
		ts.Fatalf("only %d bytes in %s: it looks in the wrong place", looked, files)
	}
}

// hold keeps a data folder open in this process until the script ends.
func hold(ts *testscript.TestScript, args []string) error {
	s, err := store.Open(ts.Value(scriptContext{}).(context.Context), store.Options{Dir: ts.MkAbs(args[0])})
	if err != nil {
		return err
	}
	ts.Defer(func() { ts.Check(s.Close()) })
	return nil
}

// execSQL changes a database behind the program's back.
func execSQL(ts *testscript.TestScript, args []string) error {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ts.Value(scriptContext{}).(context.Context), args[1])
	return errors.Join(err, db.Close())
}

// end runs "shirebot chat", types the lines of a file, waits until the program
// prints a line with the text, and stops it there and then: by "kill", which it
// cannot notice, or "interrupt", after which it ends with 0. What it printed
// goes to a file.
func end(ts *testscript.TestScript, args []string) error {
	signal := map[string]os.Signal{"kill": os.Kill, "interrupt": os.Interrupt}[args[0]]
	cmd, in, out, err := startChat(ts)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(in, ts.ReadFile(args[1])); err != nil {
		return err
	}
	printed, seen := "", false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		printed += lines.Text() + "\n"
		if seen || !strings.Contains(lines.Text(), args[2]) {
			continue
		}
		seen = true
		if err := cmd.Process.Signal(signal); err != nil {
			return err
		}
		if signal == os.Kill {
			break // what it may still have printed nobody saw
		}
	}
	err = cmd.Wait()
	if !seen || (err != nil) != (signal == os.Kill) {
		return fmt.Errorf("it ended with %w, having printed:\n%s", err, printed)
	}
	return os.WriteFile(ts.MkAbs(args[3]), []byte(printed), 0o600)
}

// startChat starts the program with a pipe that stays open.
func startChat(ts *testscript.TestScript) (cmd *exec.Cmd, in io.Writer, out io.Reader, err error) {
	path, err := exec.LookPath("shirebot")
	if err != nil {
		return nil, nil, nil, err
	}
	cmd = exec.CommandContext(ts.Value(scriptContext{}).(context.Context), path, "chat")
	cmd.Dir = ts.MkAbs(".")
	for _, v := range ts.Value(vars{}).([]string) {
		name, _, _ := strings.Cut(v, "=")
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	if in, err = cmd.StdinPipe(); err != nil {
		return nil, nil, nil, err
	}
	if out, err = cmd.StdoutPipe(); err != nil {
		return nil, nil, nil, err
	}
	return cmd, in, out, cmd.Start()
}

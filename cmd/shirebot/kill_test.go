package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// TestKill kills the program again and again while 64 callers use it, and then
// looks for what was lost, done twice or left half done. The program is this
// test's own binary (TestKillChild); the platform is this process, which
// outlives it, as a chat service would.
//
// SHIREBOT_KILLS says how often, SHIREBOT_SEED repeats the choices of a run.
// What the child is doing at each of them is up to the machine.
func TestKill(t *testing.T) {
	kills := int(number(t, "SHIREBOT_KILLS", 10))
	if testing.Short() {
		kills = min(kills, 2)
	}
	seed := number(t, "SHIREBOT_SEED", rand.Uint64())
	t.Logf("to repeat its choices: SHIREBOT_SEED=%d SHIREBOT_KILLS=%d", seed, kills)
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	settle(t, dir)
	w := newWitness(newPlan(rng))
	for life := range kills {
		w.live(t, dir, life, someMoment(rng))
		if (life+1)%100 == 0 {
			t.Logf("killed %d times, %d commands shown", life+1, len(w.shown))
		}
	}
	w.plan.ending = true
	w.live(t, dir, kills, never)
	checkAll(t, dir, kills, w)
	t.Logf("%d kills: %d commands shown, %d of them said to have changed something, %d sent again; %d messages, %d edits",
		kills, len(w.shown), w.effects(), w.repeats, len(w.messages), w.edits)
}

func number(t *testing.T, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// settle makes the coalition and its people.
func settle(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	r, err := commands.New(s, commands.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := commands.Founding{Who: who("admin"), Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board"}}
	if _, err := r.Found(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	for i := range people {
		role := models.Navigator
		switch {
		case i < 3:
			role = models.Organizer // each of whom is told of every need that wants another look
		case i%4 == 0:
			role = models.Volunteer
		}
		err := s.Update(t.Context(), time.Now(), func(tx *store.Tx) error {
			if err := tx.Act(who(account(i))); err != nil {
				return err
			}
			tx.Actor.Person.Roles, tx.Actor.Person.Welcomed = role, true
			tx.Save(tx.Actor.Person)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// moment is when a life ends: at a message of the child, and how far that one
// gets.
type moment struct {
	message int // counted from 1; 0 is right after the start
	how     ending
	bytes   int  // of the answer, where it is cut
	drain   bool // the platform still gets what the child had written by then
}

type ending int

const (
	unheard    ending = iota // the message does not arrive
	unanswered               // it arrives, and the child never hears so
	cut                      // the child gets a part of the answer
	answered                 // the child gets the answer
)

var never = moment{message: -1}

func someMoment(rng *rand.Rand) moment {
	m := moment{message: rng.IntN(1200), how: ending(rng.IntN(4)), bytes: rng.IntN(60), drain: rng.IntN(2) == 0}
	if rng.IntN(8) == 0 {
		m.message = rng.IntN(3)
	}
	return m
}

// live starts the program, answers it until the moment has come, and kills it.
// Without a moment it waits until the program has nothing left to do.
func (w *witness) live(t *testing.T, dir string, life int, end moment) {
	t.Helper()
	child, from, to, log := startChild(t, dir, life)
	lines := bufio.NewReaderSize(from, 1<<20)
	killed := false
	kill := func() {
		killed = true
		if err := child.Process.Kill(); err != nil {
			t.Fatalf("life %d: kill: %v", life, err)
		}
	}
	if end.message == 0 {
		kill()
	}
	for n := 1; !killed; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("life %d: %v", life, err)
		}
		if n != end.message {
			w.answer(t, to, w.hear(t, line), -1)
			continue
		}
		if end.how != unheard {
			answer := w.hear(t, line)
			switch end.how {
			case cut:
				w.answer(t, to, answer, end.bytes)
			case answered:
				w.answer(t, to, answer, -1)
			}
		}
		kill()
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatalf("life %d: %v", life, err)
	}
	if end.drain {
		w.hearRest(t, rest)
	}
	err = child.Wait()
	if killed == (err == nil) {
		t.Fatalf("life %d: the program ended by itself or not at all: %v\n%s", life, err, log)
	}
	if bytes.Contains(log.Bytes(), []byte("level=ERROR")) {
		t.Errorf("life %d: the program's log:\n%s", life, log)
	}
	if err := errors.Join(from.Close(), to.Close()); err != nil {
		t.Fatal(err)
	}
	w.plan.restarted()
}

// hearRest takes in the whole lines that were on their way.
func (w *witness) hearRest(t *testing.T, rest []byte) {
	for {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if !whole {
			return
		}
		w.hear(t, line)
		rest = after
	}
}

// answer writes an answer, or the first bytes of it.
func (w *witness) answer(t *testing.T, to io.Writer, a answer, limit int) {
	t.Helper()
	line, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	line = append(line, '\n')
	if limit >= 0 {
		line = line[:min(limit, len(line))]
	}
	if _, err := to.Write(line); err != nil {
		t.Fatalf("the program does not listen: %v", err)
	}
}

func startChild(t *testing.T, dir string, life int) (child *exec.Cmd, from, to *os.File, log *bytes.Buffer) {
	t.Helper()
	from, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	theirIn, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	child = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillChild$", "-test.timeout=10m")
	child.Env = append(os.Environ(), childDir+"="+dir, childLife+"="+strconv.Itoa(life))
	child.ExtraFiles = []*os.File{theirIn, theirOut}
	log = &bytes.Buffer{}
	child.Stdout, child.Stderr = log, log
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(theirIn.Close(), theirOut.Close()); err != nil {
		t.Fatal(err)
	}
	return child, from, to, log
}

package commands

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

var anyCode = regexp.MustCompile(`[ACDEFHJKMNPQRTUVWXY3467]{4}(-[ACDEFHJKMNPQRTUVWXY3467]{4}){3}`)

// code is a new code with which a server joins.
func (w *world) code() string {
	w.t.Helper()
	code := anyCode.FindString(w.hears("you", "join", "Your code: ", "/join ", "within 24 hours"))
	if code == "" {
		w.t.Fatal("there is no code")
	}
	return code
}

// joining is somebody who manages another server.
func joining(space, name string) Founding {
	return Founding{Who: store.Who{Platform: "terminal", Space: space, Account: name, Name: name}, Lang: models.English, SpaceName: "Falls " + space,
		Now: []RoomNow{{Remote: space + "-needs", Name: "#needs"}}}
}

func (w *world) joins(f Founding, code string) *Reply {
	w.t.Helper()
	reply, err := w.reg.JoinSpace(w.t.Context(), f, code)
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}

func TestJoin(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board").cast()
	n1 := w.asks()
	code := w.code()
	w.sent()
	w.says("lee", "join")
	w.refused("lee", "join", "join is for admins")
	w.refused("you", "join "+code, "This server is part of a coalition already.")

	typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	reply := w.joins(joining("two", "max"), " "+typed+"\n")
	holds(t, "who joins", shown(reply), "This server is part of Larch County now.", "I post needs in #needs.")
	if reply.Mistake || reply.Coalition != w.actor("you").Coalition.ID {
		t.Errorf("%+v", reply)
	}
	out := w.sent()
	out.told(t, "you", "Falls two is part of our coalition now. It joined with a code that you asked for.")
	out.told(t, "two-needs", n1)
	out.only(t, "you", "two-needs")

	w.space = "two"
	if a := w.actor("max"); a.Person.Roles != 0 || a.Coalition.ID != reply.Coalition {
		t.Errorf("%+v", a.Person)
	}
	w.hears("sam", "claim "+n1, "You took")
	out = w.sent()
	out.told(t, "id-board", "Taken.")
	out.told(t, "two-needs", "Taken.")
	for _, again := range []Founding{joining("two", "max"), joining("guild", "max")} {
		if reply := w.joins(again, code); !reply.Mistake || !contains(shown(reply), "part of a coalition already") {
			t.Errorf("%q", shown(reply))
		}
	}
	if bytes.Contains(w.files(), []byte(code)) || bytes.Contains(w.files(), []byte(bareCode(code))) {
		t.Error("the code is in the files")
	}
}

// What is wrong with a code is said to nobody who tries one.
func TestJoinWithAWrongCode(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board")
	used, old, admins := w.code(), w.code(), ""
	w.joins(joining("two", "max"), used)
	w.becomes("lee", models.Admin)
	admins = anyCode.FindString(w.says("lee", "join"))
	w.becomes("lee", models.Organizer)
	said := map[string]bool{}
	try := func(code string) {
		reply := w.joins(joining("three", "ana"), code)
		if !reply.Mistake {
			t.Errorf("%q is a code", code)
		}
		said[shown(reply)] = true
	}
	for _, code := range []string{used, admins, "AAAA-AAAA-AAAA-AAAA", "", "' OR 1=1 --", strings.Repeat("A", 5000)} {
		try(code)
	}
	w.pass(joinLasts)
	try(old)
	if len(said) != 1 {
		t.Errorf("the answers differ: %v", said)
	}
	for text := range said {
		holds(t, "the answer", text, "That code doesn't work.", "/join")
	}
	spanish := joining("three", "ana")
	spanish.Lang = models.Spanish
	holds(t, "in Spanish", shown(w.joins(spanish, old)), "Ese código no funciona.", "/unirse")
	w.sweep()
	if n := w.count(models.JoinCode{}); n != 1 {
		t.Errorf("%d codes are kept, want the used one", n)
	}
}

func TestJoinCodesAreFew(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board")
	codes := []string{w.code(), w.code(), w.code(), w.code()}
	for i, want := range []bool{false, true, true, true} {
		if joined := !w.joins(joining(string(rune('a'+i)), "max"), codes[i]).Mistake; joined != want {
			t.Errorf("code %d: %v", i, joined)
		}
	}
}

// An event that comes again is not answered with the code: it is not kept.
func TestJoinCodeIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board")
	inv := Invocation{EventID: "e", Who: w.who("you"), Text: "join"}
	for i, want := range []string{"Your code: ", "I showed you that code already"} {
		reply, err := w.reg.Run(t.Context(), inv)
		if err != nil || !contains(shown(reply), want) {
			t.Errorf("%d: %q %v", i, shown(reply), err)
		}
	}
	if n := w.count(models.JoinCode{}); n != 1 {
		t.Errorf("%d codes", n)
	}
	w.says("you", "language es")
	holds(t, "in Spanish", w.says("you", "unirse"), "Su código: ")
}

// Two servers with one code: one of them joins.
func TestTwoServersWithOneCode(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board")
	code := w.code()
	replies := make([]*Reply, 8)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() {
			var err error
			if replies[i], err = w.reg.JoinSpace(t.Context(), joining(string(rune('a'+i)), "max"), code); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	joined := 0
	for _, reply := range replies {
		if reply != nil && !reply.Mistake {
			joined++
		}
	}
	if joined != 1 {
		t.Errorf("%d servers joined", joined)
	}
}

// Whoever gives a code is told as the one who is known already, if they are.
func TestJoinKeepsWhoIsKnown(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board").cast()
	people := w.count(models.Person{})
	w.joins(joining("two", "lee"), w.code())
	w.pass(time.Minute)
	if a := w.actor("lee"); a.Person.Roles != models.Organizer || w.count(models.Person{}) != people {
		t.Errorf("%+v", a.Person)
	}
}

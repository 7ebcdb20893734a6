package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestMatrixSync(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	get := func(account, want string) {
		t.Helper()
		if got, err := s.MatrixSync(t.Context(), account); err != nil || got != want {
			t.Errorf("%s goes on from %q, %v; want %q", account, got, err, want)
		}
	}
	get("@bot:x", "")
	for _, token := range []string{"s1", "s2"} {
		if err := s.SetMatrixSync(t.Context(), "@bot:x", token); err != nil {
			t.Fatal(err)
		}
		get("@bot:x", token)
	}
	get("@other:x", "")
}

func TestDirectRooms(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if d, err := s.DirectRoom(t.Context(), "matrix", "@ana:x"); d != nil || err != nil {
		t.Errorf("at first %v, %v", d, err)
	}
	must(s.SetDirectRoom(t.Context(), DirectRoom{Platform: "matrix", Remote: "@ana:x", State: "opening", CreatedAt: noon}))
	must(s.SetDirectRoom(t.Context(), DirectRoom{Platform: "matrix", Remote: "@ana:x", Room: "!1:x", State: "open", CreatedAt: noon}))
	must(s.SetDirectRoom(t.Context(), DirectRoom{Platform: "matrix", Remote: "@bea:x", Room: "!2:x", State: "open", CreatedAt: noon}))
	must(s.SetDirectRoom(t.Context(), DirectRoom{Platform: "other", Remote: "@bea:x", Room: "!3:x", CreatedAt: noon}))
	if d, err := s.DirectRoom(t.Context(), "matrix", "@ana:x"); err != nil || *d != (DirectRoom{"matrix", "@ana:x", "!1:x", "open", noon}) {
		t.Errorf("%+v, %v", d, err)
	}
	if all, err := s.DirectRooms(t.Context(), "matrix"); err != nil || len(all) != 2 || all[1].Room != "!2:x" {
		t.Errorf("%+v, %v", all, err)
	}
	must(s.RemoveDirectRoom(t.Context(), "matrix", "@ana:x", "!other:x"))
	must(s.RemoveDirectRoom(t.Context(), "matrix", "@bea:x", "!2:x"))
	if all, err := s.DirectRooms(t.Context(), "matrix"); err != nil || len(all) != 1 || all[0].Remote != "@ana:x" {
		t.Errorf("after one was removed: %+v, %v", all, err)
	}
}

func TestUndecryptable(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	keep := func(event, session string, told bool, at time.Time) {
		t.Helper()
		if err := s.KeepUndecryptable(t.Context(), Undecryptable{event, "!1:x", session, "@ana:x", "raw " + event, at, told}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(session string, want ...string) {
		t.Helper()
		list, err := s.Undecryptable(t.Context(), session)
		var got []string
		for _, u := range list {
			got = append(got, fmt.Sprint(u.Event, " ", u.Raw, " ", u.Told))
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", session, got, err, want)
		}
	}
	keep("$2", "one", false, noon.Add(time.Second))
	keep("$1", "one", false, noon)
	keep("$3", "two", true, noon.Add(-undecryptableLasts))
	keep("$1", "one", true, noon)
	keep("$1", "one", false, noon) // that it was told stays
	want("one", "$1 raw $1 true", "$2 raw $2 false")
	want("", "$3 raw $3 true", "$1 raw $1 true", "$2 raw $2 false")
	if n, err := s.Sweep(t.Context(), noon.Add(time.Second), day); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	if err := s.DropUndecryptable(t.Context(), "$1", "$9"); err != nil {
		t.Fatal(err)
	}
	want("", "$2 raw $2 false")
}

func TestReactionEvents(t *testing.T) {
	t.Parallel()
	w := found(t, openSQLite(t), "shire")
	n := w.need()
	w.act(func(tx *Tx) error {
		rooms, err := tx.Rooms()
		tx.Add(&models.Card{ID: tx.ID(), CoalitionID: tx.coalition, Kind: models.KindNeed, EntityID: n.ID, RoomID: rooms[0].ID, Platform: "terminal", RemoteID: "$card", CreatedAt: tx.Now})
		return err
	})
	r := ReactionEvent{"$1", "shire/#board", "$card", "bea", "✋", noon}
	for name, change := range map[string]func(r *ReactionEvent){
		"another message": func(r *ReactionEvent) { r.Message = "$other" }, "another room": func(r *ReactionEvent) { r.Room = "elsewhere" }, "no message": func(r *ReactionEvent) { r.Message = "" },
	} {
		other := r
		change(&other)
		if kept, err := w.KeepReaction(t.Context(), "terminal", other); err != nil || kept {
			t.Errorf("%s: kept %v, %v", name, kept, err)
		}
	}
	for range 2 {
		if kept, err := w.KeepReaction(t.Context(), "terminal", r); err != nil || !kept {
			t.Errorf("kept %v, %v", kept, err)
		}
	}
	if got, err := w.ReactionOf(t.Context(), "$1"); err != nil || got == nil || *got != r {
		t.Errorf("%+v, %v", got, err)
	}
	if all, err := w.ReactionsOn(t.Context(), "$card"); err != nil || len(all) != 1 || *all[0] != r {
		t.Errorf("%+v, %v", all, err)
	}
	if err := w.DropReaction(t.Context(), "$1"); err != nil {
		t.Fatal(err)
	}
	if got, err := w.ReactionOf(t.Context(), "$1"); err != nil || got != nil {
		t.Errorf("dropped: %+v, %v", got, err)
	}
}

// due lists what is to be taken back at noon, a day after it was shown at most.
func (w town) due() (events []string) {
	w.t.Helper()
	list, err := w.DueShown(w.t.Context(), "terminal", noon.Add(-day))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range list {
		events = append(events, s.Event)
	}
	return events
}

func (w town) show(event, account string, about models.Entity, at time.Time) {
	w.t.Helper()
	err := w.AddShown(w.t.Context(), DirectShown{CoalitionID: w.coalition, Platform: "terminal", Room: "!1", Event: event, Account: account, Kind: about.Kind, RowID: about.ID, At: at})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestShownIsTakenBack(t *testing.T) {
	t.Parallel()
	w := found(t, openSQLite(t), "shire")
	need, other := w.need(), w.need()
	claim := func(account string) {
		w.do(w.as(account, func(tx *Tx) error {
			tx.Actor.Person.Roles = models.Volunteer
			n, err := tx.NeedByID(need.ID)
			if err != nil {
				return err
			}
			c, err := n.Claim(tx.ID(), tx.Actor, nil, false, tx.Now)
			tx.Add(c)
			tx.Save(n, tx.Actor.Person)
			return err
		}))
	}
	release := func(account string) {
		w.do(w.as(account, func(tx *Tx) error {
			n, err := tx.NeedByID(need.ID)
			if err != nil {
				return err
			}
			live, err := tx.LiveClaims(need.ID)
			if err != nil {
				return err
			}
			for _, c := range live {
				if c.PersonID == tx.Actor.Person.ID {
					if err := n.Release(c, tx.Actor.Person, models.ReleasedByHolder, tx.Now); err != nil {
						return err
					}
					tx.Save(c, n, tx.Actor.Person)
				}
			}
			return nil
		}))
	}
	claim("bea")
	// At the moment at which the claim ends: times are kept to the microsecond.
	w.show("$bea", "bea", need.Entity(), noon.Add(900*time.Nanosecond))
	w.show("$bea", "bea", need.Entity(), noon) // the same again
	w.show("$ann", "ann", need.Entity(), noon) // hers, without a claim
	w.show("$other", "bea", other.Entity(), noon)
	if due := w.due(); len(due) > 0 {
		t.Errorf("while the claim is live: %q", due)
	}
	w.show("$old", "bea", need.Entity(), noon.Add(-day-time.Second))
	if due := w.due(); !slices.Equal(due, []string{"$old"}) {
		t.Errorf("after a day: %q", due)
	}
	release("bea")
	if due := w.due(); !slices.Equal(due, []string{"$old", "$bea"}) {
		t.Errorf("after the claim: %q", due)
	}
	claim("bea") // again: what was shown for the first one is of use
	if due := w.due(); !slices.Equal(due, []string{"$old"}) {
		t.Errorf("claimed again: %q", due)
	}
	list, err := w.DueShown(t.Context(), "terminal", noon.Add(-day))
	if err != nil || len(list) != 1 || list[0].CoalitionID != w.coalition || list[0].RowID != need.ID || list[0].AccountID == 0 || list[0].Room != "!1" {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := w.RemoveShown(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	w.act(func(tx *Tx) error {
		n, err := tx.NeedByID(other.ID)
		if err != nil {
			return err
		}
		tx.Save(n)
		return n.Close("other", nil, nil, noon)
	})
	if due := w.due(); !slices.Equal(due, []string{"$other"}) {
		t.Errorf("after the need: %q", due)
	}
	if list, err := w.DueShown(t.Context(), "matrix", noon.Add(day)); err != nil || len(list) > 0 {
		t.Errorf("on another platform: %+v, %v", list, err)
	}
}

// Who is forgotten has no private chat any more, unless another coalition knows
// them.
func TestForgettingTakesTheChat(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	w := found(t, s, "shire")
	found(t, s, "elsewhere")
	var bea, ann models.ID
	w.do(w.as("bea", func(tx *Tx) error { bea = tx.Actor.Person.ID; return nil }))
	w.act(func(tx *Tx) error { ann = tx.Actor.Person.ID; return nil })
	need := w.need()
	w.show("$1", "bea", need.Entity(), noon)
	w.act(func(tx *Tx) error {
		rooms, err := tx.Rooms()
		tx.Add(&models.Card{ID: tx.ID(), CoalitionID: tx.coalition, Kind: models.KindNeed, EntityID: need.ID, RoomID: rooms[0].ID, Platform: "terminal", RemoteID: "$card", CreatedAt: tx.Now})
		return err
	})
	for _, who := range []string{"bea", "ann"} {
		if err := s.SetDirectRoom(t.Context(), DirectRoom{Platform: "terminal", Remote: who, Room: "!" + who, CreatedAt: noon}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.KeepReaction(t.Context(), "terminal", ReactionEvent{"$" + who, "shire/#board", "$card", who, "✋", noon}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.KeepUndecryptable(t.Context(), Undecryptable{Event: "$u", Sender: "bea", At: noon}); err != nil {
		t.Fatal(err)
	}
	w.forget(bea)
	w.forget(ann) // and is known elsewhere
	rooms, err := s.DirectRooms(t.Context(), "terminal")
	if err != nil || len(rooms) != 1 || rooms[0].Remote != "ann" {
		t.Errorf("private chats %+v, %v", rooms, err)
	}
	if n := count(t, s, "reaction_event", "true") + count(t, s, "undecryptable", "true"); n != 0 {
		t.Errorf("%d reactions and unread messages", n)
	}
	if due := w.due(); !slices.Equal(due, []string{"$1"}) {
		t.Errorf("to be taken back: %q", due)
	}
}

package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func privateNeed(w *world) string {
	return w.posts("rosa", `need milk category:food when:anytime contact:413-555-0142 address:"14 Mill Ln." note:"ring twice"`)
}

func TestDetailsForWhoHelps(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := privateNeed(w)
	w.refused("sam", "details "+n1, "Whoever takes N1 can see its private details. To take it: claim N1")
	w.says("sam", "claim "+n1)
	w.sent()
	w.pass(models.AddressWait)
	w.hears("sam", "1", "N1, private. rosa, 413-555-0142. 14 Mill Ln. Note ring twice.\nYou can see this until N1 is done or given back.")
	w.sent().only(t)
	w.says("sam", "idioma es")
	w.hears("sam", "detalles "+n1, "N1, privado. rosa, 413-555-0142. 14 Mill Ln. Nota ring twice.\nPuede verlo hasta que el N1")
	w.hears("rosa", "details "+n1, "N1, private. rosa, 413-555-0142. 14 Mill Ln. Note ring twice.")
	w.says("sam", "devolver "+n1+" nota:x")
	w.refused("sam", "detalles "+n1, "Los datos privados del N1 los ve quien lo tome.")
}

func TestDetailsRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := privateNeed(w)
	w.becomes("jo", models.Navigator)
	for _, name := range []string{"kofi", "jo", "max"} {
		lacks(t, name, w.refused(name, "details "+n1, "To take it: claim N1"), "413", "Mill", "rosa")
	}
	lacks(t, "admin", w.refused("you", "details "+n1, "The admin role runs the bot and doesn't see private details."), "413")
	w.says("sam", "claim "+n1)
	w.says("sam", "done "+n1)
	lacks(t, "after it was done", w.refused("sam", "details "+n1, "N1 is done. Private details are no longer shown."), "413")
	w.refused("sam", "details O1", "O1 is an offer")
}

func TestDetailsWithoutAny(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need milk category:food when:anytime")
	w.says("sam", "claim "+n1)
	w.hears("sam", "details "+n1, "There are no private details for N1, besides the name: rosa.")
}

// Each look of somebody else is recorded, the person's own are not.
func TestLooksAreRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := privateNeed(w)
	w.says("sam", "claim "+n1)
	w.says("rosa", "details "+n1)
	w.says("kofi", "details "+n1)
	looks := func() int64 {
		return w.count(&models.Look{})
	}
	if n := looks(); n != 0 {
		t.Errorf("%d looks are recorded before anybody looked", n)
	}
	w.says("sam", "details "+n1)
	w.says("sam", "details "+n1)
	if n := looks(); n != 2 {
		t.Errorf("%d looks are recorded, of 2", n)
	}
}

// What is shown is decided when it is shown: a repeat after the claim ended
// shows nothing.
func TestDetailsRepeatedAfterTheClaimEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := privateNeed(w)
	w.says("sam", "claim "+n1)
	inv := Invocation{EventID: "look", Who: w.who("sam"), Text: "details " + n1}
	if reply, err := w.reg.Run(t.Context(), inv); err != nil || !contains(shown(reply), "413-555-0142") {
		t.Fatalf("%v %v", shown(reply), err)
	}
	w.says("sam", `release N1 note:"x"`)
	reply, err := w.reg.Run(t.Context(), inv)
	if err != nil || !reply.Repeat || shown(reply) != "Private details are no longer shown." {
		t.Errorf("the repeat shows %q, %v", shown(reply), err)
	}
	if n := w.count(&models.Look{}); n != 1 {
		t.Errorf("%d looks are recorded, of 1", n)
	}
}

// A message that was put into the outbox shows what holds when it is delivered.
func TestDetailsInTheOutboxAreDecidedLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := privateNeed(w)
	w.sent()
	err := w.reg.store.Update(t.Context(), w.clock(), func(tx *store.Tx) error {
		if err := tx.Act(w.who("kofi")); err != nil {
			return err
		}
		return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "details.shown", About: w.need(n1).Entity()})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.sent().told(t, "kofi", "Private details are no longer shown.")
}

package commands

import (
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// asksFor is a need of Rosa's of a kind, with all that is private.
func (w *world) asksFor(category string) string {
	w.t.Helper()
	return w.posts("rosa", `need some help with it category:`+category+` when:anytime contact:413-555-0142 address:"14 Mill Ln."`)
}

func (w *world) looks(ref string) []*models.Look {
	w.t.Helper()
	looks, err := w.reader().Looks(w.need(ref).ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return looks
}

// reason opens why somebody looked.
func (w *world) reason(look *models.Look) string {
	w.t.Helper()
	values, err := w.reader().Private(models.Entity{Kind: models.KindLook, ID: look.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return values[models.FieldReason]
}

func TestDetailsByAnOrganizer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asksFor("food")
	w.hears("lee", `details `+n1+` reason:"nobody could reach her"`, "N1, private. rosa, 413-555-0142. 14 Mill Ln.\nThis look is in the record, with your reason.")
	w.hears("lee", "details "+n1, "Why do you need them? Your reason goes into the record.")
	if n := len(w.looks(n1)); n != 1 {
		t.Errorf("%d looks before the reason was given, want 1", n)
	}
	w.hears("lee", "she called, from another number", "N1, private. rosa, 413-555-0142. 14 Mill Ln.")
	w.says("lee", "idioma es")
	w.hears("lee", "detalles "+n1, "¿Para qué los necesita? Su motivo queda registrado.")
	w.hears("lee", "hay que preguntarle algo", "N1, privado. rosa, 413-555-0142. 14 Mill Ln.")
	looks := w.looks(n1)
	for i, want := range []string{"nobody could reach her", "she called, from another number", "hay que preguntarle algo"} {
		if i >= len(looks) || !looks[i].AsTeam || w.reason(looks[i]) != want {
			t.Errorf("look %d of %d: not by the role with the reason %q", i, len(looks), want)
		}
	}
	w.says("sam", "claim "+n1)
	w.says("sam", "done "+n1)
	w.hears("lee", "detalles "+n1+" motivo:falta algo", "N1, privado. rosa")
}

// The question for the reason can be left, and does not swallow commands.
func TestDetailsReasonIsAskedPolitely(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asksFor("food"), w.asksFor("food")
	for _, word := range []string{"cancel", "skip"} {
		w.says("lee", "details "+n1)
		w.hears("lee", word, "All right. Nothing was shown.")
	}
	w.says("lee", "details "+n1)
	w.hears("lee", "back", "Why do you need them?")
	w.hears("lee", "board", "Open needs")
	w.hears("lee", "details "+n2, "Why do you need them?")
	w.hears("lee", "she asked me to", "N2, private.")
	if n := len(w.looks(n1)); n != 0 {
		t.Errorf("%d looks at N1, want none", n)
	}
	w.says("lee", "need")
	w.hears("lee", "details "+n1, `For the record, I need your reason. Write it like this: details N1 reason:"nobody could reach them"`)
	w.hears("lee", "soup", "2 of 5. Kind of help?")
	w.says("lee", "idioma es")
	w.hears("lee", "detalles "+n1, `Para el registro, necesito su motivo. Escríbalo así: detalles N1 motivo:"`)
	w.says("lee", "cancelar")
	w.says("lee", "detalles "+n1)
	w.hears("lee", "cancelar", "Está bien. No se mostró nada.")
}

func TestDetailsByANavigator(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("jo", models.Navigator)
	for _, category := range []string{"paperwork", "company"} {
		n := w.asksFor(category)
		w.hears("jo", "details "+n, n+", private. rosa, 413-555-0142. 14 Mill Ln.\nThis look is in the record.")
		if looks := w.looks(n); len(looks) != 1 || !looks[0].AsTeam || w.reason(looks[0]) != "" {
			t.Errorf("%s: the looks are %+v", category, looks)
		}
		w.says("rosa", "close "+n+" no_longer_needed")
		lacks(t, "when it is over", w.refused("jo", "details "+n, n+" is closed. Private details are no longer shown."), "413")
	}
	food := w.asksFor("food")
	lacks(t, "another kind", w.refused("jo", "details "+food, "Whoever takes N3"), "413", "rosa")
	w.says("jo", "claim "+food)
	w.hears("jo", "details "+food, "N3, private. rosa, 413-555-0142.", "You can see this until")
	w.says("jo", "release "+food+" note:x")
	w.refused("jo", "details "+food, "Whoever takes N3")
	w.says("jo", "idioma es")
	w.hears("jo", "detalles "+w.asksFor("company"), "Esta vista queda registrada.")
}

// Twenty looks by a role within an hour, then none until the first is an hour
// ago.
func TestDetailsLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asksFor("food")
	for i := range models.TeamLooks {
		w.hears("lee", fmt.Sprintf("details %s reason:call %d", n1, i), "N1, private.")
		w.pass(time.Minute)
	}
	lacks(t, "the limit", w.refused("lee", "details "+n1+" reason:one more", "You have had 20 looks this hour, and that is the most. The next one is possible at 11:00 AM."), "413")
	w.refused("lee", "details "+n1, "You have had 20 looks this hour") // and no reason is asked for
	w.says("lee", "idioma es")
	w.refused("lee", "detalles "+n1, "Ya vio datos privados 20 veces esta hora, y es lo más que se puede. La siguiente vista se puede a las 11:00 a. m.")
	w.says("lee", "claim "+n1)
	w.hears("lee", "details "+n1, "N1, privado.", "Puede verlo hasta que el N1") // what they took is not counted
	w.says("lee", "release "+n1+" note:x")
	w.pass(40 * time.Minute)
	w.hears("lee", "details "+n1+" reason:an hour later", "N1, privado.")
	w.refused("lee", "details "+n1+" reason:and again", "20 veces")
	if n := len(w.looks(n1)); n != models.TeamLooks+2 {
		t.Errorf("%d looks on record, want %d", n, models.TeamLooks+2)
	}
}

// A role that was taken back shows nothing, not even to an event that comes
// again; and nothing is shown by a role without a look on record.
func TestDetailsByARoleAreDecidedLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asksFor("food")
	inv := Invocation{EventID: "look", Who: w.who("lee"), Text: "details " + n1 + " reason:a call"}
	if reply, err := w.reg.Run(t.Context(), inv); err != nil || !contains(shown(reply), "413-555-0142") {
		t.Fatalf("%v %v", shown(reply), err)
	}
	w.says("you", "role remove organizer lee")
	reply, err := w.reg.Run(t.Context(), inv)
	if err != nil || !reply.Repeat || shown(reply) != "Private details are no longer shown." {
		t.Errorf("the repeat shows %q, %v", shown(reply), err)
	}
	w.becomes("ana", models.Organizer)
	w.sent()
	err = w.reg.store.Update(t.Context(), w.clock(), func(tx *store.Tx) error {
		if err := tx.Act(w.who("ana")); err != nil {
			return err
		}
		return tx.Tell(tx.Actor.Person.ID, models.Message{Key: "details.shown_team", About: w.need(n1).Entity()})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.sent().told(t, "ana", "Private details are no longer shown.")
}

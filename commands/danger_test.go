package commands

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const cry = "I want to kill myself"

// In the middle of a question: the answer comes at once, nothing of the line is
// kept, and the question stays open.
func TestDangerInAQuestion(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := openWorld(t, store.Options{Dir: t.TempDir()}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))).cast()
	w.says("rosa", "pedir")
	w.says("rosa", "leche y pan")
	before := w.tables()
	got := w.hears("rosa", "ya no puedo más, me quiero morir")
	want := `Gracias por decírmelo. Soy un programa: no puedo mandar ayuda, y nadie ha leído esto todavía. Aquí hay quien ayude ahora:
Si piensa en el suicidio o ya no puede más: llame o mande un texto al 988. Gratis, a toda hora. En español: oprima 2, o mande la palabra AYUDA al 988.
En peligro en este momento: 911 (policía, bomberos, ambulancia).
Si alguien le hace daño: 1-800-799-7233, o mande START al 88788.
También orientan si le preocupa otra persona.
lee está aquí por nuestra red y puede comunicarse con usted. Solo le aviso si usted quiere.
Su pedido no se perdió y no se publicó nada.
1 Que me contacte el equipo
2 Seguir con mi pedido
3 Borrar este mensaje`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	after := strings.Replace(w.tables(), "choice 3", "choice 16", 1) // the answer's own buttons
	if after != before {
		t.Errorf("something was kept: %s, before %s", after, before)
	}
	w.sent().only(t)
	w.nowhere("quiero morir", "puedo más")
	lacks(t, "the log", log.String(), "quiero morir")
	w.hears("rosa", "3", "No guardé nada de lo que escribió.")
	w.says("rosa", "me quiero morir")
	w.hears("rosa", "2", "2 de 5. ¿Qué tipo de ayuda?")
	w.hears("rosa", "compras", "3 de 5.")
	w.sent().only(t)
}

// Whatever is written to the bot, wherever it stands.
func TestDangerInEveryLine(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"a plain line":      {cry},
		"a command":         {"need a ride, " + cry},
		"an option":         {`need what:"a ride" note:"` + cry + `"`},
		"an unknown word":   {"hello " + cry},
		"an open quotation": {`need what:"` + cry},
		"a contact":         {"need milk", "2", "14 Mill Lane", cry},
		"a choice":          {"need", "milk", cry},
		"an area":           {"need", "milk", "food", cry},
		"a preview":         {"need milk", cry},
		"an edit":           {"need milk", "post it", "edit N1 note:" + cry},
		"an edit, asked":    {"need milk", "post it", "edit N1", "note", cry},
		"an offer":          {"offer", cry},
		"a board":           {"board " + cry},
		"too long":          {strings.Repeat("because ", 300) + cry},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, line := range lines[:len(lines)-1] {
				w.says("rosa", line)
			}
			w.delivered()
			before := w.count(&models.Inbox{})
			holds(t, name, w.says("rosa", lines[len(lines)-1]), "Thank you for telling me.", "call or text 988", "Nobody from our group is on call now.", "1 Go on with my request\n2 Remove this message")
			if after := w.count(&models.Inbox{}); after != before {
				t.Error("the event was written down")
			}
			w.sent().only(t)
			w.nowhere("kill myself")
		})
	}
}

func TestDangerWithoutAQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holds(t, "the first line ever", w.says("ana", "me quiero morir"), "Gracias por decírmelo.", "No guardo nada de lo que escribió")
	w.hears("ana", "1", "To ask for something: need")
	holds(t, "English", w.says("bea", cry), "Thank you for telling me.")
	w.settings(func(c *models.Coalition) { c.Language = models.Spanish })
	holds(t, "English in a Spanish coalition", w.says("eva", cry), "Thank you for telling me.")
	w.says("eva", "language es")
	holds(t, "the language that was chosen", w.says("eva", cry), "Gracias por decírmelo.")
}

func TestDangerWithOwnNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.hears("you", `setup numbers:"Suicide line: 0800 111. Jo, 413-555-0100"`, "Saved.")
	w.says("you", "setup")
	for _, line := range []string{"yes", "", "", "", "Stonebridge", ""} {
		w.says("you", line)
	}
	w.hears("you", "Suicide line: 0800 222. Jo, 413-555-0100", "Saved.")
	got := w.says("rosa", cry)
	holds(t, "the answer", got, "can help now:\nSuicide line: 0800 222. Jo, 413-555-0100.\nThey also help")
	lacks(t, "the answer", got, "988")
	holds(t, "somebody else's setup", w.says("rosa", "setup numbers:"+cry), "Thank you for telling me.")
	holds(t, "pressed", w.presses("rosa", "crisis reply:crisis_ask"), "If it can't wait, now: Suicide line: 0800 222.")
	w.sent().told(t, "lee", "They have these numbers: Suicide line: 0800 222.")
}

// The team is asked only if the person wants it, and learns who it is with its
// own yes.
func TestDangerAsksTheTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("jo", models.Navigator)
	w.says("rosa", "idioma es")
	w.says("rosa", "me quiero morir")
	w.sent().only(t)
	w.hears("rosa", "1", "Le avisé al equipo", "988 o 911")
	s := w.sent()
	for _, name := range []string{"jo", "lee"} {
		s.told(t, name, "Someone in a hard moment asks to hear from you now, in Spanish. They have these numbers: 988 or 911.", "1 I'll do it\n2 I can't now")
		lacks(t, name, s[name][0], "rosa", "morir")
	}
	s.only(t, "jo", "lee")
	w.hears("jo", "2", "All right.")
	w.sent().only(t)
	w.hears("lee", "1", "It's rosa.", "Please write or call now.")
	s = w.sent()
	s.told(t, "rosa", "lee se va a comunicar con usted.", "988 o 911")
	s.only(t, "rosa")
	holds(t, "pressed later", w.presses("jo", about(w, "rosa", "crisis_take")), "Nobody waits for that any more.")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d wishes are left", n)
	}
	w.says("rosa", "me quiero morir")
	w.says("rosa", "1")
	w.says("jo", "2")
	w.delivered()
	w.presses("jo", about(w, "rosa", "crisis_cannot"))
	w.presses("lee", about(w, "rosa", "crisis_cannot"))
	w.sent().told(t, "rosa", "Ahora nadie del equipo puede contestar.", "988 o 911")
}

// about is the line of a button about a person.
func about(w *world, name, code string) string {
	return "crisis ~" + number(int(w.actor(name).Person.ID)) + " reply:" + code
}

func TestDangerRepliesAreTheTeams(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", cry)
	w.presses("rosa", "crisis reply:crisis_ask")
	w.delivered()
	holds(t, "a volunteer", w.presses("sam", about(w, "rosa", "crisis_take")), "Navigators and organizers are asked that.")
	w.sent().only(t)
	w.presses("lee", about(w, "rosa", "crisis_cannot"))
	holds(t, "who organizes alone", w.presses("lee", "crisis reply:crisis_ask"), "Nobody from our group can be asked now.")
	holds(t, "without more", w.presses("lee", "crisis"), "Thank you for telling me.")
}

// The answer comes also when nothing can be read or written.
func TestDangerWhenTheDataIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.reg.store.Close(); err != nil {
		t.Fatal(err)
	}
	reply, err := w.reg.Run(t.Context(), Invocation{Who: w.who("rosa"), Text: cry})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, "the answer", shown(reply), "call or text 988", "911")
}

package commands

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestSetupInSixQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("you", "setup", "1 of 6. What is your coalition called?", "1 Keep Our coalition")
	w.hears("you", "Larch County Mutual Aid", "Noted: Larch County Mutual Aid.\n2 of 6. Time zone? I suggest America/New_York.", "1 Keep America/New_York")
	w.hears("you", "", "Noted: America/New_York.\n3 of 6. Language of the rooms: English or Spanish?", "1 English\n2 Spanish")
	w.hears("you", "2", "Noted: Spanish.\n4 of 6. Which areas do you serve? Put commas between them.")
	w.hears("you", "Quarry Falls, Stonebridge,, Eastmeadow", "Noted: Quarry Falls, Stonebridge, Eastmeadow.\n5 of 6. Where do I post needs? I suggest #board.")
	w.hears("you", "1", "Noted: #board.\n6 of 6. Which numbers do I show", "I suggest 988, 911, 1-800-799-7233.")
	w.hears("you", "keep", "Saved. The welcome post is in #board. Next: need, or role grant organizer lee")
	out := w.sent()
	out.told(t, "#board", "Larch County Mutual Aid: aquí nos ayudamos", "En peligro ahora: 911.", "\n\nLarch County Mutual Aid: neighbors helping neighbors", "In danger now: 911.")
	out.only(t, "#board")
	c := w.actor("you").Coalition
	if c.Name != "Larch County Mutual Aid" || c.Zone != "America/New_York" || c.Language != models.Spanish || c.SetUpAt == nil {
		t.Errorf("the coalition is %+v", c)
	}
	w.hears("you", "board", "No needs are open")
}

func TestSetupInSpanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("you", "configurar", "1 de 6. ¿Cómo se llama su coalición?")
	w.hears("you", "Red del Valle", "Anotado: Red del Valle.\n2 de 6. ¿Zona horaria? Sugiero America/New_York.")
	w.hears("you", "America/Puerto Rico", "Anotado: America/Puerto_Rico.")
	w.hears("you", "español", "4 de 6.")
	w.hears("you", "Valle", "5 de 6. ¿Dónde publico los pedidos? Sugiero #board.")
	w.hears("you", "general", "Anotado: #general.\n6 de 6.")
	w.hears("you", "988, Jo 413-555-0100", "Guardado. La bienvenida está en #general.")
	w.sent().told(t, "#general", "En peligro o en crisis: 988, Jo 413-555-0100.")
	n1 := w.asks()
	w.sent().told(t, "#general", n1+": Compras")
}

// What is not understood is asked again, and what was answered stays.
func TestSetupAsksAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("you", "setup")
	w.refused("you", "back", "This is the first question. You can go on or cancel.")
	w.says("you", "Larch")
	for _, zone := range []string{"Eastern", "Mars/Olympus", "EST5EDT", "../../etc/passwd", "Local"} {
		w.refused("you", zone, `I don't know the time zone "`+zone+`". Nothing was saved. Write it like this: America/New_York`)
	}
	w.hears("you", "UTC", "3 of 6.")
	w.hears("you", "back", "2 of 6. Time zone? I suggest UTC.")
	w.hears("you", "skip", "3 of 6.")
	w.refused("you", "Klingon", `"Klingon" doesn't fit language.`, "English, Spanish")
	w.hears("you", "1", "4 of 6.")
	w.refused("you", ",,,", "I need at least one area, and at most 40.")
	w.hears("you", "Stonebridge", "5 of 6.")
	w.refused("you", "#nowhere", "#nowhere", "#board and #general")
	w.hears("you", "cancel", "Stopped. What you answered so far is saved. To go on: setup")
	c := w.actor("you").Coalition
	if c.Name != "Larch" || c.Zone != "UTC" || c.SetUpAt != nil {
		t.Errorf("the coalition is %+v", c)
	}
	w.sent().only(t)
}

func TestSetupAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.settings(func(c *models.Coalition) { now := w.clock(); c.SetUpAt, c.Name = &now, "Larch" })
	w.hears("you", "setup", "Larch is set up already. Go through the 6 questions again?", "1 Yes\n2 No")
	w.hears("you", "2", "All right, everything stays as it is.")
	w.says("you", "setup")
	w.refused("you", "perhaps", "Please write a number from 1 to 2")
	w.hears("you", "yes", "1 of 6. What is your coalition called?", "1 Keep Larch")
	for range 5 {
		w.says("you", "keep")
	}
	w.hears("you", "back", "5 of 6.")
	w.says("you", "1")
	w.hears("you", "1", "Saved.")
	w.says("you", "setup")
	w.hears("you", "cancel", "Stopped.")
	for _, word := range []string{"back", "skip"} {
		w.says("you", "setup")
		w.says("you", word)
		w.hears("you", "/board", "No needs")
		w.says("you", "cancel")
	}
}

func TestSetupOneThing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ line, said string }{
		{`setup name:"Larch County"`, "Saved. Name: Larch County."},
		{`setup zone:America/Chicago`, "Saved. Time zone: America/Chicago."},
		{`setup language:es`, "Saved. Language of the rooms: Spanish."},
		{`setup areas:"Quarry Falls, Stonebridge"`, "Saved. Areas: Quarry Falls, Stonebridge."},
		{`setup areas:Stonebridge, Eastmeadow`, "Saved. Areas: Stonebridge, Eastmeadow."},
		{`setup board:#general`, "Saved. Needs are posted in: #general."},
		{`setup numbers:"988 and Jo, 413-555-0100"`, "Saved. Numbers: 988 and Jo, 413-555-0100."},
		{`configurar nombre:"Red Larch"`, "Saved. Name: Red Larch."},
	}
	for _, test := range tests {
		w.hears("you", test.line, test.said)
	}
	w.sent().only(t)
	w.refused("you", "setup zone:Nowhere", "I don't know the time zone")
	w.refused("you", "setup color:red", `I don't know what to do with "color:red".`)
	w.refused("rosa", "setup", "setup is for admins. Nothing changed.")
	if zone := w.actor("you").Coalition.Location().String(); zone != "America/Chicago" {
		t.Errorf("the zone is %s", zone)
	}
}

// An area that is no longer served is kept for the needs that show it.
func TestSetupRemovesAnArea(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("you", "setup areas:Stonebridge, Eastmeadow")
	w.settings(func(c *models.Coalition) { now := w.clock(); c.SetUpAt = &now })
	n1 := w.posts("rosa", "need milk category:food area:Stonebridge when:anytime")
	w.says("you", "setup areas:Eastmeadow")
	w.hears("rosa", "show "+n1, "N1: Groceries, Stonebridge")
	w.refused("rosa", "need rice category:food area:Stonebridge", `I don't know the area "Stonebridge". Nothing was saved. We serve Eastmeadow.`)
	w.says("you", "setup areas:STONEBRIDGE, Eastmeadow")
	w.hears("rosa", "show "+n1, "N1: Groceries, STONEBRIDGE")
}

// Founding is done once; the words of the language of the system are its first.
func TestFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := Founding{Who: w.who("you"), Zone: "America/New_York", Lang: models.Spanish, Rooms: []string{"#sala"}}
	if made, err := w.reg.Found(t.Context(), f); made || err != nil {
		t.Errorf("founded twice: %v %v", made, err)
	}
	f.Who.Space = "elsewhere"
	if made, err := w.reg.Found(t.Context(), f); !made || err != nil {
		t.Errorf("not founded: %v %v", made, err)
	}
	actor, err := w.reg.store.Actor(t.Context(), f.Who)
	if err != nil || actor.Coalition.Name != "Nuestra red de apoyo" || actor.Person.Roles != models.Admin {
		t.Errorf("founded: %+v %v", actor, err)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("rosa", "language", "Which language shall I write to you in?", "1 English\n2 Spanish")
	w.hears("rosa", "2", "Desde ahora le escribo en español.")
	w.hears("rosa", "board", "Ahora no hay pedidos abiertos")
	w.hears("rosa", "idioma español", "Ya le escribo en español. Nada cambió.")
	w.hears("rosa", "idioma inglés", "From now on I write to you in English.")
	w.refused("rosa", "language fr", `"fr" doesn't fit language.`, "English, Spanish")
}

// The first command that belongs to one language chooses it, also one that only
// reads.
func TestLanguageIsLearned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("inés", "tablero", "Ahora no hay pedidos abiertos")
	w.hears("inés", "board", "Ahora no hay pedidos abiertos")
	w.hears("ana", "pedir", "Hola, ana.")
	w.hears("ana", "cancelar", "Cancelado.")
	w.hears("rosa", "need", "Hi, rosa.")
	w.pass(time.Minute)
	w.hears("rosa", "/ayuda", "Need help yourself?")
	reply, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: w.who("max"), Text: "nede", Lang: models.Spanish})
	if err != nil || !contains(shown(reply), "No conozco") {
		t.Errorf("what the platform says of the language is not used: %q %v", shown(reply), err)
	}
}

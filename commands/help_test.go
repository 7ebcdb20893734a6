package commands

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	got := w.hears("rosa", "help")
	want := strings.Join([]string{
		"Need help yourself? need (in private). In danger: 911. To talk to someone: 988.",
		"Help others: board, show N12, claim N12, details N12, release N12, start N12, done N12, offer, offers",
		"Your things: mine, edit N12, followup N12, close N12, reopen N12, history N12, keepaway",
		"Settings: language, privacy",
		"More: help need. People: lee."}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	holds(t, "an organizer", w.says("lee", "help"), "\nOrganize: welcome, block\n", "\nRun: role\n")
	holds(t, "an admin", w.says("you", "help"), "\nOrganize: welcome, block\n", "\nRun: setup, join, role, linkrole\n")
	holds(t, "in Spanish", w.says("inés", "ayuda"), "¿Necesita ayuda? pedir (en privado). En peligro: 911. Para hablar: 988, oprima 2.",
		"Ayudar: tablero, ver N12, tomar N12", "Lo suyo: mi-lista, editar N12", "Más: ayuda pedir. Personas: lee.")
	w.settings(func(c *models.Coalition) { c.CrisisNumbers = "Jo, 413-555-0100" })
	holds(t, "own numbers", w.says("rosa", "help"), "In danger or in crisis: Jo, 413-555-0100.")
	if lines := strings.Count(w.says("you", "help"), "\n") + 1; lines > 8 {
		t.Errorf("help has %d lines", lines)
	}
}

func TestHelpTopics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range w.reg.Commands() {
		if c.Group == GroupNone {
			continue
		}
		for _, lang := range models.Langs() {
			w.says("you", "/language "+string(lang))
			name, err := w.reg.cat.Text(lang, "command."+c.Name+".name", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, prefix := range []string{"", "/", "!"} {
				w.hears("you", "help "+prefix+name, name)
			}
		}
	}
	w.says("rosa", "language en")
	w.hears("rosa", "help pedir", "need: ask for something.")
	w.refused("rosa", "help setup", "setup is for the admin role. To see what you can do: help")
	w.refused("rosa", "help welcome", "welcome is for the organizer role.")
	w.refused("rosa", "help answer", `I don't know a command called "answer".`)
	w.refused("rosa", "help me please", `I don't know a command called "me please". To see all: help`)
}

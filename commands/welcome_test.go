package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestFirstClaimAsksToVolunteer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.sent()
	w.hears("max", "claim "+n1, "To take N1, you become a volunteer here first.", "1 Yes, I'd like to help\n2 No, thanks")
	w.sent().only(t)
	w.hears("max", "2", "All right, nothing changed.")
	if w.actor("max").Person.Roles != 0 {
		t.Error("Max said no and is a volunteer")
	}
	w.says("max", "claim "+n1)
	w.hears("max", "1", "You took N1")
	out := w.sent()
	out.told(t, "#board", "Taken.")
	out.told(t, "rosa", "max took N1")
	w.hears("max", "claim "+n2, "You took N2")
}

func TestFirstClaimInSpanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n1 := w.asks()
	w.hears("inés", "tomar "+n1, "Para tomar el N1, primero se une al voluntariado.", "1 Sí")
	w.hears("inés", "2", "Está bien, nada cambió.")
	w.says("inés", "tomar "+n1)
	w.hears("inés", "1", "Usted tomó el N1")
}

// Nobody is asked to volunteer for what they could not take anyway.
func TestNeighborIsNotAskedInVain(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.says("sam", "claim "+n1)
	w.says("lee", "close "+n2+" duplicate")
	w.refused("max", "claim "+n1, "N1 was taken a moment ago")
	w.refused("max", "claim "+n2, "N2 is closed")
	w.refused("rosa", "claim "+n1, "N1 is your own need")
}

// What is answered late is decided by what holds then.
func TestLateYesToVolunteering(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("max", "claim "+n1)
	w.says("sam", "claim "+n1)
	w.refused("max", "1", "N1 was taken a moment ago")
	if w.actor("max").Person.Roles != 0 {
		t.Error("Max is a volunteer, though nothing came of it")
	}
}

// The question whether one would like to volunteer gives an admin nothing.
func TestAdminCannotVolunteerByTheButton(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n1 := w.asks()
	w.refused("you", "volunteer "+n1+" yes", "The admin role runs the bot.")
	if n := w.need(n1); n.Claimed != 0 {
		t.Error("an admin took it")
	}
}

// Nobody asks for a welcome for their own need, or for one that is over.
func TestNoWelcomeForWhatCannotBeTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a ride category:rides when:anytime")
	w.refused("rosa", "volunteer "+n1+" yes", "N1 is your own need")
	w.says("max", "claim "+n1)
	w.says("rosa", "close "+n1+" no_longer_needed")
	w.refused("max", "1", "N1 is closed")
	if len(w.sent()["lee"]) > 0 {
		t.Error("Lee is asked for a welcome in vain")
	}
}

func TestVettedNeedAsksForAWelcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a ride to the clinic category:rides when:anytime contact:413-555-0142")
	w.sent()
	w.hears("max", "claim "+n1, "an organizer welcomes each volunteer first. Shall I ask them?", "1 Yes, ask them\n2 No, thanks")
	w.sent().only(t)
	w.hears("max", "1", "I asked the organizing team to welcome you. When they do, you get N1")
	out := w.sent()
	out.told(t, "lee", "max would like to help with N1: ride.", "1 Welcome max\n2 Not now")
	out.told(t, "you", "max would like to help with N1: ride.")
	out.only(t, "lee", "you")
	w.hears("max", "claim "+n1, "The organizing team has your name already.")

	w.hears("lee", "1", "max is a volunteer now. I've told them.")
	out = w.sent()
	out.toldEach(t, "max", "The organizing team welcomes you", "You took N1: ride, any time.")
	out.told(t, "rosa", "max took N1 and can see your phone number")
	out.told(t, "#board", "Taken.")
	w.refused("you", "welcome max", "max is a volunteer already.")
	if p := w.actor("max").Person; !p.Welcomed || p.LiveClaims != 1 || p.AskedNeedID != 0 {
		t.Errorf("Max after the welcome: %+v", p)
	}
}

func TestWelcomeComesTooLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a ride to the clinic category:rides when:anytime")
	w.says("inés", "tomar "+n1)
	w.hears("inés", "1", "Le pedí al equipo organizador que le dé la bienvenida.")
	w.says("sam", "claim "+n1)
	w.sent()
	w.hears("lee", "welcome Ines", "inés is a volunteer now")
	out := w.sent()
	out.told(t, "inés", "El equipo organizador le da la bienvenida. El N1 ya está cubierto")
	out.only(t, "inés")
	if p := w.actor("inés").Person; !p.Welcomed || !p.Roles.Any(models.Volunteer) || p.LiveClaims != 0 {
		t.Errorf("Inés after the welcome: %+v", p)
	}
}

func TestWelcomeNotNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.posts("rosa", "need a ride category:rides when:anytime")
	w.says("max", "claim "+n1)
	w.says("max", "1")
	w.sent()
	w.hears("lee", "2", "All right. max hears nothing about it.")
	w.sent().only(t)
	w.hears("max", "claim "+n1, "Shall I ask them?")
}

// A welcome without anybody having asked makes a volunteer, too.
func TestWelcomeUnasked(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("max", 0)
	w.hears("lee", "bienvenida max", "max ya es parte del voluntariado")
	w.sent().told(t, "max", "The organizing team welcomes you: you can help now.")
	w.refused("lee", "welcome nobody", `No conozco aquí a nadie con el nombre "nobody"`)
	w.refused("sam", "welcome max", "welcome is for the organizing team. Nothing changed. You can ask lee.")
}

// A coalition that is not open to volunteers asks for a welcome for everything.
func TestVolunteersByWelcomeOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.settings(func(c *models.Coalition) { c.VolunteersOpen = false })
	w.hears("max", "claim "+n1, "Shall I ask them?")
}

// One's own yes is no welcome: what is vetted still asks for one.
func TestOwnYesIsNoWelcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	n2 := w.posts("rosa", "need a ride category:rides when:anytime")
	w.says("max", "claim "+n1)
	w.says("max", "1")
	w.hears("max", "claim "+n2, "an organizer welcomes each volunteer first")
	w.says("max", "1")
	w.sent()
	w.hears("lee", "welcome max", "max is a volunteer now")
	w.sent().toldEach(t, "max", "The organizing team welcomes you", "You took N2")
}

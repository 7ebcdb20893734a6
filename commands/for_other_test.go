package commands

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

const snow = `need what:"clear snow from front steps" category:garden area:Stonebridge when:"tomorrow morning" for:other contact:"Mr. Olsen, 413-555-0150"`

func TestNeedForSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.hears("lee", snow, "For someone else: have they agreed?", `"May I post this on our board without your name?`,
		"1 By phone\n2 In person\n3 In writing\n4 Through family or caregiver\n5 Not yet: save, don't post")
	w.refused("lee", "skip")
	w.refused("lee", "perhaps", "Please write a number from 1 to 5")
	w.hears("lee", "1", "This is what the board will show:", "For someone else. Agreed by phone, Monday, December 7, 10:00 AM.", "In private: contact Mr. Olsen, 413-555-0150.")
	w.hears("lee", "Post it", "N1 is posted. Agreed by phone, Monday, December 7, 10:00 AM, noted by you. News about N1 comes to you: please pass it on.")
	n := w.need("N1")
	if n.PersonID == n.FilerID || n.FilerID != w.actor("lee").Person.ID || n.Consent != "phone" || n.ConsentAt == nil {
		t.Errorf("%+v", n)
	}
	w.delivered()
	w.hears("lee", "mine", "You asked for someone else:\nN1: Garden, Stonebridge. Open.")
	w.hears("lee", "history N1", "You posted it.")

	w.hears("sam", "claim N1", "You took N1")
	s := w.sent()
	s.told(t, "lee", "sam took N1 and can see how to reach them.")
	s.only(t, "lee", "#board")
	w.hears("lee", "edit N1 note:bring a shovel", "N1 is changed.")
	w.hears("lee", "details N1", "Mr. Olsen, 413-555-0150", "bring a shovel")
	w.delivered()
	w.hears("sam", "release N1")
	w.says("sam", "no")
	w.sent().told(t, "lee", "The person who was going to help can't after all.")
	w.says("sam", "claim N1")
	w.delivered()
	w.says("sam", "done N1")
	w.sent().told(t, "lee", "Did N1 work out?")
	w.hears("lee", "No, I still need it", "N1 is open again")
	w.hears("lee", "done N1", "N1 is done.")
	w.says("lee", "reopen N1")
	w.hears("lee", "close N1 no_longer_needed", "N1 is closed.")
}

func TestConsentInSpanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.hears("ana", `pedir qué:"quitar nieve" para:otra contacto:"413-555-0150"`, "Para otra persona: ¿dio su permiso?", "4 Por familia o quien le cuida\n5 Todavía no: guardar")
	w.hears("ana", "4", "Para otra persona. Permiso por familia o quien le cuida, lunes 7 de diciembre, 10:00 a. m.")
	w.hears("ana", "publicar", "N1 publicado. Permiso por familia o quien le cuida, lunes 7 de diciembre, 10:00 a. m., anotado por usted.")
	w.says("dee", "tomar N1")
	s := w.sent()
	holds(t, "to ana", s["ana"][len(s["ana"])-1], "dee tomó su N1", "su teléfono")
}

func TestNotYetKeepsADraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("lee", snow)
	w.hears("lee", "5", "Saved, and nothing was posted. The draft is kept until Tuesday, December 8, 10:00 AM. When they have agreed: need.")
	w.sent().only(t)
	w.hears("lee", "mine", "clear snow")
	w.pass(23 * time.Hour)
	w.hears("lee", "need", "You have started one already")
	w.hears("lee", "1", "For someone else.\n")
	w.hears("lee", "Post it", "have they agreed?")
	w.hears("lee", "In person", "N1 is posted. Agreed in person, Tuesday, December 8, 9:00 AM, noted by you.")
}

func TestForSomebodyElseByTheQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.hears("lee", "need for:other", "have they agreed?")
	w.refused("lee", "back", "This is the first question.")
	w.hears("lee", "2", "1 of 5. What do you need?")
	for _, line := range []string{"soup", "food", "Stonebridge"} {
		w.says("lee", line)
	}
	w.hears("lee", "tomorrow", "5 of 5. How do we reach them? Write their name too.")
	w.hears("lee", "skip", "In private: nothing yet.")
	w.says("lee", "Change it")
	w.hears("lee", "For myself", "In private: your name, and nothing else yet.")
	w.says("lee", "Change it")
	w.hears("lee", "For someone else", "have they agreed?")
	w.hears("lee", "back", "For someone else.\n")
	w.hears("lee", "Post it", "have they agreed?")
	w.hears("lee", "By phone", "N1 is posted.")
	w.refused("lee", "edit N1 for:self")
}

// A private line of such a need is asked about after the consent, and dropped
// with a no.
func TestConsentAndAHeldLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("lee", "need soup for Mr. Olsen, 413-555-0150 for:other", "have they agreed?")
	w.hears("lee", "1", "There's a phone number in that line")
	w.hears("lee", "1", `"soup for Mr. Olsen, (private)"`)
	w.says("lee", "cancel")
	w.says("lee", "need soup for Mr. Olsen, 413-555-0150 for:other")
	w.says("lee", "5")
	if n := w.undecided(); n != 0 {
		t.Errorf("%d lines are still held", n)
	}
	if n := w.count(&models.Person{}); n != 2 {
		t.Errorf("%d people are known", n)
	}
}

func TestSameWordsTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("rosa", "need Milk and bread!")
	w.says("rosa", "1")
	w.says("rosa", "need milk, and bread")
	w.hears("rosa", "1", "You posted the same words a few minutes ago, as N1. Nothing was posted this time.", "1 Post it anyway\n2 Don't post")
	w.refused("rosa", "who knows")
	w.hears("rosa", "2", "Nothing was posted, and the draft is erased.")
	w.says("rosa", "necesito milk and bread")
	w.says("rosa", "cancel")
	w.says("rosa", "pedir milk and bread")
	w.hears("rosa", "1", "the same words")
	w.hears("rosa", "Post it anyway", "Your need is N2.")
	w.says("rosa", "need milk and eggs")
	w.hears("rosa", "1", "Your need is N3.")
	w.says("ana", "need milk and bread")
	w.hears("ana", "1", "Your need is N4.")
	w.pass(11 * time.Minute)
	w.says("rosa", "need milk and bread")
	w.hears("rosa", "1", "Your need is N5.")
}

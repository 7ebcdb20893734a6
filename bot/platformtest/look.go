package platformtest

import (
	"strings"
)

// flat is a text without its line breaks: where lines end is each platform's
// own.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// count counts the messages that hold some words.
func count(list []Shown, words string) int {
	n := 0
	for _, s := range list {
		if strings.Contains(flat(s.Text), flat(words)) {
			n++
		}
	}
	return n
}

func (w *world) board() []Shown   { return w.h.Room(w.h.Founding().Rooms[0]) }
func (w *world) outside() []Shown { return w.h.Room(w.h.Founding().Rooms[1]) }

// wantTold looks for words among what a person alone was shown, so many times.
func (w *world) wantTold(person, words string, times int) {
	w.Helper()
	if got := count(w.h.Private(person), words); got != times {
		w.Errorf("%s was shown %q %d times, want %d; they were shown %q", person, flat(words), got, times, w.h.Private(person))
	}
}

// wantCard looks for the one card of a reference, and for words on it.
func (w *world) wantCard(ref string, words ...string) {
	w.Helper()
	if got := count(w.board(), ref+":"); got != 1 {
		w.Errorf("%d cards of %s stand in the board room, want one: %q", got, ref, w.board())
		return
	}
	for _, s := range w.board() {
		for _, want := range words {
			if text := flat(s.Text); strings.Contains(text, ref+":") && !strings.Contains(text, flat(want)) {
				w.Errorf("the card of %s says %q, and not %q", ref, text, flat(want))
			}
		}
	}
}

// wantOpen and wantTaken look at the state that a card shows.
func (w *world) wantOpen(ref string) {
	w.Helper()
	w.wantCard(ref, w.text("card.state.open", map[string]any{"Count": 1}))
}

func (w *world) wantTaken(ref string) {
	w.Helper()
	w.wantCard(ref, w.text("card.state.taken_unnamed", map[string]any{"Count": 1}))
}

// wantNowhere makes sure that words were shown to none of these people, and in
// no room.
func (w *world) wantNowhere(words string, people ...string) {
	w.Helper()
	if count(w.board(), words)+count(w.outside(), words) > 0 {
		w.Errorf("%q stands in a room", words)
	}
	for _, person := range people {
		w.wantTold(person, words, 0)
	}
}

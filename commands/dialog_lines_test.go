package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// In a question that any text answers, a line is an answer, unless a "/" or a
// reference says that it is a command.
func TestCommandsInsideAQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1 := w.asks()
	w.says("ana", "need")
	w.hears("ana", "/board", "Open needs: 1.", n1)
	w.hears("ana", "show "+n1, "N1: Groceries")
	w.hears("ana", "help", "Need help yourself?")
	w.hears("ana", "!mine", "Draft, kept until")
	w.hears("ana", "board games for the children", "2 of 5.")
	w.hears("ana", "mine", "Draft, kept until", `"board games for the children"`)
	w.refused("ana", "toys", `"toys" doesn't fit category.`)
	w.hears("ana", "supplies", "3 of 5.")
}

// Two people's questions, and two questions of one person, do not mix.
func TestDialogsDoNotMix(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.says("ana", "need")
	w.says("rosa", "edit "+n1)
	w.hears("ana", "eggs", "2 of 5.")
	w.hears("rosa", "1", "What do you need?")
	w.hears("rosa", "bread", "N1 is changed.")
	w.hears("ana", "food", "3 of 5.")

	// A question about a note never takes the place of another.
	w.says("sam", "claim "+n2)
	w.says("sam", "need")
	lacks(t, "release inside a dialog", w.hears("sam", "/release "+n2, "N2 is back on the board."), "Anything")
	w.hears("sam", "soap", "2 of 5.")

	// Nor does a question that begins on purpose lose what was begun.
	w.hears("rosa", "need rice category:food", "This is what the board will show:")
	w.says("rosa", "/edit "+n1)
	w.says("rosa", "cancel")
	w.hears("rosa", "/mine", `"rice"`)
}

// Numbers go on counting over messages, so that none changes its meaning; a new
// question begins anew.
func TestNumbersAndWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.says("sam", "claim "+n1)
	w.says("dee", "claim "+n2)
	w.says("sam", "done "+n1)
	w.says("dee", "done "+n2)
	out := w.sent()["rosa"]
	first, second := out[len(out)-2], out[len(out)-1]
	holds(t, "first", first, "Did N1 work out?", "5 Yes\n6 Partly")
	holds(t, "second", second, "Did N2 work out?", "9 Yes\n10 Partly")
	w.hears("rosa", "10", "N2 stays done. For the rest: reopen N2")
	w.hears("rosa", "5", "Thank you for telling us. N1 stays done.")
	w.says("rosa", "need")
	w.hears("rosa", "5", "2 of 5.")
	w.says("rosa", "cancel")
	w.refused("rosa", "77", `I don't know "77".`)
}

// Of two questions with the same words the last one is answered by them.
func TestWordsAnswerTheLastQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.says("lee", "done "+n1)
	w.says("lee", "done "+n2)
	w.sent()
	w.hears("rosa", "Yes", "N2 stays done")
	if o := w.need(n1).Outcome; o != "" {
		t.Errorf("N1 was answered, too: %s", o)
	}
}

// A number that answers the open question is none of another message's.
func TestNumberAnswersTheQuestionFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	n1, n2 := w.asks(), w.asks()
	w.says("rosa", "edit "+n1)
	w.says("rosa", "How many people")
	w.says("lee", "done "+n2)
	w.sent()
	w.hears("rosa", "2", "N1 is changed.")
	if n := w.need(n1); n.People != 2 {
		t.Errorf("it is for %d people", n.People)
	}
	if o := w.need(n2).Outcome; o != "" {
		t.Errorf("the number answered about N2: %s", o)
	}
}

// A button of an old question does not answer a new one by accident of its
// number.
func TestButtonsOfWhatIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	holds(t, "nothing is asked", w.presses("rosa", "answer post"), "Nothing is being asked right now.")
	n1 := w.asks()
	holds(t, "posted already", w.presses("rosa", "answer post"), "Nothing is being asked right now.")
	w.says("rosa", "close "+n1+" no_longer_needed")
	holds(t, "an old card", w.presses("sam", "claim "+n1), "N1 is closed")
	if n := w.need(n1); n.State != models.NeedClosed {
		t.Errorf("it is %s", n.State)
	}
}

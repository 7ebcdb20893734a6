package platformtest

import (
	"sync"
)

func askedByQuestions(w *world) {
	w.say("Rosa", "need", "milk and bread")
	w.press("Rosa", "category.food.choice")
	w.say("Rosa", "Quarry Falls")
	w.press("Rosa", "need.choice.anytime")
	if len(w.board()) > 0 {
		w.Errorf("a draft stands in the board room: %q", w.board())
	}
	w.say("Rosa", contact)
	w.wantTold("Rosa", contact, 1) // the preview
	w.press("Rosa", "button.post")
	w.wantCard("N1", "milk and bread", "Quarry Falls", w.text("category.food", nil))
	w.wantOpen("N1")
	if len(w.outside()) > 0 {
		w.Errorf("something stands in a room that is no board: %q", w.outside())
	}
	w.wantTold("Rosa", "Posted. Your need is N1.", 1)
	w.wantNowhere(contact, w.h.Founding().Who.Name)
}

func claimedByReaction(w *world) {
	w.volunteers("Sam", "Dee")
	w.need("Rosa", "milk and bread")
	w.react("Sam", true, "N1")
	w.wantTaken("N1")
	w.wantTold("Sam", "You took N1", 1)
	w.wantTold("Rosa", "Sam took N1", 1)

	w.react("Dee", true, "N1")
	second := w.about("claim.second_none", "N1")
	w.wantTold("Dee", second, 1)
	w.wantTaken("N1")

	// Dee's reaction was taken off, so that the next one is a new one.
	w.react("Sam", false, "N1")
	w.wantOpen("N1")
	w.react("Dee", true, "N1")
	w.wantTold("Dee", "You took N1", 1)
	w.wantTaken("N1")
	w.wantTold("Dee", second, 1)
}

func claimedByCommand(w *world) {
	w.volunteers("Sam", "Dee")
	w.need("Rosa", "milk and bread")
	w.say("Sam", "claim N1")
	w.wantTold("Sam", "You took N1", 1)
	w.wantTaken("N1")
	w.say("Dee", "claim N1")
	w.wantTold("Dee", w.about("claim.second_none", "N1"), 1)

	w.react("Sam", true, "N1") // takes nothing: it is theirs already
	w.react("Sam", false, "N1")
	w.wantTaken("N1")
	w.wantTold("Sam", w.about("release.done", "N1"), 0)

	w.say("Sam", "release N1")
	w.wantTold("Sam", w.about("release.done", "N1"), 1)
	w.wantOpen("N1")
}

func releasedByReaction(w *world) {
	w.volunteers("Sam")
	w.need("Rosa", "milk and bread")
	w.react("Sam", true, "N1")
	w.wantTaken("N1")
	w.react("Sam", false, "N1")
	w.wantOpen("N1")
	w.wantTold("Sam", w.about("release.done", "N1"), 1)
	w.wantTold("Rosa", w.about("release.neighbor_told", "N1"), 1)
}

func doneAndAnswered(w *world) {
	w.volunteers("Sam")
	w.need("Rosa", "milk and bread")
	w.say("Sam", "claim N1", "done N1")
	w.wantCard("N1", w.text("card.state.done", nil))
	w.wantTold("Sam", w.about("done.done", "N1"), 1)
	w.wantTold("Rosa", w.about("done.neighbor_asked", "N1"), 1)
	w.press("Rosa", "button.outcome_partly")
	w.wantTold("Rosa", w.about("done.outcome.partly", "N1"), 1)
}

func privateDetails(w *world) {
	w.volunteers("Sam", "Dee")
	admin := w.h.Founding().Who.Name
	w.need("Rosa", "milk and bread")
	w.say("Sam", "details N1")
	w.say("Dee", "show N1")
	w.say(admin, "details N1", "show N1")
	w.wantNowhere(contact, "Sam", "Dee", admin)

	w.react("Sam", true, "N1")
	w.wantTold("Sam", contact, 0) // shown on asking only
	w.press("Sam", "button.see_details")
	w.wantTold("Sam", contact, 1)
	w.say("Dee", "details N1")
	w.say("Sam", "done N1", "details N1")
	w.wantTold("Sam", contact, 1)
	w.wantNowhere(contact, "Dee", admin)
}

func inOrder(w *world) {
	w.volunteers("Sam")
	w.need("Rosa", "milk and bread")
	before := len(w.h.Private("Rosa"))
	took, back := "Sam took N1", w.about("release.neighbor_told", "N1")
	for range 2 {
		w.h.Say(w.T, "Sam", "claim N1")
		w.h.Say(w.T, "Sam", "release N1")
	}
	w.settle()
	told := w.h.Private("Rosa")[before:]
	if len(told) != 4 {
		w.Fatalf("Rosa was told %q, want four messages", told)
	}
	for i, want := range []string{took, back, took, back} {
		if count(told[i:i+1], want) != 1 {
			w.Errorf("message %d to Rosa is %q, want %q", i+1, told[i].Text, want)
		}
	}
	w.wantOpen("N1")
}

func race(w *world) {
	w.volunteers("Sam", "Dee")
	w.need("Rosa", "milk and bread")
	var both sync.WaitGroup
	for _, person := range []string{"Sam", "Dee"} {
		both.Go(func() { w.h.Say(w.T, person, "claim N1") })
	}
	both.Wait()
	w.settle()
	took, second := 0, 0
	for _, person := range []string{"Sam", "Dee"} {
		took += count(w.h.Private(person), "You took N1")
		second += count(w.h.Private(person), w.about("claim.second_none", "N1"))
	}
	if took != 1 || second != 1 {
		w.Errorf("%d took the need and %d came second, want one each", took, second)
	}
	w.wantTaken("N1")
}

func restarted(w *world) {
	w.say("Rosa", "need", "milk and bread", "food")
	w.stop()
	w.start()
	w.say("Rosa", "Quarry Falls", "any time", contact)
	w.press("Rosa", "button.post")
	w.wantCard("N1", "milk and bread", "Quarry Falls")

	w.volunteers("Sam")
	w.stop()
	w.start()
	w.react("Sam", true, "N1") // on a card that an earlier process posted
	w.wantTaken("N1")
}

package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

var withButtons = bot.Features{Buttons: true, Parallel: 4}

// closed makes all messages to some people come back: they take none.
func closed(people ...string) func(context.Context, call) error {
	return func(_ context.Context, c call) error {
		if slices.Contains(people, c.to) {
			return &bot.PermanentError{Code: bot.CodeClosed, Err: errors.New("50007")}
		}
		return nil
	}
}

// waits are the texts of what waits for somebody, as their next answer has them.
func (w *world) waits(name string) (texts []string, ids []models.ID) {
	w.Helper()
	for _, m := range w.say(name, "help").Waiting {
		texts, ids = append(texts, m.Text.Plain()), append(ids, m.ID)
	}
	return texts, ids
}

// spoken are what was said in the board room that is no card.
func (w *world) spoken() []call {
	return slices.DeleteFunc(w.to(board), func(c call) bool { return !strings.Contains(c.text, "message you") })
}

// Who asked is never named in a room: the team is told once, and the messages
// come with the next answer until they were shown.
func TestMessagesWaitForWhoTakesNone(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.on = closed("rosa")
		w.running(func() {
			w.claimed()
			w.say("Sam", "release N1")
			w.pass(48 * time.Hour)
			w.wantAdminTold(1)
			if said := w.spoken(); len(said) > 0 {
				w.Errorf("a neighbor is named in a room: %v", said)
			}
			texts, ids := w.waits("Rosa")
			if len(texts) != 3 { // what is told everybody once, taken, given back
				w.Fatalf("%d messages wait: %q", len(texts), texts)
			}
			const lead = "I couldn't deliver 3 messages to you. Here they are. To get the next ones: server menu, Privacy Settings, Direct Messages."
			if !strings.HasPrefix(texts[0], lead+"\n\n") || strings.Contains(texts[1]+texts[2], "deliver") {
				w.Errorf("they begin with %q", texts)
			}
			if !strings.Contains(texts[1], "took N1") && !strings.Contains(texts[1], "N1") {
				w.Errorf("the second is %q", texts[1])
			}
			if again, _ := w.waits("Rosa"); len(again) != 3 {
				w.Errorf("%d wait although none is known to be shown", len(again))
			}
			if other, _ := w.waits("Sam"); len(other) > 0 {
				w.Errorf("Sam is shown %q", other)
			}
			if err := w.engine.Shown(w.Context(), ids[1:]); err != nil {
				w.Fatal(err)
			}
			if rest, _ := w.waits("Rosa"); len(rest) != 1 || !strings.HasPrefix(rest[0], "I couldn't deliver 1 message to you. Here it is.") {
				w.Errorf("what waits now: %q", rest)
			}
		})
	})
}

// The buttons of what waits are those of the state that holds now.
func TestWaitingMessagesShowTheStateNow(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.running(func() {
			w.need()
			w.on = closed("rosa")
			w.volunteer("Sam")
			w.say("Sam", "claim N1")
			buttons := func() (labels []string) {
				for _, m := range w.say("Rosa", "board").Waiting {
					for _, b := range m.Buttons {
						labels = append(labels, b.Label)
					}
				}
				return labels
			}
			if got := buttons(); len(got) != 1 {
				w.Errorf("buttons %v, want the one that refuses Sam", got)
			}
			w.say("Sam", "release N1")
			if got := buttons(); len(got) != 0 {
				w.Errorf("buttons %v, although Sam has given it back", got)
			}
		})
	})
}

func TestWhoReactedIsNamedOnce(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		var named []bot.Post
		w.onPost = func(p bot.Post) {
			if p.Room == board && p.Card == nil && p.Text != "" && strings.Contains(p.Text.Plain(), "message you") {
				named = append(named, p)
			}
		}
		w.running(func() {
			w.volunteer("Sam")
			w.need()
			w.on = closed("sam")
			w.react("Sam", true)
			if len(named) != 1 {
				w.Fatalf("%d messages in the room, want one", len(named))
			}
			p := named[0]
			if p.Mention != "sam" || p.Account != "" || !strings.Contains(p.Text.Plain(), "Sam, I can't message you.") || len(p.Buttons) != 1 || p.Buttons[0].Label != "See my message" {
				w.Errorf("said in the room: %+v", p)
			}
			w.wantAdminTold(0)
			press := func(name string) *bot.Answer { return w.say(name, p.Buttons[0].Line) }
			if got := press("Kofi"); len(got.Waiting) > 0 || !strings.Contains(got.Text.Plain(), "No message is waiting for you") {
				w.Errorf("Kofi sees %q and %d messages", got.Text.Plain(), len(got.Waiting))
			}
			got := press("Sam")
			if len(got.Waiting) == 0 || !strings.HasPrefix(got.Text.Plain(), "I couldn't deliver") || strings.Contains(got.Waiting[0].Text.Plain(), "deliver") {
				w.Errorf("Sam sees %q and %d messages", got.Text.Plain(), len(got.Waiting))
			}

			edit := func() { w.say("Rosa", `edit N1 when:"tomorrow at 3 PM"`) }
			w.pass(59 * time.Minute)
			edit()
			if len(named) != 1 {
				w.Errorf("named %d times within an hour", len(named))
			}
			w.pass(2 * time.Minute)
			w.say("Rosa", `edit N1 when:"tomorrow at 4 PM"`)
			if len(named) != 2 {
				w.Errorf("named %d times in two hours", len(named))
			}
			w.wantAdminTold(0)
		})
	})
}

// Somebody second, whose reaction is taken off with the answer, is named too.
func TestWhoCameSecondIsNamed(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.running(func() {
			w.volunteer("Sam")
			w.volunteer("Kofi")
			w.need()
			w.on = closed("kofi", "sam")
			w.say("Sam", "claim N1") // no reaction of Sam's is anywhere
			if said := w.spoken(); len(said) != 0 {
				w.Errorf("said in the room: %v", said)
			}
			w.react("Kofi", true)
			said := w.spoken()
			if len(said) != 1 || !strings.Contains(said[0].text, "Kofi") {
				w.Errorf("said in the room: %v", said)
			}
		})
	})
}

// Who put ✋ on their own need is a neighbor all the same.
func TestWhoAskedIsNotNamedByTheirReaction(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.running(func() {
			w.need()
			w.on = closed("rosa")
			w.react("Rosa", true)
			if said := w.spoken(); len(said) != 0 {
				w.Errorf("said in the room: %v", said)
			}
			w.wantAdminTold(1)
		})
	})
}

// That the team is told of the team's own closed messages would never end.
func TestClosedMessagesOfTheTeamEnd(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.running(func() {
			w.say("Lee", "language en")
			w.say("you", "role grant organizer Lee")
			w.on = closed("rosa", "lee", "you")
			w.claimed()
			w.pass(48 * time.Hour)
			for _, who := range []string{"you", "lee"} {
				if n := len(w.to(who)); n > 3 {
					w.Errorf("%d messages were tried to %s", n, who)
				}
			}
			texts, _ := w.waits("Lee")
			if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, "A message about N1 wasn't delivered. Please call.") }) {
				w.Errorf("Lee is told %q", texts)
			}
		})
	})
}

func TestWaitingMessagesAreCapped(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.on = closed("rosa")
		w.running(func() {
			w.tell(slices.Repeat([]string{"Rosa"}, 12)...)
			for _, want := range []string{"I couldn't deliver 12 messages to you. Here are the newest 5", "I couldn't deliver 7 messages", "I couldn't deliver 2 messages to you. Here they are."} {
				texts, ids := w.waits("Rosa")
				if len(texts) != min(5, len(texts)) || len(texts) == 0 || !strings.HasPrefix(texts[0], want) {
					w.Fatalf("%d texts, the first is %q", len(texts), texts)
				}
				if err := w.engine.Shown(w.Context(), ids); err != nil {
					w.Fatal(err)
				}
			}
			if texts, _ := w.waits("Rosa"); len(texts) != 0 {
				w.Errorf("%d still wait", len(texts))
			}
		})
	})
}

// A message that waited for a month says nothing that is still news.
func TestWaitingMessagesAreSwept(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.on = closed("rosa")
		w.running(func() {
			w.tell("Rosa")
			for day := range 31 {
				w.pass(24 * time.Hour)
				if texts, _ := w.waits("Rosa"); (len(texts) == 1) != (day < 30) {
					w.Errorf("%d wait after %d days", len(texts), day+1)
				}
			}
		})
	})
}

// Where there are no buttons, those of what waits get numbers that go on.
func TestWaitingButtonsAreNumbered(t *testing.T) {
	inWorld(t, bot.Features{Parallel: 1}, func(w *world) {
		w.running(func() {
			w.need()
			w.on = closed("rosa")
			w.volunteer("Sam")
			w.say("Sam", "claim N1")
			answer := w.say("Rosa", "show N1")
			next := 0
			for _, m := range answer.Waiting {
				if len(m.Buttons) > 0 && (m.First <= len(answer.Buttons) || m.First < next) {
					w.Errorf("the first number is %d", m.First)
				}
				next = max(next, m.First+len(m.Buttons))
			}
			if got := w.say("Rosa", fmt.Sprint(next-1)); got.Mistake {
				w.Errorf("the number means nothing: %s", got.Text.Plain())
			}
		})
	})
}

// A terminal has one screen, where nothing waits.
func TestNothingWaitsOnTheOwnComputer(t *testing.T) {
	inWorld(t, bot.Features{Buttons: true, Parallel: 1, Local: true}, func(w *world) {
		w.on = closed("rosa")
		w.running(func() {
			w.tell("Rosa")
			if texts, _ := w.waits("Rosa"); len(texts) != 0 {
				w.Errorf("%q", texts)
			}
		})
	})
}

// What is known of reactions goes with the message that they were on. The claim
// stays, and ends by another way only.
func TestReactionsGoWithTheirMessage(t *testing.T) {
	inWorld(t, withButtons, func(w *world) {
		w.running(func() {
			w.volunteer("Sam")
			w.need()
			w.react("Sam", true)
			lost := true
			w.on = func(_ context.Context, c call) error {
				if c.to == board && c.op == "edit" && lost {
					lost = false
					return bot.ErrGone
				}
				return nil
			}
			w.say("Rosa", `edit N1 when:"tomorrow at 3 PM"`)
			calls := w.to(board)
			last := calls[len(calls)-1]
			if last.op != "send" || !strings.Contains(last.text, "Taken") {
				w.Fatalf("the card was not posted anew as it is: %v", last)
			}
			off := w.reactOn("Sam", false, last.id)
			if !off.Unchanged {
				w.Error("a reaction is known that went with its message")
			}
			if got := w.say("Sam", "mine").Text.Plain(); !strings.Contains(got, "N1") {
				w.Errorf("the claim is gone: %s", got)
			}
			w.say("Sam", "release N1")
		})
	})
}

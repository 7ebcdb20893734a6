package discord

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

const secretContact = "413-555-0142 UNIQUE"

// The life of a need: form, preview, post, claim, details, done.
func TestNeedFromFormToDone(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, sam := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")

	form := w.slash(rosa, w.board, "need", nil)
	if open := w.s.OpenForm(rosa); open == nil || len(open.Fields) < 4 || len(open.Fields) > 5 {
		t.Fatalf("/need shows %q", form.Text())
	}
	preview := w.answered(w.s.Submit(rosa, map[string]string{"what": "milk and bread", "category": "food", "when": "tomorrow", "contact": secretContact}))
	if m := preview.Message(); m == nil || !m.Ephemeral || !strings.Contains(m.Text, "milk and bread") {
		t.Fatalf("the preview is %s", preview.Text())
	}
	posted := w.press(rosa, preview.Message().ID, w.text("button.post", nil))
	if posted.State() != discordtest.Updated {
		t.Errorf("posting shows something new instead of the preview: %v", posted.State())
	}
	w.wants(posted.Text(), "N1")
	card := w.card(w.board, "N1")
	w.wants(card.Text, "milk and bread")

	w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": sam})
	taken := w.press(sam, card.ID, w.text("button.help", nil))
	if m := taken.Message(); m == nil || !m.Ephemeral {
		t.Fatalf("a press on the card is answered with %s", taken.Text())
	}
	w.wants(taken.Text(), "You took N1")
	w.wants(w.card(w.board, "N1").Text, w.text("card.state.taken_unnamed", map[string]any{"Count": 1}))
	details := w.press(sam, taken.Message().ID, w.text("button.see_details", nil))
	w.wants(details.Text(), secretContact)
	if !details.Message().Ephemeral {
		t.Error("details are there for everybody")
	}
	done := w.press(sam, w.card(w.board, "N1").ID, w.text("button.done", nil))
	w.wants(done.Text(), "N1 is done")
	w.wants(w.card(w.board, "N1").Text, w.text("card.state.done", nil))
	if strings.Contains(w.inRooms(), "UNIQUE") || strings.Contains(w.inRooms(), "Rosa") {
		t.Errorf("something private stands in a room:\n%s", w.inRooms())
	}
}

// A message becomes a need: one of one's own at once, one of somebody else's
// only with their consent.
func TestMakeThisANeed(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, sam := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")
	message := w.s.Say(rosa, w.board, "a ride\nto the clinic "+strings.Repeat("x", 300))
	var label string
	for _, c := range declare(w.reg) {
		if c.Type == commandMessage {
			label = c.Name
		}
	}
	if label == "" {
		t.Fatal("no message command is declared")
	}
	for user, form := range map[string]string{rosa: commands.FormNeed, sam: commands.FormNeedOther} {
		i := w.answered(w.s.ContextMenu(user, message, label))
		if i.State() != discordtest.FormShown {
			t.Fatalf("it shows %s", i.Text())
		}
		open := w.s.OpenForm(user)
		act, ok := parseAction(open.CustomID)
		if !ok || act.Line != form {
			t.Errorf("%q is the form for %s", open.CustomID, form)
		}
		if !strings.HasPrefix(open.Fields[0].Value, "a ride to the clinic xxx") {
			t.Errorf("%q is filled in", open.Fields[0].Value)
		}
	}
}

// What takes more than a second is announced, and then given.
func TestDeferred(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	w := newTown(t, clock)
	rosa := w.s.Join(w.guild, "Rosa")
	w.gate.set(func() { w.gate.hold = make(chan struct{}) })
	i := w.s.Slash(rosa, w.board, "board", nil)
	w.receives("board", 1)
	clock.Advance(deferAfter - time.Millisecond)
	if i.State() != discordtest.Waiting {
		t.Error("it was announced within a second")
	}
	clock.Advance(time.Millisecond)
	w.until("the announcement", func() bool { return i.State() == discordtest.Deferred })
	w.gate.release()
	w.until("the answer", func() bool { return i.State() == discordtest.Shown })
	if !i.Message().Ephemeral || i.Message().Pending {
		t.Errorf("the answer is %+v", i.Message())
	}
}

// A press on an answer of ours is announced without a word, and that answer then
// becomes the next one.
func TestDeferredUpdate(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC))
	w := newTown(t, clock)
	rosa := w.s.Join(w.guild, "Rosa")
	preview := w.slash(rosa, w.board, "need", map[string]any{"what": "bread", "category": "food"})
	w.gate.set(func() { w.gate.hold = make(chan struct{}) })
	i := w.s.Press(rosa, preview.Message().ID, w.text("button.post", nil))
	w.receives("answer post", 1)
	clock.Advance(deferAfter)
	w.until("the announcement", func() bool { return i.State() == discordtest.Noted })
	w.gate.release()
	w.until("the answer", func() bool { return strings.Contains(w.s.Message(preview.Message().ID).Text, "N1") })
}

// The first answer is given once, whatever Discord says of it.
func TestAnswersOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	w.asks(rosa, "milk", "")

	// Discord sends the same interaction once more.
	i := w.slash(rosa, w.board, "close", map[string]any{"ref": "N1", "reason": "met_elsewhere"})
	before := i.Text()
	w.s.Repeat(i)
	w.receives("close", 2)
	w.slash(rosa, w.board, "mine", nil) // comes after it
	if i.Text() != before || len(i.FollowUps()) > 0 {
		t.Errorf("the repeat changed the answer to %q", i.Text())
	}

	// It came too late: what is done is done, and pressing again says so.
	w.s.ExpireNext(1)
	late := w.s.Slash(rosa, w.board, "reopen", map[string]any{"ref": "N1"})
	w.receives("reopen", 1)
	again := w.slash(rosa, w.board, "reopen", map[string]any{"ref": "N1"})
	if late.Message() != nil {
		t.Errorf("what came too late shows %q", late.Text())
	}
	w.wants(w.card(w.board, "N1").Text, "Open")
	if again.Text() == "" {
		t.Error("the second press is not answered")
	}
}

// The answer that broke on its way back is tried once more, and never twice
// shown.
func TestAnswerThatBroke(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]discordtest.Fault{
		"before":       {Method: "POST", Path: "/interactions/.*"},
		"after":        {Method: "POST", Path: "/interactions/.*", After: true},
		"502 after":    {Method: "POST", Path: "/interactions/.*", After: true, Status: 502},
		"a bad answer": {Method: "POST", Path: "/interactions/.*", Status: 400, Code: 50035},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, bot.SystemClock{})
			rosa := w.s.Join(w.guild, "Rosa")
			w.s.Fail(fault)
			i := w.slash(rosa, w.board, "board", nil)
			if i.State() != discordtest.Shown || len(i.FollowUps()) > 0 {
				t.Errorf("%v: %q", i.State(), i.Text())
			}
		})
	}
}

// Buttons that nobody made do nothing, and are answered for their sender alone.
func TestForgedButtons(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, eve := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Eve")
	w.asks(rosa, "milk", secretContact)
	card := w.card(w.board, "N1")
	other := strconv.FormatInt(int64(w.coalition(w.guild))+1, 36)
	for _, id := range []string{
		"x", "hello", strings.Repeat("y", 100), "1r", "1r:", "1zz:claim N1", "1r" + other + ":claim N1", "1r" + other + ":details N1",
		"1c" + other + ":", "1l0:claim N1", "1s0:need", "1r-5:claim N1", "9r0:claim N1", "1r0:claim\u202eN1",
	} {
		i := w.answered(w.s.Forge(eve, card.ID, id))
		if m := i.Message(); m == nil || !m.Ephemeral {
			t.Errorf("%q is answered with %q", id, i.Text())
		}
		if strings.Contains(i.Text(), "UNIQUE") {
			t.Errorf("%q shows something private", id)
		}
	}
	if n := w.received("claim N1") + w.received("details N1"); n > 0 {
		t.Errorf("%d forged lines came to the engine", n)
	}
	// What she may not do she may not do with a forged button of the right kind.
	own := strconv.FormatInt(int64(w.coalition(w.guild)), 36)
	i := w.answered(w.s.Forge(eve, card.ID, "1r"+own+":details N1"))
	if strings.Contains(i.Text(), "UNIQUE") {
		t.Errorf("a forged button shows %q", i.Text())
	}
	w.answered(w.s.SubmitRaw(eve, w.board, "1s"+other+":need", map[string]string{"what": "x"}))
	w.answered(w.s.SubmitRaw(eve, w.board, "nonsense", map[string]string{"what": "x"}))
	if w.received("need") != 1 {
		t.Error("a form of another coalition came to the engine")
	}
	w.wants(w.card(w.board, "N1").Text, "Open")
}

// A button of another version says so, and its card is shown anew.
func TestOldButton(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	w.asks(rosa, "milk", "")
	card := w.card(w.board, "N1")
	i := w.answered(w.s.Forge(rosa, card.ID, "0claim-N1"))
	w.wants(i.Text(), w.text("old_button", nil))
	due, ok, err := w.reg.Store().NextDue(t.Context(), name)
	if err != nil || !ok {
		t.Errorf("the card is not shown anew: %v %v", due, err)
	}
	w.card(w.board, "N1")
	elsewhere := w.slash(rosa, w.board, "mine", nil)
	i = w.answered(w.s.Forge(rosa, elsewhere.Message().ID, "0claim-N1"))
	w.wants(i.Text(), w.text("discord.old_button", nil))
}

// Whatever breaks, the person hears of it.
func TestApology(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	w.gate.set(func() { w.gate.breaks = true })
	i := w.slash(rosa, w.board, "board", nil)
	if m := i.Message(); m == nil || !m.Ephemeral || !strings.Contains(m.Text, "code:") {
		t.Errorf("a panic is answered with %q", i.Text())
	}
	w.gate.set(func() { w.gate.breaks, w.gate.after = false, true })
	i = w.slash(rosa, w.board, "board", nil)
	if strings.Contains(i.Text(), "Nothing was saved") {
		t.Errorf("after the commit it says %q", i.Text())
	}
	w.gate.set(func() { w.gate.after = false })
	w.wants(w.slash(rosa, w.board, "help", nil).Text(), "need")
}

// Too much at once is said, and a refusal takes no button away.
func TestRefusalKeepsButtons(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	preview := w.slash(rosa, w.board, "need", map[string]any{"what": "bread", "category": "food"})
	for range 10 {
		w.slash(rosa, w.board, "board", nil)
	}
	post := w.text("button.post", nil)
	i := w.press(rosa, preview.Message().ID, post)
	if m := w.s.Message(preview.Message().ID); m == nil || !m.Has(post) {
		t.Errorf("the preview became %q", m.Text)
	}
	if strings.Contains(i.Text(), "N1") {
		t.Errorf("it was posted: %q", i.Text())
	}
}

package discordtest

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// asked has Rosa use /need and returns it as the bot sees it.
func (w *town) asked() (*Interaction, obj) {
	i := w.s.Slash(w.rosa, w.room, "need", nil)
	return i, w.event("INTERACTION_CREATE")
}

func textInput(id string, change obj) obj {
	c := obj{"type": 4, "custom_id": id, "style": 1}
	for key, value := range change {
		c[key] = value
	}
	return c
}

func label(text string, inside obj) obj { return obj{"type": 18, "label": text, "component": inside} }

func formOf(parts ...obj) obj {
	return obj{"custom_id": "form", "title": "Ask for help", "components": parts}
}

func TestAnswersThatAreWrong(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	long := func(n int) string { return strings.Repeat("x", n) }
	one := label("What?", textInput("a", nil))
	for _, c := range []struct {
		wrong string
		kind  int
		data  any
	}{
		{"allowed_mentions is missing", 4, obj{"content": "x"}},
		{"an empty answer", 4, says("")},
		{"content is 2001", 4, says(long(2001))},
		{"an answer of type 6", 6, nil},
		{"an answer of type 7", 7, says("x")},
		{"an answer of type 8", 8, obj{"choices": []obj{}}},
		{"an answer of type 1 ", 1, nil},
		{`the field "content"`, 5, says("x")},
		{"with the flags 128", 5, obj{"flags": 128}},
		{`the field "nonce"`, 4, with(says("x"), "nonce", "1")},
		{"0 parts", 9, formOf()},
		{"6 parts", 9, formOf(many(6, one)...)},
		{"same custom_id", 9, formOf(one, one)},
		{"title is 46", 9, with(formOf(one), "title", long(46))},
		{"label is 46", 9, formOf(label(long(46), textInput("a", nil)))},
		{"description is 101", 9, formOf(with(one, "description", long(101)))},
		{"filled in with 11", 9, formOf(label("a", textInput("a", obj{"max_length": 10, "value": long(11)})))},
		{"takes 0 to 4001", 9, formOf(label("a", textInput("a", obj{"max_length": 4001})))},
		{"the style 0", 9, formOf(label("a", textInput("a", obj{"style": 0})))},
		{"placeholder is 101", 9, formOf(label("a", textInput("a", obj{"placeholder": long(101)})))},
		{"component of type 2", 9, formOf(label("a", button("a", "1")))},
		{"a part of type 4", 9, formOf(textInput("a", nil))},
		{"26 options", 9, formOf(label("a", selectOf(26, nil)))},
		{"a disabled select", 9, formOf(label("a", selectOf(1, obj{"disabled": true})))},
		{"takes no values", 9, formOf(label("a", selectOf(1, obj{"min_values": 0})))},
		{"custom_id is 101", 9, with(formOf(one), "custom_id", long(101))},
	} {
		_, came := w.asked()
		w.respond(came, c.kind, c.data)
		if got := strings.Join(w.s.TakeViolations(), "\n"); !strings.Contains(got, c.wrong) {
			t.Errorf("an answer %d %s made the violations %q; want one with %q", c.kind, raw(c.data), got, c.wrong)
		}
		if status, _ := w.respond(came, 4, private(says("x"))); status != 204 {
			t.Errorf("after a wrong answer the right one got %d", status)
		}
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(begins)
	w := newTown(t, Options{Clock: clock})
	w.connect()
	i, came := w.asked()
	callback := "/interactions/" + i.ID() + "/" + i.Token() + "/callback"
	hook := "/webhooks/" + ApplicationID + "/" + i.Token()
	w.want(404, 10062, "POST", "/interactions/"+i.ID()+"/x/callback", obj{"type": 5})
	if status, _ := w.respond(came, 5, obj{"flags": 64}); status != 204 || i.State() != Deferred {
		t.Fatalf("%d, state %d", status, i.State())
	}
	w.want(400, 40060, "POST", callback, obj{"type": 5})
	clock.Advance(14 * time.Minute)
	w.want(200, 0, "PATCH", hook+"/messages/@original", says("done"))
	if m := i.Message(); i.State() != Shown || m.Text != "done" || !m.Ephemeral {
		t.Errorf("Rosa sees %s", raw(m))
	}
	w.want(200, 0, "POST", hook, private(says("more")))
	if more := i.FollowUps(); len(more) != 1 || more[0].Text != "more" {
		t.Errorf("the later answers are %s", raw(more))
	}
	clock.Advance(2 * time.Minute)
	w.want(401, 50027, "POST", hook, private(says("late")))

	late, came := w.asked()
	waited := make(chan error)
	go func() { waited <- late.Wait(soon(t)) }()
	clock.Advance(3*time.Second + time.Millisecond)
	if status, answer := w.respond(came, 4, says("late")); status != 404 || num(answer, "code") != 10062 {
		t.Errorf("an answer after 3 s got %d %v", status, answer)
	}
	if err := <-waited; err == nil || late.State() != Failed || w.s.Unanswered() != 1 {
		t.Errorf("waiting ended with %v; %d unanswered", err, w.s.Unanswered())
	}
	w.want(404, 10015, "POST", "/webhooks/"+ApplicationID+"/"+late.Token(), says("late"))
	w.wantWrong("has answered 404 before", "POST", "/webhooks/"+ApplicationID+"/"+late.Token(), says("late"))
}

func TestExpiredOnArrival(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	w.s.ExpireNext(1)
	_, came := w.asked()
	if status, answer := w.respond(came, 5, nil); status != 404 || num(answer, "code") != 10062 {
		t.Errorf("it got %d %v", status, answer)
	}
	i, came := w.asked()
	w.s.Repeat(i)
	if again := w.event("INTERACTION_CREATE"); str(again, "id") != str(came, "id") {
		t.Error("it came again under another id")
	}
	w.respond(came, 4, private(says("x")))
	w.s.Expire(i)
	w.want(401, 50027, "PATCH", "/webhooks/"+ApplicationID+"/"+i.Token()+"/messages/@original", says("y"))
}

func TestForms(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	i, came := w.asked()
	options := selectOf(0, obj{"options": []obj{{"label": "North", "value": "n"}, {"label": "South", "value": "s", "default": true}}})
	form := formOf(
		with(label("What?", textInput("what", obj{"max_length": 10, "value": "soup"})), "description", "One line"),
		label("Area", options), label("When?", textInput("when", obj{"required": false, "placeholder": "today"})),
	)
	if status, answer := w.respond(came, 9, form); status != 204 {
		t.Fatal(answer)
	}
	want := "== Ask for help ==\nWhat? *\n  One line\n  > soup\nArea *\n  (Choose: North, *South)\nWhen?\n  > (today)\n[Cancel] [Submit]"
	if i.Text() != want || w.s.OpenForm(w.rosa).Text != want || len(w.s.OpenForm(w.rosa).Fields) != 3 {
		t.Errorf("the form reads\n%s\nwant\n%s", i.Text(), want)
	}
	for _, wrong := range []map[string]string{{"What?": ""}, {"What?": "more than ten"}, {"Area": "West"}, {"Area": ""}} {
		if got := w.s.Submit(w.rosa, wrong); got.State() != Failed {
			t.Errorf("%v could be sent", wrong)
		}
	}
	sent := w.s.Submit(w.rosa, map[string]string{"Area": "North", "when": "soon"})
	came = w.event("INTERACTION_CREATE")
	parts := objects(object(came, "data"), "components")
	if str(object(parts[0], "component"), "value") != "soup" || texts(object(parts[1], "component"), "values")[0] != "n" {
		t.Errorf("the form came as %s", raw(came))
	}
	w.respond(came, 9, form)
	if got := strings.Join(w.s.TakeViolations(), ""); !strings.Contains(got, "an answer of type 9") {
		t.Errorf("a form was the answer to a form; violations %q", got)
	}
	w.respond(came, 4, private(says("thanks")))
	ok(t, sent.Wait(soon(t)))
	w.s.SubmitRaw(w.sam, w.room, "forged", map[string]string{"x": "y"})
	if came = w.event("INTERACTION_CREATE"); str(object(came, "data"), "custom_id") != "forged" {
		t.Errorf("the forged form came as %s", raw(came))
	}
}

func TestPressing(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	off := with(button("Off", "3"), "disabled", true)
	body := says("card", row(button("Go", "1"), off), row(selectOf(0, obj{
		"placeholder": "Area", "max_values": 2, "options": []obj{{"label": "North", "value": "n"}, {"label": "South", "value": "s"}},
	})))
	id := str(w.want(200, 0, "POST", w.messages(), body), "id")
	if got, want := w.s.Message(id).Text, "card\n[Go] (Off)\n(Area: North, South)"; got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
	for _, no := range []*Interaction{w.s.Press(w.sam, id, "Off"), w.s.Press(w.sam, id, "None"), w.s.Select(w.sam, id, "", "West"), w.s.Select(w.sam, id, "Area")} {
		if no.State() != Failed {
			t.Error("something that cannot be pressed was")
		}
	}
	i := w.s.Select(w.sam, id, "Area", "South", "North")
	came := w.event("INTERACTION_CREATE")
	if got := texts(object(came, "data"), "values"); len(got) != 2 || got[0] != "n" || str(object(came, "message"), "id") != id {
		t.Errorf("the choice came as %s", raw(came))
	}
	if status, _ := w.respond(came, 6, nil); status != 204 || i.State() != Noted {
		t.Errorf("%d, state %d", status, i.State())
	}
	w.want(200, 0, "PATCH", "/webhooks/"+ApplicationID+"/"+i.Token()+"/messages/@original", says("changed"))
	if i.State() != Updated || w.s.Message(id).Text != "changed" {
		t.Errorf("it reads %q", w.s.Message(id).Text)
	}
	w.s.Forge(w.sam, id, "x")
	came = w.event("INTERACTION_CREATE")
	w.respond(came, 7, private(says("hidden")))
	if got := strings.Join(w.s.TakeViolations(), ""); !strings.Contains(got, "the flags 64") {
		t.Errorf("what all see was made private; violations %q", got)
	}
	w.s.DeleteMessage(id)
	if status, answer := w.respond(came, 7, says("x")); status != 404 || num(answer, "code") != 10008 {
		t.Errorf("an update of a deleted message got %d %v", status, answer)
	}
	w.respond(came, 4, private(says("only you", row(button("Again", "9")))))
	mine := w.s.SeenBy(w.sam)
	if len(mine) != 1 || w.s.Press(w.rosa, mine[0].ID, "Again").State() != Failed {
		t.Errorf("Sam sees %s, and Rosa can press it", raw(mine))
	}
	w.want(404, 10008, "GET", w.messages()+"/"+mine[0].ID, nil)
	w.s.ForgeSelect(w.sam, mine[0].ID, "9", "none of them")
	w.s.Dismiss(w.sam, mine[0].ID)
	if len(w.s.SeenBy(w.sam)) != 0 {
		t.Error("what Sam dismissed is still there")
	}
}

func TestFollowUpsFillADeferral(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	i, came := w.asked()
	w.respond(came, 5, obj{"flags": 64})
	if i.Text() != "(thinking)" {
		t.Errorf("Rosa sees %q", i.Text())
	}
	hook := "/webhooks/" + ApplicationID + "/" + i.Token()
	w.want(200, 0, "POST", hook, private(says("done")))
	if i.Text() != "done" || len(i.FollowUps()) != 0 {
		t.Errorf("Rosa sees %q and more: %d", i.Text(), len(i.FollowUps()))
	}
	w.wantWrong("the flags 64", "PATCH", hook+"/messages/@original", private(says("x")))
	w.want(204, 0, "DELETE", hook+"/messages/@original", nil)
	w.want(404, 10008, "PATCH", hook+"/messages/@original", says("x"))
	if i.Message() != nil {
		t.Error("the deleted answer is still there")
	}
}

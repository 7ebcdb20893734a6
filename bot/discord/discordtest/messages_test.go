package discordtest

import (
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// begins is when the tests with a clock of their own begin.
var begins = time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)

// with is a message body with one field changed; a nil value takes it out.
func with(body obj, key string, value any) obj {
	body = clone(body)
	if body[key] = value; value == nil {
		delete(body, key)
	}
	return body
}

func selectOf(n int, change obj) obj {
	options := []obj{}
	for i := range n {
		options = append(options, obj{"label": "option", "value": jsonInt(int64(i))})
	}
	c := obj{"type": 3, "custom_id": "s", "options": options}
	for key, value := range change {
		c[key] = value
	}
	return c
}

func many(n int, one obj) []obj {
	list := []obj{}
	for range n {
		list = append(list, one)
	}
	return list
}

func embeds(list ...obj) obj { return with(says("x"), "embeds", list) }

func TestMessageRules(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	long := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct {
		wrong string
		body  obj
	}{
		{"content is 2001 characters", says(long(2001))},
		{"content is no text", with(says("x"), "content", 7)},
		{"an empty message", says(" ")},
		{"allowed_mentions is missing", with(says("x"), "allowed_mentions", nil)},
		{"has parse <nil>", with(says("x"), "allowed_mentions", obj{"users": []string{}})},
		{"has parse [users]", with(says("x"), "allowed_mentions", obj{"parse": []string{"users"}})},
		{"a role would be notified", with(says("x"), "allowed_mentions", obj{"parse": []string{}, "roles": []string{"1"}})},
		{"the flags 64", private(says("x"))},
		{"nonce is 26", with(says("x"), "nonce", long(26))},
		{"enforce_nonce and no nonce", with(says("x"), "enforce_nonce", true)},
		{`the field "ephemeral"`, with(says("x"), "ephemeral", true)},
		{"11 embeds", embeds(many(11, obj{"description": "x"})...)},
		{"description is 4097", embeds(obj{"description": long(4097)})},
		{"title is 257", embeds(obj{"title": long(257)})},
		{"6001 characters in its embeds", embeds(obj{"description": long(4001)}, obj{"description": long(2000)})},
		{"26 fields", embeds(obj{"fields": many(26, obj{"name": "x", "value": "x"})})},
		{"value is 1025", embeds(obj{"fields": []obj{{"name": "x", "value": long(1025)}}})},
		{"text is 2049", embeds(obj{"footer": obj{"text": long(2049)}})},
		{"an empty embed", embeds(obj{"description": " "})},
		{"has 6 rows", says("x", many(6, row(button("a", "1")))...)},
		{"a row with 6", says("x", row(many(6, button("a", "1"))...))},
		{"a row with 0", says("x", row())},
		{"outside of a row", says("x", button("a", "1"))},
		{"same custom_id", says("x", row(button("a", "1"), button("b", "1")))},
		{"custom_id is 101", says("x", row(button("a", long(101))))},
		{"custom_id is 0", says("x", row(button("a", "")))},
		{"label is 81", says("x", row(button(long(81), "1")))},
		{"neither a label nor an emoji", says("x", row(button("", "1")))},
		{"the style 0", says("x", row(obj{"type": 2, "label": "a", "custom_id": "1"}))},
		{"a link without a proper url", says("x", row(obj{"type": 2, "style": 5, "label": "a"}))},
		{"26 options", says("x", row(selectOf(26, nil)))},
		{"0 options", says("x", row(selectOf(0, nil)))},
		{"not alone", says("x", row(selectOf(1, nil), button("a", "1")))},
		{"cannot be required", says("x", row(selectOf(1, obj{"required": false})))},
		{"placeholder is 151", says("x", row(selectOf(1, obj{"placeholder": long(151)})))},
		{"label is 101", says("x", row(selectOf(0, obj{"options": []obj{{"label": long(101), "value": "1"}}})))},
		{"twice", says("x", row(selectOf(0, obj{"options": many(2, obj{"label": "a", "value": "1"})})))},
		{"2 options chosen", says("x", row(selectOf(0, obj{"options": []obj{
			{"label": "a", "value": "1", "default": true}, {"label": "b", "value": "2", "default": true},
		}})))},
		{"type 4 in a row", says("x", row(obj{"type": 4, "custom_id": "1", "style": 1}))},
		{"files, polls and stickers", with(says("x"), "poll", obj{})},
	} {
		w.wantWrong(c.wrong, "POST", w.messages(), c.body)
	}
	w.want(200, 0, "POST", w.messages(), says(long(2000), row(button(long(80), long(100)))))
	if n := len(w.s.Channel(w.room)); n != 1 {
		t.Errorf("%d messages were taken, want the one that is right", n)
	}
}

func TestEditsAndDeletes(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(begins)
	w := newTown(t, Options{Clock: clock})
	id := str(w.want(200, 0, "POST", w.messages(), says("a")), "id")
	edit := w.messages() + "/" + id
	w.want(200, 0, "PATCH", edit, says("b"))
	w.wantWrong(`the field "nonce"`, "PATCH", edit, with(says("b"), "nonce", "1"))
	w.wantWrong("the flags 64", "PATCH", edit, private(says("b")))
	w.wantWrong("leaves an empty message", "PATCH", edit, says(""))
	w.want(404, 10008, "PATCH", w.messages()+"/"+w.rosa, says("b"))
	w.want(404, 10003, "PATCH", "/channels/"+w.rosa+"/messages/"+id, says("b"))
	w.want(403, 50005, "PATCH", w.messages()+"/"+w.s.Say(w.sam, w.room, "hello"), says("b"))

	clock.Advance(time.Hour)
	for range 3 {
		w.want(200, 0, "PATCH", edit, says("c"))
	}
	w.want(429, 30046, "PATCH", edit, says("d"))
	clock.Advance(time.Minute)
	w.want(200, 0, "PATCH", edit, says("d"))
	if got := w.s.Message(id); got.Text != "d" || !got.Edited {
		t.Errorf("the message reads %s", raw(got))
	}
	w.s.DeleteMessage(id)
	w.want(404, 10008, "PATCH", edit, says("e"))
	w.want(404, 10008, "GET", edit, nil)
	own := str(w.want(200, 0, "POST", w.messages(), says("own")), "id")
	w.want(204, 0, "DELETE", w.messages()+"/"+own, nil)
	w.want(404, 10008, "DELETE", w.messages()+"/"+own, nil)
}

func TestNonce(t *testing.T) {
	t.Parallel()
	clock := platformtest.NewClock(begins)
	w := newTown(t, Options{Clock: clock})
	body := with(with(says("a"), "nonce", "k"), "enforce_nonce", true)
	post := func(b obj) string { return str(w.want(200, 0, "POST", w.messages(), b), "id") }
	first := post(body)
	if post(with(body, "content", "other")) != first {
		t.Error("the same nonce made a second message")
	}
	if post(with(body, "enforce_nonce", false)) == first || post(with(body, "nonce", "l")) == first {
		t.Error("a nonce that is not enforced, or another one, made no message")
	}
	clock.Advance(5 * time.Minute)
	if post(body) == first {
		t.Error("a nonce was known after five minutes")
	}
	if got := w.s.Channel(w.room); len(got) != 4 || got[0].Text != "a" || got[0].Nonce != "k" {
		t.Errorf("the room holds %s", raw(got))
	}
}

func TestPings(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	all := "<@" + w.sam + "> <@" + w.rosa + "> @everyone <@&" + w.guild + ">"
	body := with(says(all), "allowed_mentions", obj{"parse": []string{}, "users": []string{w.sam}})
	w.want(200, 0, "POST", w.messages(), body)
	w.want(200, 0, "POST", w.messages(), says(all))
	got := w.s.Channel(w.room)
	if len(got[0].Pings) != 1 || got[0].Pings[0] != w.sam || len(got[1].Pings) != 0 {
		t.Errorf("they notified %q and %q", got[0].Pings, got[1].Pings)
	}
	if want := "@Sam @Rosa @everyone @@everyone"; got[0].Text != want {
		t.Errorf("it reads %q, want %q", got[0].Text, want)
	}
	for content, pings := range map[string]string{"@here": "everyone", "<@!7>": "7", "<@&7>": "role 7", "@everyone": "everyone"} {
		everything := obj{"parse": []string{"users", "roles", "everyone"}}
		if got := pinged(content, everything); len(got) != 1 || got[0] != pings {
			t.Errorf("%q with everything let through notifies %q, want %q", content, got, pings)
		}
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	var ids []string
	for range 5 {
		ids = append(ids, str(w.want(200, 0, "POST", w.messages(), says("a")), "id"))
	}
	for query, want := range map[string]int{"": 5, "?limit=2": 2, "?before=" + ids[2]: 2, "?after=" + ids[2]: 2} {
		_, answer := w.ask("GET", w.messages()+query, nil)
		if got := objects(answer, ""); len(got) != want {
			t.Errorf("%q lists %d messages, want %d", query, len(got), want)
		}
	}
	_, answer := w.ask("GET", w.messages(), nil)
	if str(objects(answer, "")[0], "id") != ids[4] {
		t.Error("the newest message is not the first")
	}
	w.wantWrong("limit has to be 1 to 100", "GET", w.messages()+"?limit=101", nil)
	w.s.SetOverwrite(w.room, BotID, 0, ReadMessageHistory)
	if _, answer = w.ask("GET", w.messages(), nil); len(objects(answer, "")) != 0 {
		t.Error("messages are listed without the permission to read them")
	}
}

func TestReactions(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	id := str(w.want(200, 0, "POST", w.messages(), says("a")), "id")
	reactions := w.messages() + "/" + id + "/reactions"
	w.wantWrong("which is no emoji", "PUT", reactions+"/hello/@me", nil)
	for range 120 {
		w.s.React(w.s.Join(w.guild, "x"), id, "✋")
	}
	w.want(204, 0, "PUT", reactions+"/✅/@me", nil)
	w.want(204, 0, "PUT", reactions+"/✋/@me", nil)
	_, page := w.ask("GET", reactions+"/✋?limit=100", nil)
	first := objects(page, "")
	_, page = w.ask("GET", reactions+"/✋?limit=100&after="+str(first[99], "id"), nil)
	if rest := objects(page, ""); len(first) != 100 || len(rest) != 21 {
		t.Errorf("the pages have %d and %d, want 100 and 21", len(first), len(rest))
	}
	w.wantWrong("limit has to be 1 to 100", "GET", reactions+"/✋?limit=101", nil)
	w.want(204, 0, "DELETE", reactions+"/✋/"+str(first[5], "id"), nil)
	w.want(204, 0, "DELETE", reactions+"/✋/"+str(first[5], "id"), nil)
	if got := w.s.Message(id).Reactions; len(got[0].Users) != 120 || got[1].Emoji != "✅" {
		t.Errorf("the reactions are %s", raw(got))
	}
	for _, emoji := range strings.Fields("😀 😁 😂 😃 😄 😅 😆 😇 😈 😉 😊 😋 😌 😍 😎 😏 😐 😑") {
		w.want(204, 0, "PUT", reactions+"/"+emoji+"/@me", nil)
	}
	w.want(400, 30010, "PUT", reactions+"/😒/@me", nil)
	w.s.SetBotPermissions(w.guild, BotDefault&^ManageMessages)
	w.want(403, 50013, "DELETE", reactions+"/✋/"+str(first[6], "id"), nil)
	w.want(403, 50013, "DELETE", reactions, nil)
	w.want(204, 0, "DELETE", reactions+"/✋/@me", nil)
	w.s.ClearReactions(id)
	if got := w.s.Message(id).Reactions; len(got) != 0 {
		t.Errorf("after clearing there are %s", raw(got))
	}
}

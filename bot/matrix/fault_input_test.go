//go:build goolm

package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// What people write, however hostile, is words wherever it is shown: in needs, in
// names, in reasons and in what the bot says it does not know.
func TestStoryHostileWords(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board, self := w.rooms[0], w.account.UserID
	rosa, chat := w.person("Rosa")
	sam, samChat := w.person("Sam")
	w.calmly("Rosa", "language en")
	ana := w.people[runsIt]
	ana.SetState(w.space, event.StateRoomName, "", map[string]any{"name": "@room <b>https://matrix.to/#/" + rosa.ID.String()})
	posted := 0
	// What has hidden characters or an address for e-mail in it is not taken for
	// the board, and is said all the same.
	odd := func(s string) bool {
		return seen(s) != s || strings.ContainsAny(s, "\n\"\u2060\u200b\u200d") || strings.Contains(s, "rosa@")
	}
	plain := slices.DeleteFunc(slices.Clone(hostile), odd)
	for _, words := range hostile {
		if odd(words) {
			w.calmly("Rosa", "need what:"+words)
			w.calmly("Rosa", "cancel")
			w.calmly("Rosa", "show "+words)
		}
	}
	for part := range slices.Chunk(plain, 4) {
		words := strings.Join(part, " ")
		isCalled(t, sam, strings.Join(part, " / "))
		w.calmly("Rosa", `need what:"`+strings.ReplaceAll(words, `"`, "")+`" category:food contact:"413-555-0142"`)
		w.calmly("Rosa", "1")
		if posted++; !slices.ContainsFunc(rosa.Messages(board), func(m matrixtest.Message) bool { return strings.HasPrefix(m.Body, fmt.Sprintf("N%d:", posted)) }) {
			posted--
			w.calmly("Rosa", "cancel")
			continue
		}
		ref := fmt.Sprintf("N%d", posted)
		w.calmly("Sam", "claim "+ref)
		w.calmly("Sam", "release "+ref+" "+words)
		w.calmly("Rosa", "close "+ref+" "+words)
		w.calmly("Rosa", words)
		w.calmly("Sam", "show "+words)
		w.calmly("Sam", "need where:"+words)
		w.calmly("Sam", "cancel")
	}
	if posted < 5 {
		t.Errorf("%d needs were posted", posted)
	}
	w.reads(rosa, chat)
	w.reads(sam, samChat)
	w.decent()
	for _, u := range []*matrixtest.User{ana, rosa, sam} {
		for _, m := range u.Pings(u.ID) {
			if m.Sender == self {
				t.Errorf("%s was notified by %q", u.Name, m.Body)
			}
		}
	}
}

func isCalled(t *testing.T, u *matrixtest.User, name string) {
	t.Helper()
	if err := u.Client.API().SetDisplayName(t.Context(), name); err != nil {
		t.Logf("the homeserver refuses the name %q: %v", name, err)
	}
}

// What is much too long is refused in a sentence, and a name that is, is cut.
func TestStoryTooMuch(t *testing.T) {
	t.Parallel()
	w := newTown(t).slow().founds("Sam")
	board := w.rooms[0]
	rosa, chat := w.person("Rosa")
	sam, _ := w.person("Sam")
	w.calmly("Rosa", "language en")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.cardSays(board, "N1", "Open.")
	long := strings.Repeat("so much ", 5500)
	w.calmly("Rosa", "need "+long)
	rosa.WaitText(chat, "Please write it shorter.")
	w.calmly("Rosa", "cancel")
	w.calmly("Rosa", "need")
	for _, step := range []struct{ asked, line string }{
		{"1 of 5.", "firewood"}, {"2 of 5.", "food"}, {"3 of 5.", "Eastmeadow"}, {"4 of 5.", "any time"}, {"5 of 5.", "413-555-0142"},
	} {
		rosa.WaitText(chat, step.asked)
		before := len(w.fromBot(rosa, chat))
		w.calmly("Rosa", long)
		if answers := w.fromBot(rosa, chat)[before:]; len(answers) != 1 || len(answers[0]) > 1500 {
			t.Errorf("at %s: %d answers", step.asked, len(answers))
		}
		w.calmly("Rosa", step.line)
	}
	rosa.WaitText(chat, "413-555-0142")
	w.calmly("Rosa", "cancel")

	open := rosa.CreateRoom(matrixtest.Room{Name: "Open", Invite: []id.UserID{w.account.UserID}})
	rosa.WaitMember(open, w.account.UserID, event.MembershipJoin)
	w.passes("the bot to know the room", func() bool { return slices.Contains(w.bot().places.joined(), open) })
	w.done(rosa, open, rosa.Say(open, "!need "+strings.Repeat("x", 63_000)))

	sam.SetState(board, event.StateMember, sam.ID.String(), map[string]any{"membership": "join", "displayname": strings.Repeat("Sam ", 15_000)})
	w.passes("the name", func() bool { return len(w.bot().places.name(board, sam.ID)) > 50_000 })
	sam.React(board, card.ID, "✋")
	taken := w.cardSays(board, "N1", "Taken.")
	if len(taken.Body) > 1500 {
		t.Errorf("the card has %d bytes", len(taken.Body))
	}
	for _, said := range w.fromBot(rosa, chat) {
		if len(said) > 2000 {
			t.Errorf("somebody is shown %d bytes", len(said))
		}
	}
	w.decent()
}

// Content of wrong types and depths stops nobody: what comes after it is heard.
func TestStoryMalformedContent(t *testing.T) {
	t.Parallel()
	w := founded(t, "Sam")
	board, self := w.rooms[0], w.account.UserID
	rosa, chat := w.person("Rosa")
	sam, samChat := w.person("Sam")
	w.Say(t, "Rosa", "language en")
	w.asks("Rosa", "milk and bread", "413-555-0142")
	card := w.onBoard(board, "N1", "Open.")
	open := rosa.CreateRoom(matrixtest.Room{Name: "Open", Invite: []id.UserID{self}})
	rosa.WaitMember(open, self, event.MembershipJoin)
	w.until("the bot to know the room", func() bool { return slices.Contains(w.bot().places.joined(), open) })
	deep := strings.Repeat("[", 900) + strings.Repeat("]", 900)
	for _, raw := range []string{
		`{}`, `{"msgtype":"m.text"}`, `{"msgtype":"m.text","body":5}`, `{"msgtype":5,"body":"!help"}`, `{"body":"!help"}`, `{"msgtype":"m.text","body":null}`,
		`{"msgtype":"m.text","body":"","m.relates_to":[]}`, `{"msgtype":"m.text","body":"x","m.relates_to":{"rel_type":5,"event_id":{}}}`, `{"msgtype":"m.text","body":"x","format":"org.matrix.custom.html"}`,
		`{"msgtype":"m.text","body":"x","formatted_body":[1]}`, `{"msgtype":"m.text","body":"x","m.mentions":"everybody"}`, `{"msgtype":"m.text","body":"x","m.mentions":{"user_ids":5,"room":"yes"}}`,
		`{"msgtype":"m.text","body":"x","m.new_content":7}`, `{"msgtype":"m.text","body":"x","deep":` + deep + `}`, `{"msgtype":"m.image","body":"!help","url":7,"info":[]}`, `{"msgtype":"m.text","body":["!help"]}`,
	} {
		for _, room := range []id.RoomID{open, chat, board} {
			rosa.Send(room, event.EventMessage, json.RawMessage(raw))
			rosa.SendPlain(room, event.EventMessage, json.RawMessage(raw))
		}
	}
	for _, raw := range []string{
		`{}`, `{"m.relates_to":[]}`, `{"m.relates_to":{"rel_type":"m.annotation"}}`, `{"m.relates_to":{"rel_type":"m.annotation","event_id":5,"key":"✋"}}`,
		`{"m.relates_to":{"rel_type":"m.annotation","event_id":"` + card.ID.String() + `","key":{}}}`, `{"m.relates_to":{"rel_type":"m.annotation","event_id":"` + card.ID.String() + `"}}`,
	} {
		sam.SendPlain(board, event.EventReaction, json.RawMessage(raw))
	}
	for _, raw := range []string{`{}`, `{"algorithm":5}`, `{"algorithm":"m.megolm.v1.aes-sha2","session_id":5,"ciphertext":[]}`, `{"algorithm":"m.megolm.v1.aes-sha2","session_id":"x","ciphertext":"y","m.relates_to":7}`} {
		sam.SendPlain(board, event.EventEncrypted, json.RawMessage(raw))
		sam.SendPlain(samChat, event.EventEncrypted, json.RawMessage(raw))
	}
	w.Say(t, "Rosa", "mine")
	rosa.WaitText(chat, "N1")
	sam.React(board, card.ID, "✋")
	w.onBoard(board, "N1", "Taken.")
	w.decent()
}

// Anybody can send a device anything: it keeps nothing else away.
func TestStoryPoisonForTheDevice(t *testing.T) {
	t.Parallel()
	w := founded(t)
	rosa, _ := w.person("Rosa")
	device := w.bot().session.client.DeviceID
	api := rosa.Client.API()
	for n, content := range []string{`5`, `[]`, `"x"`, `null`, `{}`, `{"algorithm":[],"ciphertext":7}`, `[[[[{}]]]]`} {
		for _, kind := range []string{"m.room.encrypted", "m.room_key", "m.forwarded_room_key", "org.example.odd"} {
			address := api.BuildClientURL("v3", "sendToDevice", kind, fmt.Sprintf("%s-%d", kind, n))
			body := json.RawMessage(`{"messages":{"` + w.account.UserID.String() + `":{"` + device.String() + `":` + content + `}}}`)
			if _, err := api.MakeRequest(t.Context(), http.MethodPut, address, body, nil); err != nil {
				t.Logf("the homeserver refuses %s as %s: %v", content, kind, err)
			}
		}
	}
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.onBoard(w.rooms[0], "N1", "Open.")
	w.decent()
}

// One event of an answer that cannot be read costs that event alone.
func TestSoundAnswer(t *testing.T) {
	t.Parallel()
	const good = `{"type":"m.room.message","event_id":"$1","sender":"@a:b","content":{"body":"x"}}`
	raw := `{"next_batch":"n","to_device":{"events":[{"type":"m.odd","content":5},` + good + `,7]},` +
		`"rooms":{"join":{"!r:b":{"timeline":{"events":[{"type":"m.odd","content":[]},` + good + `],"limited":true,"prev_batch":"p"},"state":{"events":"none"}}}}}`
	if _, err := readAnswer(json.RawMessage(raw)); err == nil {
		t.Fatal("there is nothing wrong with it")
	}
	answer, err := readAnswer(sound(json.RawMessage(raw)))
	if err != nil {
		t.Fatal(err)
	}
	room := answer.Rooms.Join["!r:b"]
	if answer.NextBatch != "n" || len(answer.ToDevice.Events) != 1 || len(room.Timeline.Events) != 1 || !room.Timeline.Limited || room.Timeline.PrevBatch != "p" {
		t.Errorf("%+v", answer)
	}
	for _, other := range []string{``, `7`, `[]`, `{}`, `{"next_batch":5}`} {
		if answer, err := readAnswer(sound(json.RawMessage(other))); err == nil && answer.NextBatch != "" {
			t.Errorf("%s is an answer: %+v", other, answer)
		}
	}
}

// An answer of twenty megabytes is an answer like others.
func TestStoryHugeAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	big := &padded{RoundTripper: usualTransport(), pad: `"pad":"` + strings.Repeat("x", 20<<20) + `",`}
	w.change = func(o *Options) { o.Transport = big }
	w.founds()
	w.asks("Rosa", "milk and bread", "413-555-0142")
	w.onBoard(w.rooms[0], "N1", "Open.")
	if big.count.Load() == 0 {
		t.Error("no answer was huge")
	}
	w.decent()
}

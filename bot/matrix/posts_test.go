//go:build goolm

package matrix

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

const cardOpen, cardTaken = "N12: Ride, Quarry Falls 🚗\nOpen. 1 volunteer needed.", "N12: Ride, Quarry Falls 🚗\nTaken."

func TestCardIsPostedAndEdited(t *testing.T) {
	t.Parallel()
	for name, encrypted := range map[string]bool{"plain": false, "encrypted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newWall(t, encrypted)
			card := b.send(b.card("1.0", "Open. 1 volunteer needed."))
			seen := b.eventually(card, "the card", says(cardOpen))
			if seen.Type != event.MsgNotice || !seen.HasMentions || len(seen.Mentions) > 0 || seen.MentionsRoom || seen.Encrypted != encrypted {
				t.Errorf("the card is %+v", seen)
			}
			for _, words := range []string{"Taken.", "Open. 1 volunteer needed.", "Taken."} {
				if err := b.Edit(t.Context(), b.card("1.0", words), card.String()); err != nil {
					t.Fatal(err)
				}
			}
			b.forget()
			if err := b.edits(b.card("1.1", "Taken."), card); err != nil {
				t.Fatal(err)
			}
			seen = b.eventually(card, "four edits", func(m matrixtest.Message) bool { return len(m.Edits) == 4 && m.Body == cardTaken })
			if seen.Encrypted != encrypted || !seen.HasMentions || !strings.HasPrefix(seen.HTML, "<p><strong>N12: Ride, Quarry Falls</strong> 🚗<br>") {
				t.Errorf("the card is %+v", seen)
			}
			if err := b.Edit(t.Context(), b.card("1.2", "Taken."), card.String()); err != nil {
				t.Fatal(err)
			}
			b.mara.Fence(b.room)
			if seen, _ := b.mara.Message(b.room, card); len(seen.Edits) != 4 {
				t.Errorf("an edit that changes nothing was sent: %d edits", len(seen.Edits))
			}
			if encrypted {
				wantSealed(t, b.server, b.room, "Ride, Quarry", "Taken.", "1.0")
			}
		})
	}
}

// wantSealed makes sure that words are nowhere in what the homeserver keeps of a
// room.
func wantSealed(t *testing.T, server *matrixtest.Server, room id.RoomID, words ...string) {
	t.Helper()
	wantRare(t, words)
	for _, e := range server.StoredIn(t, room) {
		if e.Type == event.EventMessage.Type {
			t.Errorf("a message is in the clear: %s", e.JSON)
		}
		for _, word := range words {
			if strings.Contains(string(e.JSON), word) {
				t.Errorf("%q is in the clear: %s", word, e.JSON)
			}
		}
	}
}

func TestSameKeyShowsOnce(t *testing.T) {
	t.Parallel()
	for name, encrypted := range map[string]bool{"plain": false, "encrypted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newWall(t, encrypted)
			first := b.send(b.card("1.0", "Open."))
			if again := b.send(b.card("1.0", "Open.")); again != first {
				t.Errorf("the same key shows %s, then %s", first, again)
			}
			if other := b.send(b.card("2.0", "Open.")); other == first {
				t.Error("another key shows nothing new")
			}
			// Nobody heard that it was sent, and the program was started again.
			lost := b.proxy.Fail(matrixtest.Dropped().On("PUT", "/send/").Once().Afterwards())
			post := b.card("3.0", "Open.")
			_, err := b.Send(t.Context(), post)
			if err == nil || isClassified(err) || lost.Hits() != 1 {
				t.Fatalf("sent into the void: %v", err)
			}
			b.forget()
			post.Doubtful = true
			third := b.send(post)
			b.mara.WaitEvent(b.room, third) // before that a homeserver may not find it
			if again, found, err := b.Find(t.Context(), post); err != nil || !found || again != third.String() {
				t.Errorf("found as %q, %t, %v", again, found, err)
			}
			if _, found, err := b.Find(t.Context(), b.card("4.0", "Open.")); err != nil || found {
				t.Errorf("what was never sent is found: %t, %v", found, err)
			}
			b.mara.Fence(b.room)
			if cards := len(b.mara.Messages(b.room)); cards != 3 {
				t.Errorf("%d cards, want 3", cards)
			}
		})
	}
}

func TestFoundByItsKeyAlone(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	for _, key := range []string{"1.0", "2.0"} {
		b.send(b.card(key, "Open."))
	}
	third := b.send(b.card("3.0", "Open."))
	page, err := b.s.client.Messages(t.Context(), b.room, "", "", 'b', nil, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Chunk {
		e.Unsigned.TransactionID = ""
		if got := b.txnIn(t.Context(), b.s, b.room, e) == txnOf("3.0", 0); got != (e.ID == third) {
			t.Errorf("%s is the one: %t", e.Type.Type, got)
		}
	}
}

func TestEditOfWhatIsGone(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	card := b.send(b.card("1.0", "Open."))
	b.mara.WaitEvent(b.room, card)
	b.mara.Redact(b.room, card)
	theirs := b.mara.Say(b.room, "hello")
	b.mara.Fence(b.room)
	for name, message := range map[string]id.EventID{"redacted": card, "unknown": "$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "not ours": theirs, "nonsense": "x"} {
		if err := b.Edit(t.Context(), b.card("1.1", "Taken."), message.String()); !errors.Is(err, bot.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReminderRingsForOne(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	kofi := b.server.User(t, "Kofi")
	b.mara.Invite(b.room, kofi.ID)
	kofi.Join(b.room)
	b.sync()
	text := commands.Text(commands.User("Kofi <b>@room</b>") + ", please write to me.")
	message := b.send(bot.Post{Key: "1.0", Room: b.room.String(), Mention: kofi.ID.String(), Text: text, Buttons: []commands.Button{{Label: "Write"}}})
	seen := b.eventually(message, "the reminder", func(matrixtest.Message) bool { return true })
	if seen.Type != event.MsgText || !slices.Equal(seen.Mentions, []id.UserID{kofi.ID}) || seen.MentionsRoom || seen.Body != "Kofi <b>@\u2060room</b>, please write to me." {
		t.Errorf("the reminder is %+v", seen)
	}
	if !strings.HasPrefix(seen.HTML, `<p><a href="https://matrix.to/#/`+kofi.ID.String()+`">Kofi &lt;b&gt;@`) {
		t.Errorf("the mention is %s", seen.HTML)
	}
	kofi.WaitText(b.room, "please write to me")
	if rung := len(kofi.Pings(kofi.ID)); rung != 1 {
		t.Errorf("it rang %d times for the one who is meant", rung)
	}
	if rung := len(b.mara.Pings(b.mara.ID)); rung != 0 {
		t.Errorf("it rang %d times for another", rung)
	}
}

func TestWhereWeMayNotWrite(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	card := b.send(b.card("1.0", "Open."))
	wantCode := func(what, code string, err error) {
		t.Helper()
		var final *bot.PermanentError
		if !errors.As(err, &final) || final.Code != code {
			t.Errorf("%s: %v", what, err)
		}
	}
	b.mara.SetLevels(b.room, func(l *event.PowerLevelsEventContent) { l.EventsDefault = 50 })
	_, err := b.Send(t.Context(), b.card("2.0", "Open."))
	wantCode("a read-only room", bot.CodeReadOnly, err)
	wantCode("an edit there", bot.CodeReadOnly, b.edits(b.card("1.1", "Taken."), card))
	b.mara.Kick(b.room, b.s.client.UserID)
	_, err = b.Send(t.Context(), b.card("3.0", "Open."))
	wantCode("a room we were put out of", bot.CodeRoomGone, err)
	wantCode("an edit there", bot.CodeRoomGone, b.edits(b.card("1.1", "Taken."), card))
	lost := b.card("4.0", "Open.")
	lost.Room = "!nowhere:" + b.server.Name()
	_, err = b.Send(t.Context(), lost)
	wantCode("a room that never was", bot.CodeRoomGone, err)
	if strings.Contains(err.Error(), b.server.Name()) {
		t.Errorf("an error names a room: %v", err)
	}
}

func TestFaultsOfSending(t *testing.T) {
	t.Parallel()
	b := newWall(t, false)
	var notNow *bot.NotNowError
	for name, c := range map[string]struct {
		fault matrixtest.Fault
		after time.Duration
	}{
		"too many requests":        {matrixtest.TooMany(7 * time.Second), 7 * time.Second},
		"a shield in between":      {matrixtest.HTML(http.StatusForbidden), waitForeign},
		"a token that was revoked": {matrixtest.Refused(http.StatusUnauthorized, "M_UNKNOWN_TOKEN"), waitTokenRevoked},
		"a server over its limit":  {matrixtest.Refused(http.StatusForbidden, codeResourceLimit), waitServerLimit},
	} {
		in := b.proxy.Fail(c.fault.On("PUT", "/send/"))
		if _, err := b.Send(t.Context(), b.card("1.0", "Open.")); !errors.As(err, &notNow) || notNow.After != c.after {
			t.Errorf("%s: %v", name, err)
		}
		in.Remove()
	}
	for name, fault := range map[string]matrixtest.Fault{"500": matrixtest.ServerError(), "HTML": matrixtest.HTML(502), "HTML as an answer": matrixtest.HTML(200), "dropped": matrixtest.Dropped()} {
		in := b.proxy.Fail(fault.On("PUT", "/send/"))
		if _, err := b.Send(t.Context(), b.card("1.0", "Open.")); err == nil || isClassified(err) {
			t.Errorf("%s: %v", name, err)
		}
		in.Remove()
	}
	in := b.proxy.Fail(matrixtest.ServerError().On("GET", "/m.room.encryption"))
	b.s.rooms.forget(b.room)
	if _, err := b.Send(t.Context(), b.card("1.0", "Open.")); !errors.As(err, &notNow) {
		t.Errorf("where it is not known whether the room is encrypted: %v", err)
	}
	in.Remove()
	b.proxy.Down()
	if _, err := b.Send(t.Context(), b.card("1.0", "Open.")); !errors.As(err, &notNow) {
		t.Errorf("without a homeserver: %v", err)
	}
	if err := b.proxy.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.use(nil)
	if _, err := b.Send(t.Context(), b.card("1.0", "Open.")); !errors.As(err, &notNow) {
		t.Errorf("before a login: %v", err)
	}
	b.use(b.s)
	b.mara.Fence(b.room)
	if all := b.mara.Messages(b.room); len(all) > 0 {
		t.Errorf("something was shown: %v", all)
	}
	b.send(b.card("1.0", "Open."))
}

func TestLongMessageIsShown(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	long := strings.Repeat("<&> ñandú\n", 20_000)
	first, err := b.say(t.Context(), b.room, "k", &saying{Text: commands.Text(long), ReplyTo: "$x"})
	if err != nil || len(first) < 2 {
		t.Fatalf("%d messages, %v", len(first), err)
	}
	for _, message := range first {
		b.eventually(message, "a part", func(m matrixtest.Message) bool { return m.Encrypted })
	}
	card := b.send(b.card("1.0", long))
	if err := b.edits(b.card("1.1", "x"+long), card); err != nil {
		t.Fatal(err)
	}
	b.eventually(card, "the edited card", func(m matrixtest.Message) bool {
		return len(m.Edits) == 1 && strings.HasSuffix(m.Body, cutMark)
	})
}

// Of a long message that broke off in the middle the rest is sent, and nothing
// twice, even if the homeserver knows no transaction again.
func TestLongPostIsFinished(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	post := bot.Post{Key: "1.0", Room: b.room.String(), Since: b.clock.Now(), Text: commands.Text(strings.Repeat("one more line\n", 5000))}
	refused := matrixtest.TooMany(time.Second).On("PUT", "/send/")
	refused.Skip = 1
	in := b.proxy.Fail(refused)
	if _, err := b.Send(t.Context(), post); err == nil || isClassified(err) {
		t.Errorf("a part was shown, and it is certain that nothing was: %v", err)
	}
	in.Remove()
	b.forget()
	post.Doubtful = true
	b.mara.Fence(b.room) // the homeserver finds what it took by now
	first := b.send(post)
	b.mara.Fence(b.room)
	if got := b.send(post); got != first {
		t.Errorf("shown as %s, then %s", first, got)
	}
	sent := b.proxy.Count("PUT", "/send/m.room.encrypted")
	parts, want := len(b.mara.Messages(b.room)), len(sayingOf(post).contents(false))
	if want < 2 || parts != want || sent != want+1 {
		t.Errorf("%d messages of %d after %d tries", parts, want, sent)
	}
}

func TestAnswerIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := newWall(t, true)
	b.proxy.Fail(matrixtest.TooMany(time.Second).On("PUT", "/send/").Once())
	b.proxy.Fail(matrixtest.Dropped().On("PUT", "/send/").Once().Afterwards())
	said, err := b.say(t.Context(), b.room, "k", &saying{Text: "Posted."})
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.say(t.Context(), b.room, "k", &saying{Text: "Posted."})
	if err != nil || !slices.Equal(said, again) {
		t.Errorf("shown as %v, then %v, %v", said, again, err)
	}
	b.mara.Fence(b.room)
	if shown := len(b.mara.Messages(b.room)); shown != 1 {
		t.Errorf("it is shown %d times", shown)
	}
}

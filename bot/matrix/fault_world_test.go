//go:build goolm

package matrix

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// newFaulty is a town whose homeserver nobody else has, and whose clock the test
// moves.
func newFaulty(t *testing.T) *town {
	t.Helper()
	w := newTownOf(t, newCrowdOn(t, matrixtest.StartPrivate(t, matrixtest.Options{}), true))
	w.clock = platformtest.NewClock(time.Now()) //nolint:forbidigo // the homeserver has the real time
	return w
}

// slow gives a town a clock that the test moves.
func (w *town) slow() *town {
	w.clock = platformtest.NewClock(time.Now()) //nolint:forbidigo // the homeserver has the real time
	return w
}

// passes waits for something while the time goes on: fifty times as fast as it
// does, but for when the homeserver has something to do for the bot.
func (w *town) passes(what string, holds func() bool) {
	w.t.Helper()
	clock, moves := w.clock.(*platformtest.Clock)
	end := bot.SystemClock{}.After(3 * time.Minute)
	for !holds() {
		if moves && w.proxy.Working() == 0 {
			clock.Advance(time.Second / 2)
		}
		select {
		case <-bot.SystemClock{}.After(10 * time.Millisecond):
		case <-end:
			w.t.Fatalf("waited in vain for %s", what)
		case <-w.t.Context().Done():
			w.t.Fatalf("no time left to wait for %s", what)
		}
	}
}

// heardOf counts what the bot said in a room with some words in it, as somebody
// reads it.
func (w *town) heardOf(u *matrixtest.User, room id.RoomID, words string) int {
	n := 0
	for _, m := range u.Messages(room) {
		if m.Sender == w.account.UserID && strings.Contains(unmarked(m.Body), words) {
			n++
		}
	}
	return n
}

// hearsOnce waits until somebody reads some words of the bot's, once.
func (w *town) hearsOnce(u *matrixtest.User, room id.RoomID, words string) {
	w.t.Helper()
	w.passes(fmt.Sprintf("%q for %s", words, u.Name), func() bool { return w.heardOf(u, room, words) > 0 })
	w.reads(u, room)
	if n := w.heardOf(u, room, words); n != 1 {
		w.t.Errorf("%s reads %q %d times", u.Name, words, n)
	}
}

// card waits until a need has one card in a room, and that says something.
func (w *town) cardSays(room id.RoomID, ref, words string) matrixtest.Message {
	w.t.Helper()
	ana := w.people[runsIt]
	var found matrixtest.Message
	w.passes(ref+": "+words, func() bool {
		cards := 0
		for _, m := range ana.Messages(room) {
			if m.Sender == w.account.UserID && strings.HasPrefix(m.Body, ref+":") {
				cards++
				found = m
			}
		}
		return cards == 1 && strings.Contains(unmarked(found.Body), words)
	})
	return found
}

// recorded waits until the bot has noted that a card is there: people can see it
// before.
func (w *town) recorded(card id.EventID) {
	w.t.Helper()
	w.passes("the card to be noted", func() bool {
		row, err := w.store.CardOn(w.t.Context(), Name, card.String())
		return err == nil && row != nil
	})
}

// internals are words that nobody should be shown.
var internals = regexp.MustCompile(`HTTP \d|M_[A-Z]|(?i:sqlite|\bsql\b)|context (deadline|canceled)|panic|goroutine|%!|<nil>|dial tcp|\bEOF\b|map\[|127\.0\.0\.1|nil pointer|[a-z]+\.[a-z]+_[a-z]+`)

// decent makes sure that nothing the bot ever said shows how it is made, rings,
// or has anything in it that a client makes something else of.
func (w *town) decent() {
	w.t.Helper()
	people := append([]*matrixtest.User{}, w.newcomers...)
	for _, u := range w.people {
		people = append(people, u)
	}
	looked := map[id.EventID]bool{}
	for _, u := range people {
		for _, room := range u.Rooms() {
			for _, e := range u.Timeline(room) {
				content, ok := e.Content.Parsed.(*event.MessageEventContent)
				if !ok || e.Sender != w.account.UserID || looked[e.ID] {
					continue
				}
				looked[e.ID] = true
				w.decentOne(content)
			}
		}
	}
	if len(looked) == 0 {
		w.t.Error("the bot said nothing")
	}
}

func (w *town) decentOne(content *event.MessageEventContent) {
	w.t.Helper()
	if content.Mentions == nil {
		w.t.Errorf("without m.mentions: %q", content.Body)
		return
	}
	if content.NewContent != nil {
		if len(content.Mentions.UserIDs) > 0 || content.Mentions.Room {
			w.t.Errorf("an edit rings: %q", content.Body)
		}
		content = content.NewContent
	}
	meant := id.UserID("")
	if len(content.Mentions.UserIDs) == 1 {
		meant = content.Mentions.UserIDs[0]
	}
	wantInert(w.t, content, meant)
	if found := internals.FindString(unmarked(content.Body)); found != "" {
		w.t.Errorf("%q is in %q", found, content.Body)
	}
}

func (w *town) advance(d time.Duration) {
	if clock, moves := w.clock.(*platformtest.Clock); moves {
		clock.Advance(d)
	}
}

// pause lets others do something.
func (w *town) pause() { <-bot.SystemClock{}.After(5 * time.Millisecond) }

func idOf(room string) id.RoomID { return id.RoomID(room) }

// silentSync holds the bot's reading until it is removed.
func silentSync() matrixtest.Fault { return matrixtest.Silent().On("GET", `/sync$`) }

// padded makes some answers to sync very long.
type padded struct {
	http.RoundTripper
	pad   string
	count atomic.Int64
}

func (p *padded) RoundTrip(req *http.Request) (*http.Response, error) {
	answer, err := p.RoundTripper.RoundTrip(req)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.HasSuffix(req.URL.Path, "/sync") || p.count.Add(1) > 8 {
		return answer, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	body = slices.Concat([]byte("{"+p.pad), body[1:])
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Length")
	return answer, nil
}

// calmly has somebody say something after a minute, so that it is not too much at
// once for the bot.
func (w *town) calmly(who, line string) {
	w.t.Helper()
	w.advance(time.Minute)
	u, chat := w.person(who)
	sent := u.Say(chat, line)
	w.passes("an event to be dealt with", func() bool {
		i := w.bot().intake
		_, seen := i.seen.get(sent.String())
		rows, err := w.store.Undecryptable(w.t.Context(), "")
		return seen && err == nil && len(rows) == 0 && i.inbox.idle()
	})
}

// leaves ends the program, or only its connection, until it returns.
func (w *town) leaves(running bool) {
	if running {
		w.proxy.Down()
		return
	}
	w.stop()
}

func (w *town) returns(running bool) {
	w.t.Helper()
	if !running {
		w.start()
		return
	}
	if err := w.proxy.Up(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

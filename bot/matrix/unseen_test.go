//go:build goolm

package matrix

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// phone is a number as the people of the tests have them, who are all made up.
// The one of the team on call is public.
var phone = regexp.MustCompile(`413-555-01[0-9]{2}`)

// How long a line and a word have to be before they are looked for: shorter lines
// stand in many places, and shorter words come about by chance in what is
// encrypted.
const (
	shortestLine = 12
	shortestWord = 8
)

// wantRare makes sure that words which are looked for in what is encrypted do not
// come about there by chance, as three letters do in the base64 of a few messages.
func wantRare(t *testing.T, words []string) {
	t.Helper()
	for _, word := range words {
		if len(word) < shortestWord && !strings.ContainsAny(word, "\" .,:!") {
			t.Fatalf("%q is too short to be looked for: it comes about by chance", word)
		}
	}
}

// unseen is how every story ends, whatever it is about: what somebody knows who
// has the homeserver's disk. In a room that is encrypted nothing of ours is
// readable, and no line that was read in one, nor a number that was written in
// one, is in any event on that disk.
func (c *crowd) unseen() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the test's own is over
	defer cancel()
	stored, err := c.s.Stored(ctx)
	if err != nil {
		c.t.Errorf("look through the homeserver's disk: %v", err)
		return
	}
	stored = c.ours(stored)
	c.wantSealed(stored)
	lines, private := c.heard()
	private = append(private, c.private...)
	slices.Sort(private)
	private = slices.DeleteFunc(slices.Compact(private), func(word string) bool { return len(word) < shortestWord })
	for _, e := range stored {
		if e.Type == event.StateMSC4391BotCommand.Type { // says what help says
			continue
		}
		for _, line := range linesIn(e.JSON) {
			if lines[line] {
				c.t.Errorf("the homeserver has %q in an event of type %s", line, e.Type)
			}
			for _, word := range private {
				if strings.Contains(line, word) {
					c.t.Errorf("the homeserver has %q in an event of type %s", word, e.Type)
				}
			}
		}
	}
}

// ours are the events of the rooms in which the bot or one of the people did
// something: other stories are told on the same homeserver.
func (c *crowd) ours(stored []matrixtest.Event) []matrixtest.Event {
	people := map[id.UserID]bool{c.account.UserID: true}
	for _, u := range c.everybody() {
		people[u.ID] = true
	}
	rooms := map[id.RoomID]bool{}
	for _, e := range stored {
		rooms[e.Room] = rooms[e.Room] || people[e.Sender]
	}
	return slices.DeleteFunc(stored, func(e matrixtest.Event) bool { return !rooms[e.Room] })
}

// wantSealed makes sure that all that the bot wrote in rooms, once they were
// encrypted, is.
func (c *crowd) wantSealed(stored []matrixtest.Event) {
	c.t.Helper()
	open := []string{event.EventEncrypted.Type, event.EventReaction.Type, event.EventRedaction.Type}
	encrypted := map[id.RoomID]bool{}
	for _, e := range stored {
		if e.Type == event.StateEncryption.Type && e.StateKey != nil {
			encrypted[e.Room] = true
		}
		if encrypted[e.Room] && e.Sender == c.account.UserID && e.StateKey == nil && !slices.Contains(open, e.Type) {
			c.t.Errorf("the bot wrote this in an encrypted room: %s", e.JSON)
		}
	}
}

// heard are the lines that people read or wrote in encrypted rooms and nowhere
// else, and the numbers among what they wrote.
func (c *crowd) heard() (lines map[string]bool, numbers []string) {
	lines, open := map[string]bool{}, map[string]bool{}
	for _, u := range c.everybody() {
		for _, room := range u.Rooms() {
			for _, e := range u.Timeline(room) {
				content, ok := e.Content.Parsed.(*event.MessageEventContent)
				if !ok {
					continue
				}
				into := lines
				if !u.Encrypted(room) {
					into = open
				}
				for _, body := range bodies(content) {
					for line := range strings.SplitSeq(body, "\n") {
						into[strings.TrimPrefix(line, "* ")] = true
					}
					if e.Sender != c.account.UserID && u.Encrypted(room) {
						numbers = append(numbers, phone.FindAllString(body, -1)...)
					}
				}
			}
		}
	}
	for line := range lines {
		if len(line) < shortestLine || open[line] {
			delete(lines, line)
		}
	}
	return lines, numbers
}

// bodies are all that a message says.
func bodies(content *event.MessageEventContent) []string {
	all := []string{content.Body, content.FormattedBody}
	if content.NewContent != nil {
		all = append(all, content.NewContent.Body, content.NewContent.FormattedBody)
	}
	return all
}

// everybody are the people of a story, as far as it knows them.
func (c *crowd) everybody() []*matrixtest.User {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.newcomers)
	for _, u := range c.people {
		if !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	return all
}

// linesIn are the lines of every text in some JSON.
func linesIn(raw string) []string {
	var lines []string
	for read := json.NewDecoder(strings.NewReader(raw)); ; {
		token, err := read.Token()
		if err != nil { // the end
			return lines
		}
		if text, ok := token.(string); ok {
			for line := range strings.SplitSeq(text, "\n") {
				lines = append(lines, strings.TrimPrefix(line, "* "))
			}
		}
	}
}

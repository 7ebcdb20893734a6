package discord

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

// A card that is not there any more, or that Discord lets be edited no more, is
// posted anew, once. Whoever took it still has it.
func TestStoryOfACardPostedAnew(t *testing.T) {
	for name, happens := range map[string]func(w *weather, card string){
		"deleted": func(w *weather, card string) {
			w.s.LoseEvents(1)
			w.s.DeleteMessage(card)
		},
		"too old": func(w *weather, _ string) {
			w.s.Fail(discordtest.Fault{Method: http.MethodPatch, Path: "/messages/", Status: http.StatusBadRequest, Code: oldMessageEdits})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWeather(t)
			w.posts(w.rosa, w.board, "milk")
			card := w.one("N1", "Open.")
			w.s.React(w.sam, card.ID, hand)
			w.one("N1", "Taken.")
			w.soon("the message to Sam", func() bool { return w.times(w.sam, "You took N1") == 1 })
			happens(w, card.ID)
			w.slash(w.sam, w.board, "start", map[string]any{"need": "N1"})
			anew := w.one("N1", "Under way.")
			if anew.ID == card.ID {
				t.Fatal("it is the same message")
			}
			w.quiet()
			connected := len(w.s.Identifies())
			w.s.DropConnections() // all cards are read back
			w.soon("a new session", func() bool { return len(w.s.Identifies()) > connected && w.s.Live() > 0 })
			w.passes(20 * time.Second)
			w.one("N1", "Under way.")
			if n := w.times(w.sam, "N1 is back on the board"); n > 0 {
				t.Error("the claim ended")
			}
		})
	}
}

// The bot may not write on the board any more, and does not hear of it. The
// team is told once, and when it may again what is missing comes.
func TestStoryOfABoardItMayNotWriteOn(t *testing.T) {
	for name, deny := range map[string]int64{"missing access": discordtest.ViewChannel, "missing permissions": discordtest.SendMessages} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWeather(t)
			chat := w.s.AddChannel(w.guild, "chat", discordtest.Text)
			w.posts(w.rosa, chat, "milk")
			card := w.one("N1", "Open.")
			w.quiet()
			w.s.LoseEvents(1)
			w.s.SetOverwrite(w.board, discordtest.BotID, 0, deny)
			w.posts(w.rosa, chat, "bread")
			w.posts(w.dee, chat, "soup")
			w.slash(w.sam, chat, "claim", map[string]any{"need": "N1"})
			w.soon("the team to be told", func() bool { return w.times(w.owner, "I can't post in #board any more.") > 0 })
			w.quiet()
			w.passes(time.Minute)
			if n := w.times(w.owner, "I can't post in #board"); n != 1 {
				t.Errorf("the team is told %d times", n)
			}
			w.s.SetOverwrite(w.board, discordtest.BotID, 0, 0)
			w.one("N2", "Open.")
			w.one("N3", "Open.")
			if now := w.one("N1", "Taken."); now.ID != card.ID {
				t.Error("the card was posted anew")
			}
		})
	}
}

// A board in an announcement channel is one like any other; nothing is published
// from it to other servers.
func TestStoryOfAnAnnouncementChannel(t *testing.T) {
	t.Parallel()
	c := emptyCounty(t)
	news := c.s.AddChannel(c.guild, "news", discordtest.Announcement)
	c.setUp(c.owner, c.board, "Larch County Mutual Aid", "#news")
	rosa, dee := c.s.Join(c.guild, "Rosa"), c.volunteer("Dee")
	c.asks(rosa, c.board, "milk")
	card := c.card(news, "N1", "Open.")
	c.s.React(dee, card.ID, hand)
	if taken := c.card(news, "N1", "Taken."); taken.ID != card.ID {
		t.Error("it was posted anew")
	}
	for _, r := range c.sent.all() {
		if strings.HasSuffix(r.path, "/crosspost") {
			t.Error("a card was published to other servers")
		}
	}
}

// Neither a neighbor nor a volunteer takes direct messages. What there is to say
// waits for them, nobody hears who asked, and Discord is not asked over and over.
func TestStoryOfClosedMessages(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	w.quiet()
	w.s.CloseDMs(w.rosa)
	w.s.CloseDMs(w.sam)
	w.s.React(w.sam, card.ID, hand)
	w.one("N1", "Taken.")
	w.soon("the button for Sam", func() bool { return strings.Contains(w.inRoom(w.board), "I can't message you.") })
	w.quiet()
	w.passes(5 * time.Minute)
	if n := w.s.Invalid(); n > 4 {
		t.Errorf("%d invalid requests", n)
	}
	for _, m := range w.s.Channel(w.board) {
		if slices.Contains(m.Pings, w.rosa) || strings.Contains(m.Text, "Rosa") {
			t.Errorf("who asked is named: %q", m.Text)
		}
	}
	mine := w.slash(w.rosa, w.board, "mine", nil)
	w.until("what waited", func() bool { return len(mine.FollowUps()) > 0 })
	w.wants(mine.FollowUps()[0].Text, "I couldn't deliver", "Sam took N1")
	w.s.OpenDMs(w.rosa)
	w.press(w.sam, card.ID, "Give it back")
	w.soon("the next message", func() bool { return w.times(w.rosa, "N1 is back on the board") == 1 })
}

// Kofi loses on the server the role for which he may look at private details, and
// the bot does not hear of it. In a direct chat, and by a reaction that is read
// back, what it knew counts for five minutes at most.
func TestStoryOfARoleTakenAway(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	helpers := w.s.AddRole(w.guild, "Organizers", 0)
	kofi := w.s.Join(w.guild, "Kofi", helpers)
	w.wants(w.slash(w.owner, w.board, "linkrole", map[string]any{"action": "add", "role": "organizer", "server_role": helpers}).Text(), "has the role organizer here")
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	look := map[string]any{"need": "N1"}
	const question = "Why do you need them?"
	w.wants(w.slash(kofi, w.board, "details", look).Text(), question)
	w.s.SetRoles(w.guild, kofi)
	w.wants(w.slash(kofi, "", "details", look).Text(), question) // what was known a moment ago
	w.passes(memberFor + time.Minute)
	asked := w.s.Requests("GET /guilds/ID/members/ID")
	if text := w.slash(kofi, "", "details", look).Text(); strings.Contains(text, question) {
		t.Errorf("without the role Kofi reads %q", text)
	}
	if n := w.s.Requests("GET /guilds/ID/members/ID") - asked; n != 1 {
		t.Errorf("Kofi's roles were asked for %d times", n)
	}
	w.s.SetRoles(w.guild, kofi, helpers)
	w.wants(w.slash(kofi, w.board, "details", look).Text(), question) // here Discord says it
	w.s.SetRoles(w.guild, kofi)
	w.passes(memberFor + time.Minute)
	w.s.LoseEvents(1)
	w.s.React(kofi, card.ID, hand)
	w.s.DropConnections()
	w.soon("Kofi's reaction", func() bool { return w.times(kofi, "an organizer welcomes each volunteer first") > 0 })
	w.one("N1", "Open.")
}

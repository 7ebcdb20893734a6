package discord

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
)

var joinCode = regexp.MustCompile(`Your code: ([A-Z0-9-]+)`)

// setUp has somebody who manages a server answer the six questions of /setup. A
// board other than the channel they write in is named.
func (c *county) setUp(owner, room, coalition, board string) {
	c.Helper()
	c.setUpIn("English", owner, room, coalition, board)
}

func (c *county) setUpIn(language, owner, room, coalition, board string) {
	c.Helper()
	i := c.slash(owner, room, "setup", nil)
	for _, answer := range []string{coalition, "America/New_York", language, "Quarry Falls, Eastmeadow", board, ""} {
		question := i.Message()
		if answer == "" {
			for _, b := range question.Buttons {
				if strings.HasPrefix(b.Label, "Keep ") {
					i = c.press(owner, question.ID, b.Label)
				}
			}
			continue
		}
		c.press(owner, question.ID, "Answer")
		i = c.submit(owner, map[string]string{"Your answer": answer})
	}
	c.wants(i.Text(), "Saved. The welcome post is in")
	c.rest()
}

// joins has a server join the coalition of the first one.
func (c *county) joins(code, owner, room string) {
	c.Helper()
	i := c.slash(owner, room, "join", map[string]any{"code": code})
	c.wants(i.Text(), "This server is part of Larch County Mutual Aid now.")
}

func (c *county) code() string {
	c.Helper()
	i := c.slash(c.owner, c.board, "join", nil)
	found := joinCode.FindStringSubmatch(i.Text())
	if found == nil {
		c.Fatalf("/join answers %q", i.Text())
	}
	return found[1]
}

// Two servers share a board; a third has one of its own, and nothing of the
// others comes there.
func TestStoryOfTwoServers(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	mill, millOwner := c.s.AddGuild("Mill Town")
	millBoard := c.s.AddChannel(mill, "mill-board", discordtest.Text)
	oak, oakOwner := c.s.AddGuild("Oak County")
	oakBoard := c.s.AddChannel(oak, "oak-board", discordtest.Text)
	c.setUp(oakOwner, oakBoard, "Oak County Neighbors", "")
	code := c.code()
	c.joins(code, millOwner, millBoard)
	c.told(c.owner, "Mill Town is part of our coalition now.")

	rosa, bea, max := c.s.Join(c.guild, "Rosa"), c.s.Join(mill, "Bea"), c.s.Join(oak, "Max")
	c.asks(rosa, c.board, "milk and bread")
	here, there := c.card(c.board, "N1", "Open."), c.card(millBoard, "N1", "Open.")
	c.wants(c.press(bea, there.ID, "I can help").Text(), "an organizer welcomes each volunteer first")
	c.press(bea, c.told(bea, "an organizer welcomes").ID, "Yes, ask them")
	c.press(c.owner, c.told(c.owner, "Bea would like to help with N1").ID, "Welcome Bea")
	c.card(c.board, "N1", "Taken. A volunteer is helping.")
	c.card(millBoard, "N1", "Taken. A volunteer is helping.")
	c.press(bea, there.ID, "Done")
	c.card(c.board, "N1", "Done.")
	if m := c.card(millBoard, "N1", "Done."); m.ID != there.ID || c.s.Message(here.ID) == nil {
		t.Error("there are more cards than one in each server")
	}

	for _, step := range []struct{ command, wants string }{{"show", "N1"}, {"claim", "N1"}} {
		option := map[string]any{"need": "N1"}
		if step.command == "show" {
			option = map[string]any{"ref": "N1"}
		}
		if text := c.slash(max, oakBoard, step.command, option).Text(); strings.Contains(text, "milk") || strings.Contains(text, "took") {
			t.Errorf("the third server reads %q", text)
		}
	}
	if text := c.inRoom(oakBoard); strings.Contains(text, "N1:") || strings.Contains(text, "milk") {
		t.Errorf("the third server's board has %q", text)
	}
	elm, elmOwner := c.s.AddGuild("Elm Street")
	elmRoom := c.s.AddChannel(elm, "elm", discordtest.Text)
	c.wants(c.slash(elmOwner, elmRoom, "join", map[string]any{"code": code}).Text(), "That code doesn't work. It may be used already")
	c.wants(c.slash(oakOwner, oakBoard, "join", map[string]any{"code": code}).Text(), "part of a coalition already")
}

// Rosa is in two coalitions. In the direct chat she is asked once which one she
// means, and what she asks for goes there and nowhere else.
func TestStoryOfTwoCoalitions(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	oak, oakOwner := c.s.AddGuild("Oak County")
	oakBoard := c.s.AddChannel(oak, "oak-board", discordtest.Text)
	c.setUp(oakOwner, oakBoard, "Oak County Neighbors", "")
	rosa := c.s.Join(c.guild, "Rosa")
	c.s.AddMember(oak, rosa)
	c.slash(rosa, c.board, "board", nil)
	c.slash(rosa, oakBoard, "board", nil)

	which := c.slash(rosa, "", "need", nil)
	c.wants(which.Text(), "You belong to more than one coalition here. Which one do you mean?", "[Larch County Mutual Aid]", "[Oak County Neighbors]")
	form := c.press(rosa, which.Message().ID, "Oak County Neighbors")
	c.wants(form.Text(), "Ask for help")
	preview := c.submit(rosa, map[string]string{"what": "firewood", "category": "food", "when": "this week", "contact": rosasPhone})
	c.press(rosa, preview.Message().ID, "Post it")
	c.card(oakBoard, "N1", "firewood")
	c.wants(c.slash(rosa, "", "mine", nil).Text(), "N1: Groceries") // she is not asked again
	c.rest()

	c.s.Type(rosa, "coalition")
	again := c.told(rosa, "Which one do you mean?")
	if again.Ephemeral {
		again = c.s.SeenBy(rosa)[len(c.s.SeenBy(rosa))-1]
	}
	c.press(rosa, again.ID, "Larch County Mutual Aid")
	if text := c.slash(rosa, "", "mine", nil).Text(); strings.Contains(text, "N1") {
		t.Errorf("the other coalition has %q", text)
	}
	if strings.Contains(c.inRoom(c.board), "firewood") {
		t.Errorf("it stands on both boards")
	}
}

// The board is a forum: each need is a post of its own, which changes with it
// also after Discord put it away.
func TestStoryOfAForum(t *testing.T) {
	t.Parallel()
	c := emptyCounty(t)
	forum := c.s.AddChannel(c.guild, "needs", discordtest.Forum)
	c.setUp(c.owner, c.board, "Larch County Mutual Aid", "#needs")
	rosa, dee := c.s.Join(c.guild, "Rosa"), c.volunteer("Dee")
	c.asks(rosa, c.board, "milk and bread")
	post := func() discordtest.ThreadView {
		t.Helper()
		var found discordtest.ThreadView
		c.until("a post", func() bool {
			list := c.s.Threads(forum)
			i := slices.IndexFunc(list, func(th discordtest.ThreadView) bool { return strings.HasPrefix(th.Name, "N1") })
			if i >= 0 {
				found = list[i]
			}
			return i >= 0
		})
		return found
	}
	thread := post().ID
	card := c.card(thread, "N1", "Open. 1 volunteer needed.")
	c.press(dee, card.ID, "I can help")
	c.card(thread, "N1", "Taken.")
	c.s.SetArchived(thread, true, false)
	c.slash(dee, c.board, "done", map[string]any{"need": "N1"})
	c.card(thread, "N1", "Done. Thank you.")
	if strings.Contains(c.inRoom(c.board), "N1:") {
		t.Error("the need stands in the channel as well")
	}
}

// Sam is banned while he has a need: from then on he sees nothing, wherever he
// presses, and the organizers can give the need to somebody else.
func TestStoryOfSomebodyBanned(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	rosa, sam := c.s.Join(c.guild, "Rosa"), c.volunteer("Sam")
	c.slash(rosa, c.board, "need", nil)
	preview := c.submit(rosa, map[string]string{"what": "milk", "category": "food", "when": "tomorrow", "contact": rosasPhone})
	c.press(rosa, preview.Message().ID, "Post it")
	card := c.card(c.board, "N1", "Open.")
	c.s.React(sam, card.ID, hand)
	c.card(c.board, "N1", "Taken.")
	hint := c.told(sam, "You took N1")
	elsewhere, _ := c.s.AddGuild("Elsewhere")
	c.s.AddMember(elsewhere, sam) // so that he can still write to the bot
	c.s.Ban(c.guild, sam)
	c.clock.Advance(6 * time.Minute) // for five, what was known of somebody counts
	c.wants(c.press(sam, hint.ID, "See private details").Text(), "You aren't in the server of Larch County Mutual Aid now")
	c.wants(c.slash(sam, "", "details", map[string]any{"need": "N1"}).Text(), "I don't know you from any server yet.")
	for _, m := range c.s.Versions(sam) {
		if strings.Contains(m.Text, rosasPhone) {
			t.Errorf("somebody who was banned sees %q", m.Text)
		}
	}
}

// The bot is sent away and comes back, and a server that Discord cannot reach is
// not one that sent it away: the board goes on.
func TestStoryOfABotSentAway(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	rosa := c.s.Join(c.guild, "Rosa")
	c.asks(rosa, c.board, "milk")
	c.card(c.board, "N1", "Open.")
	c.s.SetUnavailable(c.guild, true)
	c.s.SetUnavailable(c.guild, false)
	c.asks(rosa, c.board, "bread")
	c.card(c.board, "N2", "Open.")
	c.s.KickBot(c.guild)
	c.s.InviteBot(c.guild)
	c.asks(rosa, c.board, "soup")
	c.card(c.board, "N3", "Open.")
	c.wants(c.slash(rosa, c.board, "mine", nil).Text(), "N1", "N2", "N3")
}

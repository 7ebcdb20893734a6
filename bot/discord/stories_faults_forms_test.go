package discord

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// The data answer nobody. /need opens its form in time all the same, in a server
// and in a direct chat, and the answer that comes when they do goes where it
// belongs.
func TestStoryOfStalledData(t *testing.T) {
	t.Parallel()
	w := newTown(t, runningClock(t))
	rosa := w.s.Join(w.guild, "Rosa")
	w.slash(rosa, w.board, "help", nil)
	stalled := make(chan struct{})
	where, ask := w.d.where, w.d.forms.ask
	w.d.where = func(ctx context.Context, i *interaction, inv *commands.Invocation, wanted models.ID) (*placing, error) {
		<-stalled
		return where(ctx, i, inv, wanted)
	}
	w.d.forms.ask = func(ctx context.Context, who store.Who, lang models.Lang, name string) (*commands.FormText, error) {
		<-stalled
		return ask(ctx, who, lang, name)
	}
	w.gate.set(func() { w.gate.hold = stalled })
	var crowd []*discordtest.Interaction
	for i := range workAtOnce + 10 { // more than are worked on at once
		crowd = append(crowd, w.s.Slash(w.s.Join(w.guild, fmt.Sprintf("Neighbor %d", i)), w.board, "board", nil))
	}
	dee := w.s.Join(w.guild, "Dee")
	message := w.s.Say(dee, w.board, "Mr. W. needs his steps cleared")
	for user, open := range map[string]func(user string) *discordtest.Interaction{
		rosa:                     func(user string) *discordtest.Interaction { return w.s.Slash(user, "", "need", nil) },
		w.s.Join(w.guild, "Lee"): func(user string) *discordtest.Interaction { return w.s.Slash(user, w.board, "need", nil) },
		dee:                      func(user string) *discordtest.Interaction { return w.s.ContextMenu(user, message, "Make this a need") },
	} {
		if i := w.answered(open(user)); i.State() != discordtest.FormShown {
			t.Errorf("instead of the form there is %q", i.Text())
		}
	}
	w.until("the others to be told", func() bool { return crowd[len(crowd)-1].State() == discordtest.Deferred })
	sent := w.s.Submit(rosa, map[string]string{"what": "milk"})
	w.gate.set(func() { w.gate.hold = nil })
	close(stalled)
	w.answered(crowd[len(crowd)-1])
	w.until("the answer to the form", func() bool { return sent.State() == discordtest.Shown })
	w.wants(sent.Text(), "milk")
}

// The commands are published when they are not as they should be, and only then.
// Who runs no server is not offered what runs a coalition, and each language has
// its own words.
func TestStoryOfPublishedCommands(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.stop()
	c.start()
	if n := c.s.Puts(); n != 1 {
		t.Errorf("the commands were sent %d times", n)
	}
	c.stop()
	c.s.SetCommands(map[string]any{"name": "need", "description": "of an older version", "type": 1})
	c.launch()
	c.until("the commands to be published", func() bool { return c.s.Puts() == 2 && c.s.Published("board") != nil })
	for locale, words := range map[string][]string{"es-419": {"pedir", "Pedir ayuda"}, "es-ES": {"pedir", "Pedir ayuda"}, "en-US": {"need", "Ask for help"}, "fr": {"need", "Ask for help"}} {
		luz := c.s.Join(c.guild, "Luz")
		c.s.SetLocale(luz, locale)
		c.wants(c.slash(luz, c.board, words[0], nil).Text(), words[1])
	}
	if i := c.s.Slash(c.s.Join(c.guild, "Rosa"), c.board, "setup", nil); i.State() != discordtest.Failed {
		t.Error("a neighbor is offered /setup")
	}
}

// Many who never heard of the bot are to be told something at once: ten are, and
// the others one after the other.
func TestStoryOfManyNewcomers(t *testing.T) {
	t.Parallel()
	w := newWeather(t)
	w.posts(w.rosa, w.board, "milk")
	card := w.one("N1", "Open.")
	w.quiet()
	w.passes(2 * time.Minute) // whoever was told until now does not count
	before := len(w.s.NewDirects())
	const crowd = 14
	var people []string
	for i := range crowd {
		people = append(people, w.s.Join(w.guild, fmt.Sprintf("Helper %d", i)))
		w.s.React(people[i], card.ID, hand)
	}
	w.soon("all of them to be told", func() bool {
		for _, user := range people {
			if w.times(user, "an organizer welcomes each volunteer first") != 1 {
				return false
			}
		}
		return true
	})
	opened, every := w.s.NewDirects()[before:], usualPacing()
	for i := every.Newcomers; i < len(opened); i++ {
		if took := opened[i].Sub(opened[i-every.Newcomers]); took < every.Newcomer-time.Second {
			t.Errorf("the chat %d was opened %v after the one ten before it", i, took)
		}
	}
	if len(opened) < crowd {
		t.Errorf("%d chats were opened", len(opened))
	}
}

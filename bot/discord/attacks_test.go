package discord

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

// siege is a town in which somebody tries what no client offers. Rosa's N1 has
// private details that Sam has seen, who took it; her next need is a draft.
type siege struct {
	*town
	clock     *platformtest.Clock
	rosa, sam string
	card      *discordtest.Message
	read      []string // what the attacker got to read
}

func newSiege(t *testing.T) *siege {
	t.Helper()
	clock := runningClock(t)
	w := &siege{town: newTown(t, clock), clock: clock}
	w.rosa, w.sam = w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")
	w.asks(w.rosa, "milk and bread", secretContact)
	w.card = w.town.card(w.board, "N1")
	w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": w.sam})
	taken := w.press(w.sam, w.card.ID, "I can help")
	w.wants(w.press(w.sam, taken.Message().ID, "See private details").Text(), "UNIQUE")
	w.slash(w.rosa, w.board, "need", nil)
	w.answered(w.s.Submit(w.rosa, map[string]string{"what": "soup", "category": "food", "when": "tomorrow", "contact": secretContact}))
	w.settle()
	w.card = w.town.card(w.board, "N1")
	return w
}

// runningClock is a clock by which time passes by itself, faster than it does.
func runningClock(t *testing.T) *platformtest.Clock {
	t.Helper()
	clock := platformtest.NewClock(monday)
	ctx, stop := context.WithCancel(context.Background()) //nolint:usetesting // the platform's orderly end needs a clock that runs
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for ctx.Err() == nil {
			<-bot.SystemClock{}.After(5 * time.Millisecond)
			clock.Advance(tick)
		}
	})
	t.Cleanup(func() { stop(); ticking.Wait() })
	return clock
}

// tries waits for the answer to an attack, and remembers what it shows. Time
// passes, so that nobody is refused for having done too much.
func (w *siege) tries(i *discordtest.Interaction) string {
	w.Helper()
	w.answered(i)
	text := i.Text()
	for _, m := range i.FollowUps() {
		text += "\n" + m.Text
	}
	for _, c := range i.Choices() {
		text += "\n" + c.Name + "\n" + c.Value
	}
	w.read = append(w.read, text)
	w.clock.Advance(4 * time.Second)
	return text
}

// learned fails if the attacker came to read any of some words.
func (w *siege) learned(attacker string, words ...string) {
	w.Helper()
	if len(w.read) == 0 {
		w.Fatal("nothing was tried")
	}
	for _, m := range w.s.Versions(attacker) {
		w.read = append(w.read, m.Text)
	}
	for _, text := range w.read {
		if strings.Contains(text, "That didn't work") || strings.Contains(text, "That's a lot at once") {
			w.Errorf("an attack was not understood: %q", text)
		}
		for _, word := range words {
			if strings.Contains(text, word) {
				w.Errorf("%q can be read in:\n%s", word, text)
			}
		}
	}
}

// lines are what buttons of others stand for, and what would show or change most.
var lines = []string{
	"details N1", "details N1 reason:curious", "messages", "mine", "privacy show", "privacy export", "privacy forget", "edit N1", "show N1", "history N1",
	"claim N1", "release N1", "done N1", "close N1 reason:no_longer_needed", "reopen N1", "start N1", "followup N1", "refuse N1", "assign N1 sam", "why N1",
	"answer post", "answer yes", "answer 1", "post", "welcome sam", "role grant admin eve", "setup", "held", "board all", "block sam", "keepaway sam",
}

// A volunteer who has no claim, and a neighbor, come to nothing private, whatever
// they press, fill in, type or have suggested, and change nothing of others'.
func TestAttacksOnPrivateDetails(t *testing.T) {
	for name, volunteers := range map[string]bool{"a neighbor": false, "a volunteer": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSiege(t)
			eve := w.s.Join(w.guild, "Eve")
			if volunteers {
				w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": eve})
			}
			own := w.slash(eve, w.board, "help", nil).Message()
			direct := w.types(eve, "help")
			for _, line := range lines {
				for _, kind := range []actionKind{actionRun, actionShow} {
					id := action{kind, w.coalition(w.guild), line}.customID()
					for _, m := range []*discordtest.Message{w.card, own, direct} {
						if kind == actionShow && m == own {
							continue // the same as in the direct chat
						}
						w.tries(w.s.Forge(eve, m.ID, id))
					}
				}
			}
			w.forms(eve, own)
			w.suggestions(eve)
			w.commands(eve)
			w.learned(eve, "UNIQUE", "413-555", "Mill Lane", "Rosa", "soup")
			w.wants(w.town.card(w.board, "N1").Text, "Taken.", "milk and bread")
			w.wants(w.slash(w.rosa, w.board, "mine", nil).Text(), "N1", "soup")
			w.wants(w.slash(w.sam, w.board, "details", map[string]any{"need": "N1"}).Text(), secretContact)
		})
	}
}

// forms opens and sends every form, with the ids of other people's.
func (w *siege) forms(eve string, own *discordtest.Message) {
	w.Helper()
	coalition := w.coalition(w.guild)
	for _, form := range []string{commands.FormNeed, commands.FormOffer, commands.FormPrivate, commands.FormNote, commands.FormAnswer, "edit N1", "details N1", "x"} {
		w.tries(w.s.Forge(eve, own.ID, action{actionOpen, coalition, form}.customID()))
		w.tries(w.s.Forge(eve, w.card.ID, action{actionOpen, coalition, form}.customID()))
		id := action{actionSubmit, coalition, form}.customID()
		for _, values := range []map[string]string{
			{"text": "yes"}, {"address": "1 Evil Street", "note": "evil"}, {"contact": "evil"}, {"ref": "N1", "need": "N1", "reason": "curious"}, {},
		} {
			w.tries(w.s.SubmitRaw(eve, w.board, id, values))
		}
		w.tries(w.s.SubmitRaw(eve, "", id, map[string]string{"text": "N1"}))
		w.tries(w.s.ForgeSelect(eve, w.card.ID, action{Kind: actionList, Coalition: coalition}.customID(), id))
	}
	for _, line := range lines {
		w.tries(w.s.ForgeSelect(eve, w.card.ID, action{Kind: actionList, Coalition: coalition}.customID(), action{actionRun, coalition, line}.customID()))
	}
	w.tries(w.s.ForgeSelect(eve, w.card.ID, action{Kind: actionList, Coalition: coalition}.customID(), "details N1", "x"))
	for _, m := range []string{w.card.ID, own.ID} {
		if text := w.tries(w.s.ContextMenu(eve, m, "Make this a need")); strings.Contains(text, "N1") || strings.Contains(text, "**") {
			w.Errorf("what the bot wrote becomes a need: %s", text)
		}
	}
}

// suggestions has everything suggested that is.
func (w *siege) suggestions(eve string) {
	w.Helper()
	for _, c := range declare(w.reg) {
		for _, o := range c.Options {
			for _, typed := range []string{"", "n", "N1", "413", "Rosa", "14"} {
				for _, place := range []string{w.board, ""} {
					if o.Autocomplete {
						w.tries(w.s.Suggest(eve, place, c.Name, o.Name, typed))
					}
				}
			}
		}
	}
}

// commands runs each command that takes a reference with Rosa's.
func (w *siege) commands(eve string) {
	w.Helper()
	ran := 0
	for _, c := range declare(w.reg) {
		for _, o := range c.Options {
			if o.Name != "need" && o.Name != "ref" || c.DefaultMemberPermissions != nil || c.Name == "claim" {
				continue
			}
			ran++
			for _, place := range []string{w.board, ""} {
				w.tries(w.s.Slash(eve, place, c.Name, map[string]any{o.Name: "N1"}))
				w.tries(w.s.Slash(eve, place, c.Name, map[string]any{o.Name: "N2"}))
			}
		}
	}
	if ran < 8 {
		w.Errorf("%d commands take a reference", ran)
	}
}

// Somebody of another coalition reads nothing of this one, from wherever.
func TestAttacksOnAnotherCoalition(t *testing.T) {
	t.Parallel()
	w := newSiege(t)
	oak, _, oakBoard := w.second()
	max := w.s.Join(oak, "Max")
	own := w.slash(max, oakBoard, "help", nil).Message()
	direct := w.types(max, "help")
	larch, here := w.coalition(w.guild), w.coalition(oak)
	for _, line := range lines {
		for _, kind := range []actionKind{actionRun, actionShow, actionOpen, actionSubmit, actionChoose} {
			w.tries(w.s.Forge(max, own.ID, action{kind, larch, line}.customID()))
			w.tries(w.s.Forge(max, direct.ID, action{kind, larch, line}.customID()))
		}
		w.tries(w.s.Forge(max, direct.ID, action{actionRun, here, line}.customID()))
		list := action{Kind: actionList, Coalition: here}.customID()
		w.tries(w.s.ForgeSelect(max, own.ID, list, action{actionRun, larch, line}.customID()))
	}
	for _, form := range []string{commands.FormNeed, commands.FormPrivate, commands.FormAnswer} {
		for _, place := range []string{oakBoard, ""} {
			w.tries(w.s.SubmitRaw(max, place, action{actionSubmit, larch, form}.customID(), map[string]string{"what": "evil", "text": "evil"}))
		}
	}
	was := w.board
	w.board = oakBoard
	w.suggestions(max)
	w.commands(max)
	w.board = was
	for _, line := range []string{"board", "show N1", "coalition", "coalition Larch County", "join ABCD-EFGH"} {
		w.s.Type(max, line)
		w.d.events.wait()
		w.clock.Advance(4 * time.Second)
	}
	before := w.s.Message(w.card.ID).Text
	w.s.Emit("MESSAGE_REACTION_ADD", map[string]any{"user_id": max, "channel_id": oakBoard, "message_id": w.card.ID, "guild_id": oak,
		"emoji": map[string]any{"id": nil, "name": commands.EmojiDone}, "member": map[string]any{"user": map[string]any{"id": max, "username": "max"}, "roles": []string{}}})
	w.slash(max, oakBoard, "help", nil)
	w.settle()
	w.learned(max, "UNIQUE", "milk", "soup", "Rosa", "Sam")
	if now := w.s.Message(w.card.ID).Text; now != before {
		t.Errorf("the card became:\n%s", now)
	}
}

// Whatever people call themselves, their servers and what they need: nobody is
// notified, and nothing of it becomes a link or a mention.
func TestAttacksOnEverybodysPeace(t *testing.T) {
	t.Parallel()
	w := newTown(t, runningClock(t))
	role := w.s.AddRole(w.guild, "Everybody", 0)
	victim := w.s.Join(w.guild, "Victim", role)
	words := []string{"@everyone", "@here", "<@" + victim + ">", "<@&" + role + ">", "<#" + w.board + ">", "[free](https://evil.example)", "<t:0:R>", "\u202e@everyone"}
	forum := w.s.AddChannel(w.guild, "forum", discordtest.Forum)
	oak, oakOwner := w.s.AddGuild("@everyone <@&" + role + ">")
	was := w.board
	w.board = w.s.AddChannel(oak, "oak", discordtest.Text)
	w.found(oak, oakOwner)
	w.board = was
	w.s.RenameGuild(w.guild, "@everyone")
	w.s.RenameChannel(w.board, "@everyone")
	var people []string
	for i, word := range words {
		user := w.s.Join(w.guild, fmt.Sprintf("user%d", i))
		w.s.SetNick(w.guild, user, word)
		people = append(people, user)
		preview := w.slash(user, w.board, "need", map[string]any{"what": word + " milk " + word, "category": "food", "when": "tomorrow", "area": word})
		for _, label := range []string{"Keep it", "It isn't private", "Leave it in", "Post it"} {
			if m := preview.Message(); m != nil && m.Has(label) {
				preview = w.press(user, m.ID, label)
			}
		}
		w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": user})
		w.types(user, word)
		w.types(user, "claim "+word)
	}
	w.settle()
	for i, user := range people {
		ref := fmt.Sprintf("N%d", (i+1)%len(people)+1)
		w.slash(user, w.board, "claim", map[string]any{"need": ref, "name": "yes"})
		w.slash(user, w.board, "start", map[string]any{"need": ref})
	}
	w.settle()
	live := regexp.MustCompile(`(^|[^\\])(@everyone|@here|<@|<#|<t:0|\]\()`)
	var seen []*discordtest.Message
	for _, room := range []string{w.board, forum} {
		seen = append(seen, w.s.Channel(room)...)
	}
	for _, user := range append(people, victim, w.owner) {
		seen = append(seen, w.s.Versions(user)...)
	}
	cards := 0
	for _, m := range seen {
		if m.Author != discordtest.BotID {
			continue
		}
		if strings.Contains(m.Text, "milk") {
			cards++
		}
		text := m.Content
		for _, e := range m.Embeds {
			text += "\n" + e.Description
		}
		if len(m.Pings) > 0 || live.MatchString(text) {
			t.Errorf("%v are notified by %q", m.Pings, text)
		}
	}
	if cards < len(words) {
		t.Errorf("%d of %d needs were seen", cards, len(words))
	}
}

// Somebody who does everything at once is refused. Nobody else waits for it, and
// no more comes of it than in the same time by hand.
func TestAttacksByNumbers(t *testing.T) {
	t.Parallel()
	w := newTown(t, runningClock(t))
	eve, rosa := w.s.Join(w.guild, "Eve"), w.s.Join(w.guild, "Rosa")
	w.slash(eve, w.board, "help", nil)
	for i := range 20 {
		w.s.Slash(eve, w.board, "need", map[string]any{"what": fmt.Sprintf("thing %d", i), "category": "food", "when": "tomorrow"})
		w.s.Slash(eve, w.board, "need", nil)
		w.s.Suggest(eve, w.board, "board", "category", "f")
		w.s.Type(eve, "answer post")
		w.s.Type(eve, "need soup category:food when:tomorrow")
	}
	w.asks(rosa, "milk", "")
	w.d.events.wait()
	w.settle()
	mine, others := 0, 0
	for _, m := range w.s.Channel(w.board) {
		if strings.Contains(m.Text, "milk") {
			mine++
		} else if regexp.MustCompile(`^N\d+:`).MatchString(m.Words) {
			others++
		}
	}
	if mine != 1 || others > 5 {
		t.Errorf("on the board are %d of Rosa's and %d of Eve's", mine, others)
	}
	if n := len(w.s.SeenBy(eve)); n > 400 {
		t.Errorf("Eve was answered %d times", n)
	}
	if w.s.Invalid() > 0 || w.s.Peak() > 50 {
		t.Errorf("%d invalid requests, %d in a second", w.s.Invalid(), w.s.Peak())
	}
	if !slices.Equal(w.s.Violations(), nil) {
		t.Error(w.s.Violations())
	}
}

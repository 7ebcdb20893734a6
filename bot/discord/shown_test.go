package discord

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
)

// shown writes down what people see, for the section of the documentation that
// lies between two marks.
type shown struct {
	*county
	rosa, sam, dee, lee string
	text                strings.Builder
}

const (
	shownFile  = "../../docs/discord.md"
	shownBegin = "<!-- shown:begin -->\n"
	shownEnd   = "<!-- shown:end -->"
)

// TestShown compares what is documented with what the fake Discord shows.
// SHIREBOT_UPDATE=1 writes it anew.
func TestShown(t *testing.T) {
	t.Parallel()
	w := &shown{county: countyAt(t, platformtest.NewClock(monday), true)}
	w.setUp(w.owner, w.board, "Larch County Mutual Aid", "")
	w.people()
	w.text.WriteString("All of this is recorded from the program. `[ ]` is a button and `( )` a list, with a star at what is chosen. Discord itself\n" +
		"writes *Cancel*, *Submit* and *Choose*, and times on cards in each reader's own zone and language. The people are made up.\n\n")
	w.forms()
	w.life()
	w.cards()
	w.others()

	page, err := os.ReadFile(shownFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(page), shownBegin)
	was, after, ends := strings.Cut(rest, shownEnd)
	if !begins || !ends {
		t.Fatalf("%s has not both marks", shownFile)
	}
	now := "\n" + strings.TrimSpace(w.text.String()) + "\n\n"
	switch {
	case os.Getenv("SHIREBOT_UPDATE") != "" && was != now:
		if err := os.WriteFile(shownFile, []byte(before+shownBegin+now+shownEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case was != now:
		t.Errorf("%s shows something else; look at it, then run the test with SHIREBOT_UPDATE=1:\n%s", shownFile, now)
	}
}

func (w *shown) people() {
	w.rosa, w.lee = w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Lee")
	w.sam, w.dee = w.s.Join(w.guild, "Sam"), w.volunteer("Dee")
	w.s.SetLocale(w.rosa, "es-ES")
	w.grants(w.lee, "organizer")
}

// chapter begins a part of the page.
func (w *shown) chapter(title, about string) {
	fmt.Fprintf(&w.text, "### %s\n\n%s\n\n", title, about)
}

// shows adds one thing that people see, with a line about it.
func (w *shown) shows(about, text string) {
	fmt.Fprintf(&w.text, "%s\n\n```\n%s\n```\n\n", about, folded(text))
}

// folded breaks lines that are longer than a page is wide.
func folded(text string) string {
	const wide = 118
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		indent := ""
		for len([]rune(line)) > wide {
			cut := strings.LastIndex(string([]rune(line)[:wide]), " ")
			if cut <= len(indent) {
				break
			}
			lines = append(lines, line[:cut])
			indent = "    "
			line = indent + line[cut+1:]
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// forms records every form.
func (w *shown) forms() {
	w.chapter("Forms", "Only the one who opened it sees a form. A star marks what has to be filled in.")
	w.shows("`/need`", w.slash(w.lee, w.board, "need", nil).Text())
	w.shows("`/pedir`, for who has set Discord to Spanish", w.slash(w.rosa, w.board, "pedir", nil).Text())
	w.shows("`/offer`", w.slash(w.dee, w.board, "offer", nil).Text())
	message := w.s.Say(w.dee, w.board, "Mr. W. needs his steps cleared tomorrow morning")
	w.shows(`"Make this a need", on what somebody else wrote`, w.answered(w.s.ContextMenu(w.lee, message, "Make this a need")).Text())
}

// life follows a need from the form to its end.
func (w *shown) life() {
	w.chapter("The life of a need", "Rosa's Discord is in Spanish, and the board is in English. The preview is for her alone; nothing is posted yet.")
	w.slash(w.rosa, w.board, "pedir", nil)
	preview := w.submit(w.rosa, map[string]string{"what": "ida y vuelta a la clínica", "category": "rides", "area": "Quarry Falls",
		"when": "el jueves a las 2 de la tarde", "contact": rosasPhone})
	at := preview.Message().ID
	w.shows("The preview, with lists to change what it says:", w.s.Message(at).Text)
	w.shows("**Agregar dirección o nota** opens a form:", w.press(w.rosa, at, "Agregar dirección o nota").Text())
	w.submit(w.rosa, map[string]string{"Dirección (privada)": rosasAddress})
	w.shows("**Publicar**, and Rosa reads:", w.press(w.rosa, at, "Publicar").Text())
	w.shows("The first time, a direct message says who can read what:", w.told(w.rosa, "llega una sola vez").Text)
	card := w.onCard("N1", "Open.", "✋ ❓")
	w.shows("The card, which everybody sees:", card.Text)
	w.samHelps(card.ID)
	w.shows("Dee presses **I can help** on the card, and only Dee sees the answer:", w.press(w.dee, card.ID, "I can help").Text())
	w.onCard("N1", "Taken.", "❓ ✅")
	w.shows("**Done**, and Dee reads:", w.press(w.dee, card.ID, "Done").Text())
	w.shows("The card:", w.onCard("N1", "Done.", "").Text)
	question := w.told(w.rosa, "¿Salió bien el N1?")
	w.shows("Rosa is asked once, by direct message:", question.Text)
	w.shows("**Sí**:", w.press(w.rosa, question.ID, "Sí").Text())
	w.rest()
}

// samHelps has Sam welcomed, look, and give the need back.
func (w *shown) samHelps(card string) {
	w.s.React(w.sam, card, hand)
	asked := w.told(w.sam, "So an organizer welcomes each volunteer first.")
	w.shows("Sam, whom nobody knows yet, adds ✋ and gets a direct message:", asked.Text)
	w.press(w.sam, asked.ID, "Yes, ask them")
	wish := w.told(w.lee, "Sam would like to help with N1")
	w.shows("So does Lee, who organizes:", wish.Text)
	w.press(w.lee, wish.ID, "Welcome Sam")
	taken := w.told(w.sam, "You took N1")
	w.shows("After the welcome, Sam gets:", taken.Text)
	w.shows("**See private details**, which only Sam sees:", w.press(w.sam, taken.ID, "See private details").Text())
	told := w.told(w.rosa, "Sam tomó su N1")
	w.shows("Rosa hears of it:", told.Text)
	w.press(w.rosa, told.ID, "Me parece bien")
	w.shows("After **Me parece bien**, Sam sees more:", w.press(w.sam, taken.ID, "See private details").Text())
	w.shows("The card now:", w.onCard("N1", "Taken.", "❓ ✅").Text)
	w.s.Unreact(w.sam, card, hand)
	back := w.told(w.sam, "N1 is back on the board.")
	w.shows("Sam takes ✋ back, and is asked:", back.Text)
	question := w.press(w.sam, back.ID, "Leave a note")
	if !question.Message().Has("Answer") {
		w.Fatalf("there is no way to answer %q", question.Text())
	}
	w.shows("**Leave a note**, as every question that is answered in words:", question.Text())
	w.shows("**Answer** opens a form:", w.press(w.sam, question.Message().ID, "Answer").Text())
	w.submit(w.sam, map[string]string{"Your answer": "ring twice"})
	w.shows("Rosa hears of that too:", w.told(w.rosa, "La persona que iba a ayudarle ya no puede.").Text)
	w.onCard("N1", "Open.", "✋ ❓")
}

// onCard waits until a card on the board says something, and has the bot's
// reactions on it as they are then.
func (w *shown) onCard(ref, words, seeds string) *discordtest.Message {
	w.Helper()
	return w.inRoomCard(w.board, ref, words, seeds)
}

// inRoomCard is onCard for any room.
func (w *shown) inRoomCard(room, ref, words, seeds string) *discordtest.Message {
	w.Helper()
	id := w.card(room, ref, words).ID
	own := func() string {
		var list []string
		for _, r := range w.s.Message(id).Reactions {
			if slices.Contains(r.Users, discordtest.BotID) {
				list = append(list, r.Emoji)
			}
		}
		slices.Sort(list)
		return strings.Join(list, " ")
	}
	want := strings.Fields(seeds)
	slices.Sort(want)
	w.until("the reactions on "+ref, func() bool { return own() == strings.Join(want, " ") })
	return w.s.Message(id)
}

// cards records the card of a need in each state, and what else stands in rooms.
func (w *shown) cards() {
	w.chapter("Cards in each state", "A card keeps up with what it shows. These stand on the board, for everybody.")
	w.posts(w.dee, map[string]any{"what": "move a sofa down the stairs", "category": "errands", "area": "Eastmeadow", "when": "Saturday morning", "slots": 2})
	need := map[string]any{"need": "N2"}
	w.shows("Open, for two:", w.onCard("N2", "Open.", "✋ ❓").Text)
	w.slash(w.volunteer("Kofi"), w.board, "claim", map[string]any{"need": "N2", "name": "yes"})
	w.shows("One is there already:", w.onCard("N2", "1 so far", "✋ ❓").Text)
	w.slash(w.sam, w.board, "claim", map[string]any{"need": "N2", "name": "yes"})
	w.shows("Taken, by people who let their names be shown:", w.onCard("N2", "Taken.", "❓ ✅").Text)
	w.slash(w.sam, w.board, "start", need)
	w.shows("Under way:", w.onCard("N2", "Under way.", "❓ ✅").Text)
	w.slash(w.dee, w.board, "followup", need)
	w.shows("Something is not as it should be:", w.onCard("N2", "Needs another look.", "").Text)
	why := w.slash(w.lee, w.board, "close", map[string]any{"ref": "N2"})
	w.shows("Lee closes it, and is asked why:", why.Text())
	w.press(w.lee, why.Message().ID, "No longer needed")
	w.shows("The card doesn't say:", w.onCard("N2", "Closed.", "").Text)
	w.rest()
}

func (w *shown) posts(user string, options map[string]any) {
	w.Helper()
	preview := w.slash(user, w.board, "need", options)
	w.press(user, preview.Message().ID, "Post it")
	w.rest()
}

// others records offers, the welcome, and boards of other kinds.
func (w *shown) others() {
	w.chapter("What else stands in rooms", "For everybody, like the cards.")
	w.slash(w.dee, w.board, "offer", nil)
	offer := w.submit(w.dee, map[string]string{"what": "two warm coats", "category": "supplies", "area": "Eastmeadow", "when": "any time"})
	note := w.press(w.dee, offer.Message().ID, "Add a note").Text()
	w.press(w.dee, offer.Message().ID, "Post it")
	w.shows("An offer:", w.card(w.board, "O1", "Available.").Text)
	w.shows("**Add a note**, at the preview of an offer, opens a form for Dee alone:", note)
	w.shows("The welcome, which is pinned, in both languages:", w.welcome().Text)

	guild, owner := w.s.AddGuild("Condado del Roble")
	board := w.s.AddChannel(guild, "general", discordtest.Text)
	forum := w.s.AddChannel(guild, "pedidos", discordtest.Forum)
	w.setUpIn("Spanish", owner, board, "Red del Roble", "#pedidos")
	luz := w.s.Join(guild, "Luz")
	w.s.SetLocale(luz, "es-419")
	preview := w.slash(luz, board, "need", map[string]any{"what": "compras para la semana", "category": "food", "when": "esta semana"})
	w.press(luz, preview.Message().ID, "Publicar")
	var post discordtest.ThreadView
	w.until("the post", func() bool {
		for _, th := range w.s.Threads(forum) {
			if strings.HasPrefix(th.Name, "N1") {
				post = th
			}
		}
		return post.ID != "" && len(w.s.Channel(post.ID)) > 0
	})
	text := w.inRoomCard(post.ID, "N1", "Abierto.", "✋ ❓").Text
	w.shows("A need on a board that is a forum, in Spanish. It is a post with the title \""+post.Name+"\":", text)
	w.away()
}

func (w *shown) welcome() (found *discordtest.Message) {
	w.Helper()
	w.until("the welcome", func() bool {
		for _, m := range w.s.Channel(w.board) {
			if strings.HasPrefix(m.Words, "Larch County Mutual Aid:") && m.Pinned && strings.Contains(m.Words, "Lee") {
				found = m
			}
		}
		return found != nil
	})
	return found
}

// away records what is said after the bot was away, and to somebody who takes no
// direct messages.
func (w *shown) away() {
	w.quiet()
	w.stop()
	w.clock.Advance(155 * time.Minute)
	w.start()
	said := func(words string) (text string) {
		w.Helper()
		w.until(words, func() bool {
			for _, m := range w.s.Channel(w.board) {
				if strings.Contains(m.Text, words) {
					text = m.Text
				}
			}
			return text != ""
		})
		return text
	}
	w.shows("After more than ten minutes without the bot:", said("I was offline"))
	w.posts(w.lee, map[string]any{"what": "milk and bread", "category": "food", "when": "tomorrow"})
	card := w.onCard("N3", "Open.", "✋ ❓")
	w.s.CloseDMs(w.sam)
	w.s.React(w.sam, card.ID, hand)
	w.shows("Sam, who takes no direct messages now, adds ✋. The button opens for Sam alone:", said("I can't message you"))
}

package discord

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// types has somebody write to the bot, and waits for an answer to it.
func (w *town) types(user, line string) *discordtest.Message {
	w.Helper()
	before := len(w.s.SeenBy(user))
	w.s.Type(user, line)
	w.until("an answer to "+line, func() bool { return len(w.s.SeenBy(user)) > before })
	all := w.s.SeenBy(user)
	return all[len(all)-1]
}

// stranger is somebody who can write to the bot and is in no coalition.
func (w *town) stranger() string {
	user := w.s.AddUser("Kim")
	w.meets(user)
	return user
}

// meets puts somebody into a server with the bot that has no coalition: without
// one in common Discord lets nobody be answered.
func (w *town) meets(user string) {
	guild, _ := w.s.AddGuild("Elsewhere")
	w.s.AddMember(guild, user)
}

// second makes one more server with a coalition of its own.
func (w *town) second() (guild, owner, board string) {
	w.Helper()
	guild, owner = w.s.AddGuild("Oak County")
	board = w.s.AddChannel(guild, "oak-board", discordtest.Text)
	was := w.board
	w.board = board
	w.found(guild, owner)
	w.board = was
	return guild, owner, board
}

// In a direct chat lines work as they are typed, and private words never stand
// in an ordinary message.
func TestDirectChat(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, sam := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")
	for _, user := range []string{rosa, sam} {
		w.slash(user, w.board, "help", nil)
	}
	question := w.types(rosa, "need")
	if !question.Has(w.text("discord.answer", nil)) {
		t.Errorf("the question has no button for an answer: %q", question.Text)
	}
	// The button's form answers as well.
	if i := w.press(rosa, question.ID, w.text("discord.answer", nil)); i.State() != discordtest.FormShown {
		t.Fatalf("the button shows %q", i.Text())
	}
	w.answered(w.s.Submit(rosa, map[string]string{"text": "milk and bread"}))
	w.types(rosa, "food")
	w.types(rosa, "Quarry Falls")
	w.types(rosa, "tomorrow")
	preview := w.types(rosa, secretContact)
	if strings.Contains(preview.Text, "UNIQUE") || !preview.Has(w.text("discord.see", nil)) {
		t.Fatalf("the preview is an ordinary message: %q", preview.Text)
	}
	opened := w.press(rosa, preview.ID, w.text("discord.see", nil))
	if !opened.Message().Ephemeral || !strings.Contains(opened.Text(), "UNIQUE") {
		t.Errorf("the button shows %q", opened.Text())
	}
	w.press(rosa, opened.Message().ID, w.text("button.post", nil))
	w.wants(w.card(w.board, "N1").Text, "milk and bread")

	w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": sam})
	w.wants(w.types(sam, "claim N1").Text, "You took N1")
	offered := w.types(sam, "details N1")
	if strings.Contains(offered.Text, "UNIQUE") || w.received("details N1") > 0 {
		t.Fatalf("details are shown at once: %q", offered.Text)
	}
	details := w.press(sam, offered.ID, w.text("discord.see", nil))
	if !details.Message().Ephemeral || !strings.Contains(details.Text(), "UNIQUE") {
		t.Errorf("the button shows %q", details.Text())
	}
	w.slash(sam, "", "details", map[string]any{"need": "N1"})
	for _, user := range []string{rosa, sam} {
		for _, m := range w.s.Versions(user) {
			if !m.Ephemeral && strings.Contains(m.Text, "UNIQUE") {
				t.Errorf("something private stands in an ordinary message: %q", m.Text)
			}
		}
	}
}

// Who is in two coalitions is asked once, and what they wanted is carried out.
func TestDirectChatOfTwo(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	oak, _, oakBoard := w.second()
	w.s.AddMember(oak, rosa)
	w.slash(rosa, w.board, "help", nil)
	w.slash(rosa, oakBoard, "help", nil)

	which := w.types(rosa, "need bread category:food when:tomorrow area:?")
	w.wants(which.Text, w.text("discord.which", nil))
	if len(which.Buttons) != 2 {
		t.Fatalf("%d coalitions are offered", len(which.Buttons))
	}
	if w.received("need bread category:food when:tomorrow area:?") > 0 {
		t.Error("it was carried out before the choice")
	}
	// Slash commands ask too, with a form as well.
	asked := w.slash(rosa, "", "offer", nil)
	if m := asked.Message(); m == nil || !m.Ephemeral || len(m.Buttons) != 2 {
		t.Fatalf("/offer shows %q", asked.Text())
	}
	id := func(guild string) string { return action{Kind: actionChoose, Coalition: w.coalition(guild)}.customID() }
	label := ""
	for _, b := range asked.Message().Buttons {
		if b.CustomID == id(oak) {
			label = b.Label
		}
	}
	chosen := w.press(rosa, asked.Message().ID, label)
	if chosen.State() != discordtest.FormShown {
		t.Fatalf("after the choice comes %q", chosen.Text())
	}
	if act, _ := parseAction(w.s.OpenForm(rosa).CustomID); act.Coalition != w.coalition(oak) || act.Line != commands.FormOffer {
		t.Errorf("the form is %+v", act)
	}
	preview := w.answered(w.s.Submit(rosa, map[string]string{"what": "two coats", "category": "supplies"}))
	w.wants(preview.Text(), "two coats")
	// It is remembered: the next line is not asked about.
	w.wants(w.types(rosa, "help").Text, "need")
	w.wants(w.types(rosa, "coalition").Text, w.text("discord.which", nil))
}

// A button in a direct chat names its coalition; one that its presser is not in
// does nothing.
func TestDirectButtonsOfOthers(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa := w.s.Join(w.guild, "Rosa")
	oak, _, _ := w.second()
	w.slash(rosa, w.board, "help", nil)
	hello := w.types(rosa, "help")
	for _, kind := range []actionKind{actionRun, actionShow, actionChoose, actionOpen} {
		i := w.answered(w.s.Forge(rosa, hello.ID, action{kind, w.coalition(oak), "board"}.customID()))
		w.wants(i.Text(), w.text("discord.old_button", nil))
	}
	if w.received("board") > 0 {
		t.Error("a line of another coalition's came to the engine")
	}
}

// Whoever writes of danger is answered wherever they belong.
func TestDangerInDirectChat(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	oak, _, oakBoard := w.second()
	rosa := w.s.Join(w.guild, "Rosa")
	w.s.AddMember(oak, rosa)
	w.slash(rosa, w.board, "help", nil)
	w.slash(rosa, oakBoard, "help", nil)
	stranger := w.stranger()
	for _, user := range []string{rosa, stranger} {
		w.wants(w.types(user, "I want to kill myself").Text, "988", "911")
	}
	w.s.Fail(discordtest.Fault{Method: "GET", Path: "/guilds/.*", Status: 500, Times: -1})
	lee := w.s.Join(w.guild, "Lee")
	w.slash(lee, w.board, "help", nil)
	w.wants(w.types(lee, "quiero suicidarme").Text, "988", "911")
}

// Who left, was banned or never was there gets nothing; nor does anybody while
// Discord cannot say.
func TestDirectChatOfNoMember(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	sam, dee := w.s.Join(w.guild, "Sam"), w.s.Join(w.guild, "Dee")
	w.asks(dee, "milk", secretContact)
	w.card(w.board, "N1")
	w.slash(sam, w.board, "help", nil)
	w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": sam})
	w.wants(w.slash(sam, w.board, "claim", map[string]any{"need": "N1"}).Text(), "N1")
	direct := w.types(sam, "details N1")

	w.meets(sam)
	w.s.Ban(w.guild, sam)
	w.d.members.known.forget(w.guild + " " + sam) // five minutes later
	i := w.answered(w.s.Forge(sam, direct.ID, action{actionShow, w.coalition(w.guild), "details N1"}.customID()))
	if strings.Contains(w.seen(sam), "UNIQUE") {
		t.Errorf("somebody who was banned sees %q", i.Text())
	}
	w.wants(w.types(sam, "board").Text, w.text("discord.nowhere", nil))

	stranger := w.stranger()
	kims := w.types(stranger, "board")
	if strings.Contains(kims.Text, "milk") {
		t.Errorf("a stranger sees %q", kims.Text)
	}
	w.d.members.known.forget(w.guild + " " + dee)
	w.s.Fail(discordtest.Fault{Method: "GET", Path: "/guilds/[0-9]+/members/.*", Status: 500, Times: -1})
	w.wants(w.types(dee, "mine").Text, w.text("discord.unchecked", nil))
	w.s.Heal()
	w.wants(w.types(dee, "mine").Text, "N1")
}

// What could not be delivered comes with the next answer.
func TestWaitingComesWithAnAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, sam := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")
	w.s.CloseDMs(rosa)
	w.asks(rosa, "milk", secretContact)
	w.card(w.board, "N1")
	w.slash(sam, w.board, "help", nil)
	w.slash(w.owner, w.board, "role", map[string]any{"action": "grant", "role": "volunteer", "person": sam})
	w.slash(sam, w.board, "claim", map[string]any{"need": "N1"})
	w.settle()
	i := w.slash(rosa, w.board, "board", nil)
	w.until("what waited", func() bool { return len(i.FollowUps()) == 2 })
	told := ""
	for _, m := range i.FollowUps() {
		told += m.Text
	}
	w.wants(told, "Sam took N1")
	if !ephemeral(i.FollowUps()) {
		t.Error("what waited is there for everybody")
	}
	again := w.slash(rosa, w.board, "board", nil)
	w.slash(rosa, w.board, "help", nil)
	if len(again.FollowUps()) > 0 {
		t.Error("what waited came twice")
	}
}

// A form comes from memory while the data are slow, and with the least that it
// needs when there is nothing in memory.
func TestFormsWithoutData(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	for _, name := range []string{commands.FormNeed, commands.FormNeedOther, commands.FormOffer, commands.FormPrivate, commands.FormNote, commands.FormAnswer} {
		for _, lang := range models.Langs() {
			least := w.d.leastForm(lang, name)
			body := formBodyOf(least, action{actionSubmit, 1, name}.customID())
			if len(body.Components) != 1 || body.Title == "" {
				t.Errorf("%s in %s has %d fields", name, lang, len(body.Components))
			}
			whole, err := w.reg.Form(t.Context(), w.whoIn(w.guild, w.owner), lang, name)
			if err != nil {
				t.Fatal(err)
			}
			fits := false
			for _, f := range whole.Fields {
				fits = fits || f.Name == least.Fields[0].Name
			}
			if !fits {
				t.Errorf("%s has no field %s", name, least.Fields[0].Name)
			}
		}
	}
}

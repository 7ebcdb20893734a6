package terminal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// carryOut does what a line says, and reports whether the one who types leaves.
func (t *Terminal) carryOut(ctx context.Context, in bot.Receiver, ln line) (leaves bool, err error) {
	if !t.o.Interactive {
		if err := t.show(t.prompt(ctx) + repeated(ln) + "\n"); err != nil {
			return false, err
		}
	}
	if ln.long {
		return false, t.refuse(ctx, "error.too_long", fields{"Limit": models.MaxLine, "Length": ln.length})
	}
	if name, rest, own := t.ownCommand(ln.text); own {
		return name == quit, t.runOwn(ctx, name, rest)
	}
	inv := commands.Invocation{Who: t.who, Text: ln.text}
	if t.room != nil {
		inv.Room = t.room.Remote
	}
	goOn, err := t.interpret(ctx, &inv)
	if err != nil || !goOn {
		return false, err
	}
	t.events++
	inv.EventID = fmt.Sprintf("%s-%d", t.session, t.events)
	if err := t.receive(ctx, in, inv); err != nil {
		return false, err
	}
	return false, t.settle(ctx, in)
}

// repeated is a line as it is repeated in a script's output.
func repeated(ln line) string {
	const most = 200
	text := strings.ToValidUTF8(ln.text, "\uFFFD")
	if utf8.RuneCountInString(text) > models.MaxLine {
		return string([]rune(text)[:most]) + " ..."
	}
	return text
}

// receive has the engine carry out what was typed, and shows the answer. The
// screen is kept meanwhile, so that the answer stands before what follows from
// it. A line that was begun is carried out even if the program is about to end.
func (t *Terminal) receive(ctx context.Context, in bot.Receiver, inv commands.Invocation) error {
	ctx = context.WithoutCancel(ctx)
	t.screen.Lock()
	defer t.screen.Unlock()
	answer := in.Receive(ctx, inv)
	if answer.Failed || answer.Mistake {
		t.failed.Store(true)
	}
	lang := answer.Lang
	if lang == "" {
		lang = models.English
	}
	if answer.Unchanged && inv.React != nil {
		answer.Text = commands.Text(t.unchanged(lang, inv.React))
	}
	if answer.Empty() {
		return nil
	}
	head := header(t.text(lang, "terminal.label_private", fields{"Name": t.who.Name}))
	if t.room != nil {
		head = header(t.room.Name, t.text(lang, "terminal.label_only", fields{"Name": t.who.Name}))
	}
	text := answer.Text
	if !answer.Mistake && t.isHelp(inv.Text) {
		text += commands.Text("\n" + strings.TrimSpace(t.text(lang, "terminal.help", nil)))
	}
	return t.screen.show(block(head, text, answer.Card, t.o.Interactive, answer.Buttons, answer.First))
}

// unchanged tells who typed a reaction that it was there already, or not there:
// a platform shows that by itself.
func (t *Terminal) unchanged(lang models.Lang, r *commands.React) string {
	id := "terminal.reaction_gone"
	if r.Present {
		id = "terminal.reaction_there"
	}
	return t.text(lang, id, fields{"Ref": r.Ref.String(), "Word": r.Word})
}

// isHelp reports whether a line asks for all commands: the terminal has some of
// its own to add.
func (t *Terminal) isHelp(text string) bool {
	word := catalogue.Fold(strings.TrimLeft(strings.TrimSpace(text), "/!"))
	return t.isWord("command.help.name", word) || t.isWord("command.help.aliases", word)
}

func (t *Terminal) isWord(id, folded string) bool {
	for _, lang := range models.Langs() {
		if slices.ContainsFunc(t.cat.Words(lang, id), func(w string) bool { return catalogue.Fold(w) == folded }) {
			return true
		}
	}
	return false
}

// interpret turns what stands for something else on a screen into that: an
// empty line, which leaves a question as it is, and a reaction by reference. It
// reports false if nothing is to be done, or the line was answered here.
func (t *Terminal) interpret(ctx context.Context, inv *commands.Invocation) (goOn bool, err error) {
	text, err := commands.Clean(inv.Text, models.MaxLine)
	if err != nil && strings.TrimSpace(inv.Text) != "" {
		return true, nil // to be refused like everywhere
	}
	reaction, complete := commands.ParseReaction(text)
	word := reactionWord(text)
	known := word != "" && t.o.Registry.Reacts(word)
	switch {
	case complete && known:
		inv.Text = ""
		inv.React = &commands.React{Word: reaction.Word, Present: reaction.Present, Ref: reaction.Ref}
		return true, nil
	case text != "" && !complete && !known:
		return true, nil
	}
	asked, err := t.asked(ctx)
	switch {
	case err != nil:
		return false, err
	case asked && text == "":
		inv.Text = "skip"
		return true, nil
	case asked: // whatever it looks like, it is an answer
		return true, nil
	case text == "":
		return false, nil
	case complete:
		return false, t.refuse(ctx, "terminal.reaction_unknown", fields{"Word": word})
	}
	return false, t.refuse(ctx, "terminal.reaction_usage", nil)
}

// reactionWord is the word or emoji of what looks like a reaction, empty if it
// does not: a word needs its sign, as without one it is a command.
func reactionWord(text string) string {
	first, _, _ := strings.Cut(text, " ")
	word := strings.TrimPrefix(strings.TrimPrefix(first, "-"), "+")
	if r, _ := utf8.DecodeRuneInString(word); word == first && unicode.IsLetter(r) {
		return ""
	}
	return commands.BareEmoji(word)
}

// asked reports whether the one who types is being asked something.
func (t *Terminal) asked(ctx context.Context) (bool, error) {
	actor, err := t.o.Registry.Store().Actor(ctx, t.who)
	if err != nil || actor.Person.ID == 0 {
		return false, err
	}
	dialog, err := t.o.Registry.Store().Reader(ctx, actor.Coalition.ID).Dialog(actor.Person.ID)
	return dialog != nil, err
}

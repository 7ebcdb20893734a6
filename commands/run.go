package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Call is an invocation of a command that changes something, inside its unit of
// work.
type Call struct {
	*store.Tx
	Args Values
	// Line is the line as it came; a dialog's answer is in it.
	Line string
	// ByReaction says that the claim or whatever else is made by a reaction.
	ByReaction bool
	reg        *Registry
	lang       models.Lang
	numbered   bool // the line is a choice that was offered
	asking     bool // the next line answers a question
	ended      bool // a dialog ended: what its buttons stood for is over
	unchanged  bool // the reaction was there already, or gone already
	forgot     bool // the actor is not known any more
}

func (c *Call) zone() *time.Location { return c.Actor.Coalition.Location() }

func (c *Call) binder() *binder {
	return &binder{vocab: c.reg.vocab, lookup: c.Tx, now: c.Now.In(c.zone()), lang: c.lang}
}

// outcome is what came of an invocation, to be shown after the commit.
type outcome struct {
	message models.Message
	mistake *Mistake // set if nothing was changed
	actor   *models.Actor
	lang    models.Lang
	repeat  bool
	silent  bool // a reaction: what there is to say goes through the outbox
	asking  bool
	ended   bool
	same    bool // a reaction that was there already, or gone already
	forgot  bool // the actor is not known any more
}

// isRead sends a line that turned out to be a reading command out of its unit
// of work, which then leaves nothing behind.
type isRead struct {
	line   string // what is to be read: a choice's own line, if it was one
	chosen bool
}

func (*isRead) Error() string { return "a reading command" }

// Run carries out an invocation and returns what is to be shown to the one who
// acted. What a person can mend is in the reply. The error is for what they
// cannot: the reply then says so, with a code under which the log has the
// cause. An event that comes again is answered again, from the state that holds
// now, and not acted on twice.
func (r *Registry) Run(ctx context.Context, inv Invocation) (*Reply, error) {
	reply, err := r.run(ctx, inv)
	if err == nil {
		return reply, nil
	}
	code := newCode()
	r.log.Error("an invocation failed", "code", code, "platform", inv.Who.Platform, "event", inv.EventID, "err", err)
	return r.apology(ctx, inv, err, code), fmt.Errorf("%s: %w", code, err)
}

// Reacts reports whether a reaction's emoji, or the name of its command, is one
// that acts: for platforms where reactions are typed.
func (r *Registry) Reacts(word string) bool { return r.vocab.emojiOf(word) != "" }

func (r *Registry) run(ctx context.Context, inv Invocation) (_ *Reply, err error) {
	defer recovered(&err)
	now := r.now().UTC().Truncate(time.Microsecond)
	if inv.React != nil {
		return r.write(ctx, inv, now)
	}
	if r.Urgent(inv) {
		if reply, handled := r.emergency(ctx, inv); handled {
			return reply, nil
		}
	}
	clean, err := Clean(inv.Text, models.MaxLine)
	var text *TextError
	if errors.As(err, &text) && text.Code != TextEmpty {
		return r.read(ctx, inv, now, func(v *View) error { return textMistake(text) })
	}
	inv.Text = clean
	line, err := r.vocab.parse(clean)
	command := r.vocab.command(line.Name)
	writes := err == nil && command != nil && command.write()
	if !writes && !line.Prefixed && !inv.Button {
		if writes, err = r.awaited(ctx, inv, now); err != nil {
			return nil, err
		}
	}
	if writes {
		reply, err := r.write(ctx, inv, now)
		var reads *isRead
		if !errors.As(err, &reads) {
			return reply, err
		}
		inv.Text, inv.Button = reads.line, inv.Button || reads.chosen
	}
	return r.read(ctx, inv, now, func(v *View) error { return v.answerLine(inv.Text) })
}

// awaited reports whether the person's next line is an answer: they are in a
// dialog, or were offered choices.
func (r *Registry) awaited(ctx context.Context, inv Invocation, now time.Time) (bool, error) {
	actor, err := r.store.Actor(ctx, inv.Who)
	if err != nil || actor.Person.ID == 0 {
		return false, err
	}
	reader := r.store.Reader(ctx, actor.Coalition.ID)
	dialog, err := reader.Dialog(actor.Person.ID)
	if err != nil || dialog != nil {
		return dialog != nil, err
	}
	choice, err := r.choice(reader, actor.Account.ID, inv.Text, now)
	return choice != "", err
}

// write runs an invocation as a unit of work.
func (r *Registry) write(ctx context.Context, inv Invocation, now time.Time) (*Reply, error) {
	var out outcome
	err := r.store.Update(ctx, now, func(tx *store.Tx) error {
		out = outcome{}
		if err := tx.Act(inv.Who); err != nil {
			return err
		}
		if inv.EventID != "" {
			seen, err := tx.Seen(inv.Who.Platform, inv.Who.Account, inv.EventID)
			if err != nil {
				return err
			}
			if seen != nil {
				out = outcome{message: seen.Message, actor: tx.Actor, lang: r.langOf(tx.Actor, inv), repeat: true, silent: inv.React != nil}
				return nil
			}
		}
		c := &Call{Tx: tx, Line: inv.Text, reg: r, lang: r.langOf(tx.Actor, inv)}
		message, name, err := c.dispatch(inv)
		return c.settle(inv, &out, message, name, err)
	})
	if err != nil {
		return nil, err
	}
	if out.forgot {
		if err := r.forgetNow(ctx, out.actor.Coalition.ID); err != nil {
			r.log.Error("somebody is not forgotten in full yet", "err", err) // the sweep goes on
		}
	}
	return r.show(ctx, out)
}

// settle decides what of a unit of work is kept. A refusal keeps only the
// record that the event was dealt with, so that its repeat is refused as well.
func (c *Call) settle(inv Invocation, out *outcome, message models.Message, name string, err error) error {
	m, refused := asMistake(err)
	if err != nil && !refused {
		return err
	}
	if refused {
		c.Discard()
		message = m.Message
		if inv.React != nil {
			if err := c.takeOff(inv); err != nil {
				return err
			}
		}
	}
	if inv.React != nil && message.Key != "" {
		if err := c.Tell(c.Actor.Person.ID, message); err != nil {
			return err
		}
	}
	// What was refused because of the very words typed cannot be said again
	// without them, and they are not kept.
	if inv.EventID != "" && (m == nil || m.kept()) && !c.forgot {
		c.Add(&models.Inbox{Platform: inv.Who.Platform, Account: inv.Who.Account, EventID: inv.EventID,
			CoalitionID: c.Actor.Coalition.ID, Command: name, Message: message, At: c.Now})
	}
	*out = outcome{message: message, mistake: m, actor: c.Actor, lang: c.lang, silent: inv.React != nil, asking: c.asking, ended: c.ended, same: c.unchanged, forgot: c.forgot && !refused}
	return nil
}

// dispatch finds the command that an invocation means and runs it.
func (c *Call) dispatch(inv Invocation) (models.Message, string, error) {
	if inv.React != nil {
		return c.react(inv)
	}
	text := inv.Text
	line, err := c.reg.vocab.parse(text)
	if !line.Prefixed && !inv.Button {
		answer, handled, err := c.awaitedAnswer(text)
		if err != nil || handled {
			return answer, "answer", err
		}
		if c.Line != text { // a choice that stands for a command line
			text = c.Line
			line, err = c.reg.vocab.parse(text)
			if err != nil {
				return models.Message{}, "", err
			}
		}
	}
	if err != nil {
		return models.Message{}, "", lineMistake(err)
	}
	command := c.reg.vocab.command(line.Name)
	if command == nil || !command.write() {
		return models.Message{}, "", &isRead{line: text, chosen: c.numbered}
	}
	if err := c.learnLanguage(line.Name, inv.Button || c.numbered); err != nil {
		return models.Message{}, "", err
	}
	message, err := c.do(command, text, line)
	return message, command.Name, err
}

// do checks the right, binds the arguments and runs the handler.
func (c *Call) do(command *Command, text string, line Line) (models.Message, error) {
	if err := permit(command, c.Actor.Person.Roles); err != nil {
		return models.Message{}, err
	}
	if postingCommands[command.Name] {
		if err := c.mayPost(); err != nil {
			return models.Message{}, err
		}
	}
	values, err := c.binder().bind(command, text, line)
	if err != nil {
		return models.Message{}, err
	}
	c.Args = values
	return command.Do(c)
}

// permit applies the part of a right that the roles alone decide. What depends
// on the need or offer is checked where that is loaded.
func permit(command *Command, roles models.Roles) error {
	if command.Right == models.RightClaim || command.Right.Possible(roles) {
		return nil // a wish to claim is heard from everyone; see welcome.go
	}
	if command.Group == GroupNone {
		return mistake("error.not_allowed.button", nil)
	}
	key := "error.not_allowed.team"
	if command.Right.Can(models.Admin, 0) && !command.Right.Can(models.Organizer, 0) {
		key = "error.not_allowed.admin"
	}
	return mistake(key, models.Args{"Command": models.CodeArg("command." + command.Name + ".name")})
}

func lineMistake(err error) error {
	var text *TextError
	switch {
	case errors.Is(err, ErrQuotes):
		return mistake("error.quotes", nil)
	case errors.Is(err, ErrEmpty):
		return mistake("error.empty", nil)
	case errors.As(err, &text):
		return textMistake(text)
	}
	return err
}

// learnLanguage takes the language of the first command whose name belongs to
// one language only as the person's, until they choose another.
func (c *Call) learnLanguage(name string, button bool) error {
	lang, ok := c.reg.vocab.langOf(name)
	if !ok || button || c.Actor.Person.Language != "" {
		return nil
	}
	c.Actor.Person.Language, c.lang = lang, lang
	c.Save(c.Actor.Person)
	return nil
}

// langOf is the language in which a person is answered: the one they chose, the
// one their platform names, or their coalition's.
func (r *Registry) langOf(a *models.Actor, inv Invocation) models.Lang {
	switch {
	case a.Person.Language != "":
		return a.Person.Language
	case inv.Lang != "":
		return inv.Lang
	}
	return a.Coalition.Language
}

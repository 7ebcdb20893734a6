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
	numbered   bool           // the line is a choice that was offered
	pressed    bool           // the line is a button's
	asking     bool           // the next line answers a question
	at         *models.Dialog // where that question stands, if it was asked anew
	ended      bool           // a dialog ended: what its buttons stood for is over
	unchanged  bool           // the reaction was there already, or gone already
	forgot     bool           // the actor is not known any more
	space      string         // the platform's id of where this comes from
	room       string         // and of the room; empty in a private chat
	unsure     bool           // the platform cannot say whether the actor is still there
	remaps     bool           // what platforms' roles stand for has changed
	// once holds fields that are shown with the answer and never again: they are
	// not kept.
	once   map[string]string
	behind models.ID // a room that does not show yet what it should
}

func (c *Call) zone() *time.Location { return c.Actor.Coalition.Location() }

func (c *Call) binder() *binder {
	return &binder{vocab: c.reg.vocab, lookup: c.Tx, now: c.Now.In(c.zone()), lang: c.lang, platform: c.Actor.Account.Platform}
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
	choose  bool // the question's buttons are all that can be said to it
	ended   bool
	same    bool // a reaction that was there already, or gone already
	forgot  bool // the actor is not known any more
	remaps  bool // what platforms' roles stand for has changed
	who     store.Who
	once    map[string]string // shown with this answer and never again
	behind  models.ID         // a room that does not show yet what it should
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
	if store.IsNotFound(err) {
		if reply := r.unfounded(ctx, inv); reply != nil {
			return reply, nil
		}
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
	if err := r.takeMember(ctx, inv.Who, inv.Member, now); err != nil {
		return nil, err
	}
	if inv.React != nil {
		return r.write(ctx, inv, now)
	}
	if r.Urgent(inv) {
		if reply, handled := r.emergency(ctx, inv); handled {
			return reply, nil
		}
	}
	if err := r.introduce(ctx, inv, now); err != nil {
		return nil, err
	}
	if inv.Args != nil {
		return r.runArgs(ctx, inv, now)
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
	reply, err := r.read(ctx, inv, now, func(v *View) error { return v.answerLine(inv.Text) })
	if err == nil && !reply.Mistake {
		reply.Again = inv.Text
	}
	return reply, err
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
	choices, err := reader.Choices(actor.Account.ID, now.Add(-choicesLast))
	return r.chosen(choices, inv.Text) != "" || r.declined(choices, inv.Text), err
}

// Repeated reports whether an invocation was carried out already, so that Run
// would only answer it once more. It is false where that cannot be known.
func (r *Registry) Repeated(ctx context.Context, inv Invocation) bool {
	if inv.EventID == "" {
		return false
	}
	actor, err := r.store.Actor(ctx, inv.Who)
	if err != nil {
		return false
	}
	seen, err := r.store.Reader(ctx, actor.Coalition.ID).Seen(inv.Who.Platform, inv.Who.Account, inv.EventID)
	return err == nil && seen != nil
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
				out = outcome{message: seen.Message, actor: tx.Actor, lang: r.langOf(tx.Actor, inv), repeat: true, silent: inv.React != nil, who: inv.Who}
				return nil
			}
		}
		c := &Call{Tx: tx, Line: inv.Text, reg: r, lang: r.langOf(tx.Actor, inv), space: inv.Who.Space, room: inv.Room, unsure: inv.Member != nil && inv.Member.Unknown}
		c.hearLanguage(inv.Lang)
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
	if out.remaps {
		if err := r.remap(ctx, out.actor.Coalition.ID); err != nil {
			r.log.Error("not everybody's roles are up to date yet", "err", err) // the sweep goes on
		}
	}
	if out.behind != 0 {
		if err := r.catchUp(ctx, out.actor.Coalition.ID, out.behind); err != nil {
			r.log.Error("a board does not show all yet", "err", err) // the sweep goes on
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
	*out = outcome{message: message, mistake: m, actor: c.Actor, lang: c.lang, silent: inv.React != nil, asking: c.asking, ended: c.ended, same: c.unchanged, forgot: c.forgot && !refused, remaps: c.remaps && !refused, who: inv.Who}
	if refused {
		return nil
	}
	out.once, out.behind = c.once, c.behind
	if c.asking {
		out.choose, err = c.choosing()
	}
	return err
}

// dispatch finds the command that an invocation means and runs it.
func (c *Call) dispatch(inv Invocation) (models.Message, string, error) {
	if inv.React != nil {
		return c.react(inv)
	}
	c.pressed = inv.Button
	if inv.Args != nil {
		return c.dispatchArgs(inv)
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
	if err := c.may(command); err != nil {
		return models.Message{}, err
	}
	values, err := c.binder().bind(command, text, line)
	if err != nil {
		return models.Message{}, err
	}
	c.Args = values
	return command.Do(c)
}

// may checks what can be said before the values are known.
func (c *Call) may(command *Command) error {
	if err := permit(command, c.Actor.Person.Roles); err != nil || !postingCommands[command.Name] {
		return err
	}
	return c.mayPost()
}

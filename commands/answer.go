package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// show makes the reply, after the commit.
func (r *Registry) show(ctx context.Context, out outcome) (*Reply, error) {
	if out.silent || out.message.Key == "" {
		return &Reply{Mistake: out.mistake != nil, Unchanged: out.same, Repeat: out.repeat, Account: out.actor.Account.ID, Coalition: out.actor.Coalition.ID, Lang: out.lang}, nil
	}
	v, err := r.written(ctx, out)
	if store.IsNotFound(err) {
		// Between the commit and now another line of the same person erased it.
		out.message, out.mistake = models.Message{Key: "answer.overtaken"}, nil
		v, err = r.written(ctx, out)
	}
	if err != nil && out.mistake == nil {
		return nil, fmt.Errorf("%w: %w", errSaved, err)
	}
	if err != nil {
		return nil, err
	}
	reply := v.reply()
	if out.asking {
		reply.Again = againName
	}
	reply.Choosing = out.choose
	reply.Repeat, reply.Asking, reply.Ended, reply.Mistake = out.repeat, out.asking, out.ended, out.mistake != nil
	return reply, nil
}

// errSaved says that what failed came after the commit: the person must not read
// that nothing was saved.
var errSaved = errors.New("it is saved, but the answer could not be written")

// written writes the answer to an invocation.
func (r *Registry) written(ctx context.Context, out outcome) (v *View, err error) {
	defer recovered(&err)
	v = r.view(ctx, &viewer{actor: out.actor, lang: out.lang, now: r.now(), who: out.who})
	if out.mistake != nil {
		return v, v.renderMistake(out.mistake)
	}
	return v, v.render(out.message, out.once, nil)
}

func (v *View) reply() *Reply {
	return &Reply{Text: v.body(), Card: v.card, Buttons: v.buttons, Selects: v.selects, Private: v.private, About: v.message.About, Account: v.actor.Account.ID, Coalition: v.actor.Coalition.ID, Lang: v.lang, led: v.led}
}

// read runs something that changes nothing.
func (r *Registry) read(ctx context.Context, inv Invocation, now time.Time, run func(*View) error) (*Reply, error) {
	actor, err := r.store.Actor(ctx, inv.Who)
	if err != nil {
		return nil, err
	}
	learned := r.meet(ctx, inv, now, actor)
	v := r.view(ctx, &viewer{actor: actor, lang: cmp.Or(learned, r.langOf(actor, inv)), now: now, who: inv.Who})
	err = run(v)
	m, mistaken := asMistake(err)
	if mistaken {
		v.paragraphs, v.buttons, v.selects, v.card, v.private = nil, nil, nil, nil, false
		err = v.renderMistake(m)
	}
	if err == nil {
		err = v.failed
	}
	if err != nil {
		return nil, err
	}
	reply := v.reply()
	reply.Mistake = mistaken
	return reply, nil
}

// meet makes somebody known whose first command only reads, so that they can be
// named from then on, and learns their language from it. It returns that, if it
// was learned now. Reading goes on where nothing can be written.
func (r *Registry) meet(ctx context.Context, inv Invocation, now time.Time, actor *models.Actor) models.Lang {
	line, err := r.vocab.parse(inv.Text)
	if err != nil || r.vocab.command(line.Name) == nil {
		return ""
	}
	lang, ok := r.vocab.langOf(line.Name)
	if !ok || inv.Button || inv.Args != nil || actor.Person.Language != "" {
		lang = ""
	}
	if inv.Lang != "" && inv.Lang != actor.Coalition.Language && actor.Person.Language == "" {
		lang = inv.Lang
	}
	if actor.Person.ID != 0 && lang == "" {
		return ""
	}
	err = r.store.Update(ctx, now, func(tx *store.Tx) error {
		if err := tx.Act(inv.Who); err != nil {
			return err
		}
		if lang != "" && tx.Actor.Person.Language == "" {
			tx.Actor.Person.Language = lang
			tx.Save(tx.Actor.Person)
		}
		*actor = *tx.Actor
		return nil
	})
	if err != nil {
		r.log.Warn("somebody who reads could not be made known", "err", err)
	}
	return lang
}

// answerLine runs a reading command, or says that there is none of that name.
func (v *View) answerLine(text string) error {
	line, err := v.reg.vocab.parse(text)
	if err != nil {
		return lineMistake(err)
	}
	command := v.reg.vocab.command(line.Name)
	if command == nil || command.write() {
		return v.reg.unknown(line.Name, v.lang)
	}
	if err := permit(command, v.actor.Person.Roles); err != nil {
		return err
	}
	values, err := v.binder().bind(command, text, line)
	if err != nil {
		return err
	}
	return command.Read(v, values)
}

// unknown answers a word that is no command, with the nearest one.
func (r *Registry) unknown(word string, lang models.Lang) error {
	near, ok := Nearest(word, r.vocab.commandNames())
	if !ok {
		m := mistake("error.unknown_none", nil).echo("Word", word)
		m.Buttons = []mistakeButton{{label: "button.show_commands", line: "help"}}
		return m
	}
	name := r.vocab.commands[near].Name
	m := mistake("error.unknown", models.Args{"Suggestion": models.CodeArg("command." + name + ".name")}).echo("Word", word)
	m.Fill = func(v *View) error {
		v.set("Command", v.word("command."+name+".name"))
		return nil
	}
	m.Buttons = []mistakeButton{{label: "button.yes_command", line: name}, {label: "button.show_commands", line: "help"}}
	return m
}

func (v *View) renderMistake(m *Mistake) error {
	if err := v.render(m.Message, m.Echo, m.Fill); err != nil {
		return err
	}
	for _, b := range m.Buttons {
		v.button(b.label, b.line)
	}
	return v.failed
}

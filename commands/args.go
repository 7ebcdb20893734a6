package commands

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// filling is what was filled in: values by parameter, each read on its own, so
// that one that cannot be used takes nothing away from the others.
type filling struct {
	values Values
	wrong  map[string]error // why a value cannot be used: what the person can mend
	there  map[string]bool  // the fields that could be filled in, blank ones too
}

// fill reads values that came one by one and not as a line: quotation marks and
// colons in them mean nothing. A blank one was not given. The error is a
// *Mistake where there is no such parameter.
func (b *binder) fill(c *Command, args map[string]string) (filling, error) {
	f := filling{values: Values{}, wrong: map[string]error{}, there: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		p := c.param(name)
		if p == nil {
			return f, b.unknownOption(c, name)
		}
		f.there[name] = true
		v, err := b.filled(c, p, args[name])
		var text *TextError
		switch _, mistaken := asMistake(err); {
		case err == nil:
			f.values[name] = v
		case errors.As(err, &text) && text.Code == TextEmpty:
		case mistaken:
			f.wrong[name] = err
		default:
			return f, err
		}
	}
	return f, nil
}

func (b *binder) filled(c *Command, p *Param, typed string) (value, error) {
	typed, err := Clean(typed, models.MaxLine)
	if err != nil {
		return value{}, err
	}
	if p.Type == TypeText {
		limit := p.Max
		if limit == 0 {
			limit = models.MaxWhat
		}
		text, err := Clean(typed, limit)
		return value{text: text}, err
	}
	return b.value(c, p, typed)
}

// all are the values, if every one of them can be used and none is missing.
func (f filling) all(c *Command) (Values, error) {
	for i := range c.Params {
		p := &c.Params[i]
		if err := f.wrong[p.Name]; err != nil {
			return nil, err
		}
		if p.Required && !f.values.Has(p.Name) {
			return nil, missing(c, p)
		}
	}
	return f.values, nil
}

// commandOf is the command that a line without anything behind its name means,
// nil if there is none.
func (r *Registry) commandOf(text string) *Command {
	line, err := r.vocab.parse(text)
	if err != nil {
		return nil
	}
	return r.vocab.command(line.Name)
}

// runArgs carries out a command whose values came one by one.
func (r *Registry) runArgs(ctx context.Context, inv Invocation, now time.Time) (*Reply, error) {
	command := r.commandOf(inv.Text)
	if command != nil && command.write() {
		return r.write(ctx, inv, now)
	}
	reply, err := r.read(ctx, inv, now, func(v *View) error {
		if command == nil {
			return r.unknown(strings.TrimSpace(inv.Text), v.lang)
		}
		return v.answerArgs(command, inv.Args)
	})
	if err == nil && command != nil && !reply.Mistake {
		reply.Again = lineOf(command, inv.Args)
	}
	return reply, err
}

// answerArgs runs a reading command.
func (v *View) answerArgs(command *Command, args map[string]string) error {
	if err := permit(command, v.actor.Person.Roles); err != nil {
		return err
	}
	f, err := v.binder().fill(command, args)
	if err != nil {
		return err
	}
	values, err := f.all(command)
	if err != nil {
		return err
	}
	return command.Read(v, values)
}

func (v *View) binder() *binder {
	return &binder{vocab: v.reg.vocab, lookup: v.reader, now: v.now.In(v.zone()), lang: v.lang, platform: v.actor.Account.Platform}
}

// dispatchArgs does the same for a command that changes something.
func (c *Call) dispatchArgs(inv Invocation) (models.Message, string, error) {
	command := c.reg.commandOf(inv.Text)
	if command == nil || !command.write() {
		return models.Message{}, "", fmt.Errorf("%w: values for no command that changes something", errors.ErrUnsupported)
	}
	message, err := c.doArgs(command, inv.Args)
	return message, command.Name, err
}

func (c *Call) doArgs(command *Command, args map[string]string) (models.Message, error) {
	if err := c.may(command); err != nil {
		return models.Message{}, err
	}
	f, err := c.binder().fill(command, args)
	if err != nil {
		return models.Message{}, err
	}
	if command.Fill != nil && len(args) > 0 {
		return command.Fill(c, f)
	}
	if c.Args, err = f.all(command); err != nil {
		return models.Message{}, err
	}
	return command.Do(c)
}

// lineOf is a command with its values as a line that can be typed; empty if a
// value cannot be written so.
func lineOf(c *Command, args map[string]string) string {
	line := c.Name
	for _, p := range c.Params {
		text := strings.TrimSpace(args[p.Name])
		switch {
		case text == "":
			continue
		case p.Private || strings.ContainsAny(text, "\"\n"):
			return ""
		case !strings.ContainsRune(text, ' ') && !strings.ContainsAny(text, "“«:"):
			line += " " + p.Name + ":" + text
		default:
			line += " " + p.Name + `:"` + text + `"`
		}
	}
	return line
}

// mentioned reads how a platform names a person: <@ID>, or @name:server.
func mentioned(name string) (remote string, ok bool) {
	if local, server, _ := strings.Cut(name, ":"); len(local) > 1 && local[0] == '@' && server != "" && !strings.ContainsAny(name, " <>") {
		return name, true
	}
	id, ok := strings.CutPrefix(name, "<@")
	id, ended := strings.CutSuffix(id, ">")
	id = strings.TrimPrefix(id, "!") // an older way of writing it
	_, err := strconv.ParseUint(id, 10, 64)
	return id, ok && ended && err == nil
}

// introduce makes those known whom somebody names as the platform does before
// they ever wrote. Nobody is kept for a command that the one who names them may
// not use.
func (r *Registry) introduce(ctx context.Context, inv Invocation, now time.Time) error {
	named := r.named(inv)
	if len(named) == 0 {
		return nil
	}
	err := r.store.Update(ctx, now, func(tx *store.Tx) error {
		if err := tx.Act(inv.Who); err != nil {
			return err
		}
		if tx.Actor.Person.BlockedAt != nil || permit(r.commandOf(inv.Text), tx.Actor.Person.Roles) != nil {
			return nil
		}
		for _, remote := range named {
			who := inv.Who
			who.Account, who.Name = remote, nameOf(inv.Named[remote])
			if err := tx.Introduce(who); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && !store.IsNotFound(err) {
		return fmt.Errorf("make known who is named: %w", err)
	}
	return nil
}

// named lists the accounts that the values for people name, and that the
// platform vouches for.
func (r *Registry) named(inv Invocation) []string {
	command := r.commandOf(inv.Text)
	if command == nil || len(inv.Named) == 0 {
		return nil
	}
	var named []string
	for _, p := range command.Params {
		if p.Type != TypePerson {
			continue
		}
		words := strings.Fields(inv.Text)
		if inv.Args != nil {
			words = []string{inv.Args[p.Name]}
		}
		for _, word := range words {
			remote, ok := mentioned(strings.TrimPrefix(word, p.Name+":"))
			if _, vouched := inv.Named[remote]; ok && vouched {
				named = append(named, remote)
			}
		}
	}
	return named
}

// nameOf is a name as a platform says it, without what must not stay.
func nameOf(name string) string {
	runes := []rune(tidy(name))
	return strings.TrimSpace(string(runes[:min(models.MaxName, len(runes))]))
}

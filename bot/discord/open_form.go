package discord

import (
	"context"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// opensForm reports whether an interaction is answered with a form: then
// nothing may be answered before.
func (v *visit) opensForm() bool {
	switch v.i.Type {
	case interactionCommand:
		return v.i.Data.Type == commandMessage || v.formOfCommand() != ""
	case interactionComponent:
		act, ok := pressed(v.i.Data)
		return ok && (act.Kind == actionOpen && isForm(act.Line) || act.Kind == actionChoose)
	}
	return false
}

// formOfCommand is the form that a slash command opens, empty if it opens none.
func (v *visit) formOfCommand() string {
	name := v.i.Data.Name
	if v.i.Type == interactionCommand && len(v.i.Data.Options) == 0 && (name == formNeed || name == formOffer) {
		return name
	}
	return ""
}

// messageCommand makes a need of a message: one of somebody else's words needs
// their consent, which that form asks for.
func (v *visit) messageCommand(ctx context.Context) {
	form, what := formNeedOther, ""
	if m, ok := v.i.Data.Resolved.Messages[v.i.Data.TargetID]; ok {
		switch {
		case m.Author == nil:
			what = m.Content
		case m.Author.Bot: // a card, or an answer with private words in it
			form = formNeed
		case m.Author.ID == v.inv.Who.Account:
			form, what = formNeed, m.Content
		default:
			what = m.Content
		}
	}
	v.inv.Text = formNeed
	if v.place(ctx, 0) {
		v.open(ctx, form, map[string]string{"what": firstWords(what, models.MaxWhat)})
	}
}

// firstWords is a text on one line, cut to so many characters.
func firstWords(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	for utf8.RuneCountInString(s) > limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// open opens a form, with values in some of its fields.
func (v *visit) open(ctx context.Context, name string, values map[string]string) {
	lang := v.d.lastLang(v.inv)
	form, err := v.d.leastForm(lang, name), error(nil)
	if !v.unplaced {
		form, err = v.d.form(ctx, v.inv.Who, lang, name)
	}
	if err != nil {
		v.noForm(ctx, name)
		return
	}
	if len(values) > 0 {
		filled := *form
		filled.Fields = append([]commands.FormField(nil), form.Fields...)
		for i := range filled.Fields {
			if value, ok := values[filled.Fields[i].Name]; ok {
				filled.Fields[i].Value = value
			}
		}
		form = &filled
	}
	id := action{actionSubmit, v.coalition, name}.customID()
	if id == "" || !v.a.form(ctx, formBodyOf(form, id)) {
		v.d.o.Log.Debug("a form was not opened", "form", name)
	}
}

// noForm runs what the form stands for without it: the answer says why it does
// not open, or asks.
func (v *visit) noForm(ctx context.Context, name string) {
	v.d.owned.Go(v.a.watch(ctx))
	switch {
	case name == formOffer || name == formNeed:
		v.inv.Text = name
	case name == formNeedOther:
		v.inv.Text = formNeed
	default:
		v.inv.Text = "answer"
	}
	v.inv.Button = false
	v.run(ctx)
}

// filledIn runs what was filled in.
func (v *visit) filledIn(ctx context.Context) {
	act, ok := parseAction(v.i.Data.CustomID)
	if !ok || act.Kind != actionSubmit || !isForm(act.Line) {
		v.oldButton(ctx)
		return
	}
	v.inv.Args = formArgs(v.i.Data.Components)
	for _, field := range fieldNames(v.i.Data.Components) {
		if _, filled := v.inv.Args[field]; !filled {
			v.inv.Args[field] = "" // left blank on purpose
		}
	}
	v.inv.Text = act.Line
	if !v.place(ctx, act.Coalition) {
		return
	}
	form, err := v.d.submitted(ctx, v.inv, act.Line)
	if err != nil {
		v.say(ctx, v.d.o.Registry.Apology(ctx, v.inv, err, false))
		return
	}
	v.inv.Text = form.Line
	maps.Copy(v.inv.Args, form.Fixed)
	v.run(ctx)
}

// fieldNames are the fields of a form that came back.
func fieldNames(components []component) []string {
	var names []string
	for _, c := range components {
		if len(names) == maxFields {
			break
		}
		if c.Type == componentLabel && c.Component != nil && c.Component.CustomID != "" {
			names = append(names, c.Component.CustomID)
		}
	}
	return names
}

// submitted is the form that was filled in, for what nobody fills in.
func (d *Discord) submitted(ctx context.Context, inv commands.Invocation, name string) (*commands.FormText, error) {
	lang := d.lastLang(inv)
	if kept, ok := d.forms.kept.get(formKey(inv.Who.Space, lang, name)); ok && common(name) {
		return kept.form, nil
	}
	return d.readForm(ctx, inv.Who, lang, name)
}

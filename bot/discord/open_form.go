package discord

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// A form has to be the first answer to an interaction: what it shows has to be
// there within three seconds whatever the database is doing.
const (
	formFresh   = time.Minute            // for how long a form is shown as it was
	formWait    = 500 * time.Millisecond // how long to wait for one as it is now
	formsKept   = 1000
	formReadFor = 10 * time.Second
)

// The forms, by the names that the registry has for them.
const (
	formNeed      = commands.FormNeed
	formNeedOther = commands.FormNeedOther
	formOffer     = commands.FormOffer
)

// forms remembers forms that are the same for everybody in a space.
type forms struct {
	ask  func(context.Context, store.Who, models.Lang, string) (*commands.FormText, error)
	kept *memory[keptForm]

	mu      sync.Mutex
	reading map[string]bool
}

type keptForm struct {
	form *commands.FormText
	at   time.Time
}

func newForms(r *commands.Registry) *forms {
	return &forms{ask: r.Form, kept: newMemory[keptForm](formsKept), reading: map[string]bool{}}
}

// common reports whether a form is the same for everybody in a space.
func common(name string) bool {
	return name == formNeed || name == formNeedOther || name == formOffer
}

func formKey(space string, lang models.Lang, name string) string {
	return space + " " + string(lang) + " " + name
}

// begin reports that nobody is reading a form yet, and that the caller is now.
func (f *forms) begin(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reading[key] {
		return false
	}
	f.reading[key] = true
	return true
}

func (f *forms) end(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.reading, key)
}

// form is a form for somebody: from memory, as it is now, as it was, or with
// the least that it needs. The error says that there is none for them.
func (d *Discord) form(ctx context.Context, who store.Who, lang models.Lang, name string) (*commands.FormText, error) {
	key := formKey(who.Space, lang, name)
	kept, ok := d.forms.kept.get(key)
	if ok && common(name) && d.o.Clock.Now().Sub(kept.at) < formFresh {
		if d.forms.begin(key) {
			d.owned.Go(func() {
				defer d.forms.end(key)
				_, _ = d.readForm(ctx, who, lang, name) // what is kept serves on
			})
		}
		return kept.form, nil
	}
	type result struct {
		form *commands.FormText
		err  error
	}
	read, late := make(chan result, 1), d.o.Clock.After(formWait)
	d.owned.Go(func() {
		form, err := d.readForm(ctx, who, lang, name)
		read <- result{form, err}
	})
	select {
	case r := <-read:
		return r.form, r.err
	case <-late:
	}
	if ok && common(name) {
		return kept.form, nil
	}
	return d.leastForm(lang, name), nil
}

// readForm asks the registry for a form, and keeps one that is everybody's.
func (d *Discord) readForm(ctx context.Context, who store.Who, lang models.Lang, name string) (form *commands.FormText, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), formReadFor)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
			d.o.Log.Error("a form could not be made", "form", name, "err", err)
		}
	}()
	form, err = d.forms.ask(ctx, who, lang, name)
	if err != nil {
		if !store.IsNotFound(err) {
			d.o.Log.Warn("a form could not be read", "form", name, "err", err)
		}
		return nil, err
	}
	if form.Lang != "" {
		d.learn(who, form.Lang)
		lang = form.Lang
	}
	if common(name) {
		d.forms.kept.put(formKey(who.Space, lang, name), keptForm{form, d.o.Clock.Now()})
	}
	return form, nil
}

// leastForm has the one field that a form cannot do without; all else is asked
// afterwards.
func (d *Discord) leastForm(lang models.Lang, name string) *commands.FormText {
	field, id := "text", "discord.least.text"
	switch {
	case common(name):
		field, id = "what", "discord.least.what"
	case name == commands.FormNote:
		field = "note"
	case name == commands.FormPrivate:
		field, id = "address", "discord.least.address"
	}
	return &commands.FormText{Name: name, Title: d.text(lang, "discord.least.title", nil), Lang: lang,
		Fields: []commands.FormField{{Name: field, Label: d.text(lang, id, nil), Required: true, Max: models.MaxWhat}}}
}

// opensForm reports whether an interaction is answered with a form: then
// nothing may be answered before.
func (v *visit) opensForm() bool {
	switch v.i.Type {
	case interactionCommand:
		return v.i.Data.Type == commandMessage || v.formOfCommand() != ""
	case interactionComponent:
		act, ok := pressed(v.i.Data)
		return ok && (act.Kind == actionOpen || act.Kind == actionChoose)
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
		what = m.Content
		if m.Author != nil && m.Author.ID == v.inv.Who.Account {
			form = formNeed
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
	form, err := v.d.form(ctx, v.inv.Who, lang, name)
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
	if !ok || act.Kind != actionSubmit {
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

package discord

import (
	"context"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// A form has to be the first answer to an interaction: what it shows has to be
// there within three seconds whatever the database is doing.
const (
	formFresh   = time.Minute            // for how long a form is shown as it was
	formWait    = 500 * time.Millisecond // how long to wait for one as it is now
	placeWait   = time.Second            // and before that, for whose it is
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

// isForm reports whether there is a form of that name: what comes back from
// people can have any.
func isForm(name string) bool {
	return common(name) || name == commands.FormPrivate || name == commands.FormNote || name == commands.FormAnswer
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

package catalogue

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	texttemplate "text/template"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// load reads LANG/*.toml for each language and checks that they agree.
func load(files fs.FS) (*Catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	c := &Catalogue{tongues: make(map[models.Lang]tongue)}
	for _, lang := range models.Langs() {
		messages, err := readFolder(files, lang)
		if err != nil {
			return nil, err
		}
		if err := bundle.AddMessages(language.Make(string(lang)), slices.Collect(maps.Values(messages))...); err != nil {
			return nil, fmt.Errorf("texts in %q: %w", lang, err)
		}
		c.tongues[lang] = tongue{messages: messages, parser: newParser(messages)}
	}
	// A localizer is made once all languages are in, because it matches its
	// language against those of the bundle.
	for lang, t := range c.tongues {
		t.localizer = i18n.NewLocalizer(bundle, string(lang))
		c.tongues[lang] = t
	}
	c.ids = slices.Sorted(maps.Keys(c.tongues[models.English].messages))
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// readFolder reads the texts of one language. The libraries let a later file
// replace an id of an earlier one without a word, so that is refused here.
func readFolder(files fs.FS, lang models.Lang) (map[string]*i18n.Message, error) {
	names, err := fs.Glob(files, path.Join(string(lang), "*.toml"))
	if err != nil {
		return nil, fmt.Errorf("texts in %q: %w", lang, err)
	}
	all := make(map[string]*i18n.Message)
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		messages, err := i18n.ParseMessageBytes(data, toml.Unmarshal)
		if err != nil {
			return nil, fmt.Errorf("texts in %s: %w", name, err)
		}
		for _, m := range messages {
			if _, twice := all[m.ID]; twice {
				return nil, fmt.Errorf("texts in %s: id %q is there twice", name, m.ID)
			}
			// Spanish has a form of its own for whole millions ("un millón de
			// personas"); written in figures it is the same as the plural.
			if m.One != "" && m.Many == "" {
				m.Many = m.Other
			}
			all[m.ID] = m
		}
	}
	return all, nil
}

// check compares the languages with English, and parses every text once.
func (c *Catalogue) check() error {
	english := c.tongues[models.English].messages
	for lang, t := range c.tongues {
		for id := range t.messages {
			if english[id] == nil {
				return fmt.Errorf("text %q is in %q and not in English", id, lang)
			}
		}
		for id, original := range english {
			m := t.messages[id]
			switch {
			case m == nil:
				return fmt.Errorf("text %q is missing in %q", id, lang)
			case (m.One == "") != (original.One == ""):
				return fmt.Errorf("text %q has plural forms in one language alone", id)
			}
			for _, source := range []string{m.One, m.Other} {
				if _, err := t.parser.Parse(source, "", ""); err != nil {
					return fmt.Errorf("text %q in %q: %w", id, lang, err)
				}
			}
		}
	}
	return nil
}

// parser parses the texts of one language. The library caches no template that
// has functions, because they could differ from call to call. Ours are those of
// the language, and a text is never rendered in another one.
type parser struct{ template.TextParser }

// Cacheable reports that a parsed template may be kept.
func (parser) Cacheable() bool { return true }

// newParser makes the parser of the language that has these messages.
func newParser(messages map[string]*i18n.Message) template.Parser {
	name := func(kind string) func(string) (string, error) {
		return func(code string) (string, error) {
			id := kind + "." + code + ".name"
			if m := messages[id]; m != nil {
				return m.Other, nil
			}
			return "", fmt.Errorf("%s: %w", id, ErrNoText)
		}
	}
	return &parser{template.TextParser{
		Option: "missingkey=error",
		Funcs: texttemplate.FuncMap{
			"cmd":      name("command"),
			"param":    name("param"),
			"lower":    lowerFirst,
			"capital":  Capital,
			"stop":     stop,
			"sentence": func(s string) string { return stop(Capital(s)) },
		},
	}}
}

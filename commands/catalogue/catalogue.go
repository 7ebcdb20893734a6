// Package catalogue holds every text that shirebot says, in each of its
// languages, and the formatting of dates, hours, counts and lists.
//
// The texts are TOML files, one folder a language and one file a topic, with
// the same ids in each language. A text is a template: {{.Name}} is a field
// that the caller gives, {{cmd "claim"}} the name of a command in the text's
// language, {{param "area"}} that of a parameter. Functions for fields that
// stand in a sentence: lower and capital change the first letter, stop adds a
// full stop unless there is one ("2:00 p. m."), sentence is capital and stop.
package catalogue

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

//go:embed en/*.toml es/*.toml
var texts embed.FS

// ErrNoText is returned for an id or a language that the catalogue lacks.
var ErrNoText = errors.New("no such text")

// ErrCount is returned when a text with plural forms is asked for without an
// int field Count.
var ErrCount = errors.New("text needs an int field Count")

// Catalogue is all texts in all languages. It is safe for concurrent use.
type Catalogue struct {
	tongues map[models.Lang]tongue
	ids     []string
}

// tongue is the catalogue in one language.
type tongue struct {
	messages  map[string]*i18n.Message
	localizer *i18n.Localizer
	parser    template.Parser
}

// New loads the embedded texts. It returns an error if an id is missing in a
// language, has plural forms in one language alone, or is no valid template.
//
// The texts are read once; the catalogue is the same for all.
func New() (*Catalogue, error) { return read() }

var read = sync.OnceValues(func() (*Catalogue, error) { return load(texts) })

// Text renders the text with the id in the language. Every field that the text
// names must be in fields, if only as an empty string; an int is written with
// thousands separators. The int field Count selects the plural form. The error
// wraps ErrNoText for an unknown id or language and ErrCount for a missing
// Count.
func (c *Catalogue) Text(lang models.Lang, id string, fields map[string]any) (string, error) {
	t, ok := c.tongues[lang]
	if !ok {
		return "", fmt.Errorf("text %q in language %q: %w", id, lang, ErrNoText)
	}
	message, ok := t.messages[id]
	if !ok {
		return "", fmt.Errorf("text %q in language %q: %w", id, lang, ErrNoText)
	}
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: written(fields), TemplateParser: t.parser}
	if message.One != "" {
		count, ok := fields["Count"].(int)
		if !ok {
			return "", fmt.Errorf("text %q: %w", id, ErrCount)
		}
		config.PluralCount = count
	}
	text, err := t.localizer.Localize(config)
	if err != nil {
		return "", fmt.Errorf("text %q in language %q: %w", id, lang, err)
	}
	return text, nil
}

// written returns the fields with their ints formatted.
func written(fields map[string]any) map[string]any {
	out := maps.Clone(fields)
	for name, value := range fields {
		if n, ok := value.(int); ok {
			out[name] = Number(n)
		}
	}
	return out
}

// Words splits the text with the id at its commas, such as the aliases of a
// command or the words for yes. It is nil for an unknown id.
func (c *Catalogue) Words(lang models.Lang, id string) []string {
	message, ok := c.tongues[lang].messages[id]
	if !ok {
		return nil
	}
	words := strings.Split(message.Other, ",")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	return words
}

// Has reports whether there is a text with the id. It is then there in every
// language.
func (c *Catalogue) Has(id string) bool {
	_, found := slices.BinarySearch(c.ids, id)
	return found
}

// On is the id under which a text is on a platform: the id with the platform's
// name behind it, if it is said in other words there.
func (c *Catalogue) On(platform, id string) string {
	if own := id + "." + platform; c.Has(own) {
		return own
	}
	return id
}

// Sources are the forms of a text as they are written in the catalogue.
func (c *Catalogue) Sources(lang models.Lang, id string) []string {
	m, ok := c.tongues[lang].messages[id]
	if !ok {
		return nil
	}
	forms := []string{m.Other}
	if m.One != "" {
		forms = append(forms, m.One)
	}
	return forms
}

// IDs lists the ids of all texts, sorted.
func (c *Catalogue) IDs() []string { return slices.Clone(c.ids) }

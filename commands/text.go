package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Text is what is shown to people: our own words, with what a person wrote or
// calls themselves marked inside them. A platform escapes the marked stretches,
// so that they never become markup or a mention.
type Text string

// The marks are private use characters. Clean takes them out of all input, so
// that nobody can forge them.
const (
	userStart = "\uE000"
	userEnd   = "\uE001"
)

// User marks a stretch as a person's own words.
func User(s string) string {
	if s == "" {
		return ""
	}
	return userStart + tidy(s) + userEnd
}

// Span is a stretch of a text.
type Span struct {
	Text string
	User bool // a person's own words
}

// Spans takes the text apart.
func (t Text) Spans() []Span {
	var spans []Span
	for rest := string(t); rest != ""; {
		before, after, found := strings.Cut(rest, userStart)
		if before != "" {
			spans = append(spans, Span{Text: strings.ReplaceAll(before, userEnd, "")})
		}
		if !found {
			break
		}
		words, after, _ := strings.Cut(after, userEnd)
		if words != "" {
			spans = append(spans, Span{Text: strings.ReplaceAll(words, userStart, ""), User: true})
		}
		rest = after
	}
	return spans
}

// Plain is the text without its marks.
func (t Text) Plain() string {
	return strings.NewReplacer(userStart, "", userEnd, "").Replace(string(t))
}

// Button is an action that a message offers: pressed, or answered with its
// number or label, it runs its command line.
type Button struct {
	Label string
	Line  string
}

// Reply is the answer to an invocation, ready to be shown to the one who acted.
type Reply struct {
	Text    Text
	Card    *CardText // a need or an offer, shown below the text
	Buttons []Button
	// Asking says that the next line this person types answers a question.
	Asking bool
	// Ended says that this answer ended a dialog: its numbers mean nothing any
	// more.
	Ended bool
	// Mistake says that nothing was done, because of something that the person
	// can mend or that a rule forbids.
	Mistake bool
	// Unchanged says that a reaction was there already, or gone already.
	Unchanged bool
	// Repeat says that the event had been acted on before.
	Repeat bool
	// Account is who it is for; 0 for someone not yet known.
	Account   models.ID
	Coalition models.ID
	Lang      models.Lang
}

// Empty reports whether there is nothing to show: a reaction is answered by
// way of the outbox.
func (r *Reply) Empty() bool { return r.Text == "" && r.Card == nil }

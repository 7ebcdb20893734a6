package commands

import (
	"strconv"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// Text is what is shown to people: our own words, with stretches marked inside
// them that a platform may treat in its own way. What a person wrote or calls
// themselves is escaped, so that it never becomes markup or a mention; a label
// can be made bold; a time can be shown in each reader's own zone.
type Text string

// The marks are private use characters. Clean takes them out of all input, so
// that nobody can forge them.
const (
	userStart  = "\uE000"
	userEnd    = "\uE001"
	labelStart = "\uE002"
	labelEnd   = "\uE003"
	timeStart  = "\uE004" // then seconds since 1970 and the precision
	timeWords  = "\uE005"
	timeEnd    = "\uE006"

	marks = userStart + userEnd + labelStart + labelEnd + timeStart + timeWords + timeEnd
)

// User marks a stretch as a person's own words.
func User(s string) string {
	if s == "" {
		return ""
	}
	return userStart + tidy(s) + userEnd
}

// labeled marks what stands before the first colon of a line of our own words.
func labeled(line string) string {
	label, rest, found := strings.Cut(line, ":")
	if !found || strings.ContainsAny(label, marks) {
		return line
	}
	return labelStart + label + ":" + labelEnd + rest
}

// timed marks words as naming a time. A week and a part of a day are left as
// words: a date alone would say something else.
func timed(words string, w models.When, zone *time.Location) string {
	at, precision := w.At, "m"
	switch w.Kind {
	case models.WhenMoment:
	case models.WhenDay:
		// Noon of the day is the same day nearly everywhere.
		y, m, d := w.At.In(zone).Date()
		at, precision = time.Date(y, m, d, 12, 0, 0, 0, zone), "d"
	default:
		return words
	}
	return timeStart + strconv.FormatInt(at.Unix(), 10) + precision + timeWords + words + timeEnd
}

// Span is a stretch of a text.
type Span struct {
	Text  string
	User  bool // a person's own words
	Label bool // names what follows
	// At is the time that the words name; nil for other words. Day says that it
	// stands for the whole day, and not for the moment.
	At  *time.Time
	Day bool
}

// Spans takes the text apart.
func (t Text) Spans() []Span {
	var spans []Span
	var now Span
	end := func() {
		if now.Text != "" {
			spans = append(spans, now)
		}
		now = Span{}
	}
	for rest := string(t); rest != ""; {
		i := strings.IndexAny(rest, marks)
		if i < 0 {
			i = len(rest)
		}
		now.Text += rest[:i]
		if rest = rest[i:]; rest == "" {
			break
		}
		mark := rest[:len(userStart)] // all are as long
		rest = rest[len(mark):]
		switch mark {
		case userStart:
			end()
			now.User = true
		case labelStart:
			end()
			now.Label = true
		case timeStart:
			end()
			now.At, now.Day, rest = momentOf(rest)
		case timeWords:
		default:
			end()
		}
	}
	end()
	return spans
}

// momentOf reads the time at the start of a text that has one there.
func momentOf(s string) (at *time.Time, day bool, rest string) {
	code, rest, found := strings.Cut(s, timeWords)
	seconds, err := strconv.ParseInt(strings.TrimRight(code, "md"), 10, 64)
	if !found || err != nil {
		return nil, false, s
	}
	moment := time.Unix(seconds, 0).UTC()
	return &moment, strings.HasSuffix(code, "d"), rest
}

// Plain is the text without its marks.
func (t Text) Plain() string {
	if !strings.ContainsAny(string(t), marks) {
		return string(t)
	}
	var plain strings.Builder
	for _, span := range t.Spans() {
		plain.WriteString(span.Text)
	}
	return plain.String()
}

// Button is an action that a message offers: pressed, or answered with its
// number or label, it runs its command line.
type Button struct {
	Label string
	Line  string
	// Form names a form that the button opens, on a platform with forms,
	// instead of running its line.
	Form string
}

// Select is a list of which one can be chosen, on a platform that has such
// lists; each option runs its line.
type Select struct {
	Label   string // what is chosen, for who cannot see it
	Options []Button
	Chosen  int // of the options; -1 if none is
}

// Reply is the answer to an invocation, ready to be shown to the one who acted.
type Reply struct {
	Text    Text
	Card    *CardText // a need or an offer, shown below the text
	Buttons []Button
	Selects []Select
	// Private says that private values are shown: a contact, an address, a note,
	// also one's own. They may stand only where nobody else can read them, and
	// not for long.
	Private bool
	// About is the need or offer that it speaks of; nothing if of none in
	// particular.
	About models.Entity
	// Again is a line that shows the same once more and changes nothing; empty
	// if there is none.
	Again string
	// Asking says that the next line this person types answers a question.
	Asking bool
	// Choosing says that the question has a button for all that can be said to
	// it.
	Choosing bool
	// Ended says that this answer ended a dialog: its numbers mean nothing any
	// more.
	Ended bool
	// Mistake says that nothing was done, because of something that the person
	// can mend or that a rule forbids.
	Mistake bool
	// Unchanged says that a reaction was there already, or gone already.
	Unchanged bool
	// Unfounded says that the space belongs to no coalition.
	Unfounded bool
	// Repeat says that the event had been acted on before.
	Repeat bool
	// Account is who it is for; 0 for someone not yet known.
	Account   models.ID
	Coalition models.ID
	Lang      models.Lang
	led       bool // the text announces the messages that wait
}

// Empty reports whether there is nothing to show: a reaction is answered by
// way of the outbox.
func (r *Reply) Empty() bool { return r.Text == "" && r.Card == nil }

package terminal

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const space = "home"

func founding(t *testing.T) commands.Founding {
	t.Helper()
	who, err := Who(space, "you")
	if err != nil {
		t.Fatal(err)
	}
	return commands.Founding{Who: who, Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board", "#general"}}
}

// desk is a terminal with one human at it, who acts as everybody.
type desk struct {
	t           *testing.T
	interactive bool

	mu   sync.Mutex // one human does one thing at a time
	keys *keyboard
	who  string

	seen    sync.Mutex
	private map[string][]platformtest.Shown
	rooms   map[string][]platformtest.Shown
}

func newDesk(t *testing.T, interactive bool) *desk {
	d := &desk{t: t, interactive: interactive, private: map[string][]platformtest.Shown{}, rooms: map[string][]platformtest.Shown{}}
	t.Cleanup(func() { close(d.keys.lines) })
	return d
}

func (d *desk) Founding() commands.Founding { return founding(d.t) }

func (d *desk) Start(t *testing.T, r *commands.Registry) bot.Platform {
	if d.keys != nil {
		close(d.keys.lines) // lets the read end that the earlier process left
	}
	d.keys, d.who = newKeyboard(), "you"
	term, err := New(Options{In: d.keys, Out: d, Interactive: d.interactive, Registry: r, Space: space, Name: "you", Version: "0.1", AsAllowed: true})
	if err != nil {
		t.Fatal(err)
	}
	return term
}

func (d *desk) Say(_ *testing.T, person, line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.who != person {
		d.keys.enter("/as " + person)
		d.who = person
	}
	if d.interactive {
		d.keys.enter("/private")
	}
	d.keys.enter(line)
}

var choice = regexp.MustCompile(`(?m)^(\d+) (.*)$`)

func (d *desk) Press(t *testing.T, person, label string) {
	t.Helper()
	for _, s := range slices.Backward(d.Private(person)) {
		for _, button := range choice.FindAllStringSubmatch(s.Text, -1) {
			if button[2] == label {
				d.Say(t, person, button[1])
				return
			}
		}
	}
	t.Fatalf("%s sees no button %q among %q", person, label, d.Private(person))
}

func (d *desk) React(t *testing.T, person, emoji string, present bool, ref string) {
	if !present {
		emoji = "-" + emoji
	}
	d.Say(t, person, emoji+" "+ref)
}

func (d *desk) Private(person string) []platformtest.Shown {
	d.seen.Lock()
	defer d.seen.Unlock()
	return slices.Clone(d.private[person])
}

func (d *desk) Room(name string) []platformtest.Shown {
	d.seen.Lock()
	defer d.seen.Unlock()
	return slices.Clone(d.rooms[name])
}

// heading takes the first line of what is shown apart.
var heading = regexp.MustCompile(`^-- (?:(#[^,]+)(, changed)?|to (.+), in private|#[^,]+, only (.+) sees this)$`)

// Write reads what the terminal shows as the human does. Each thing is written
// as a whole, with an empty line after it; then a prompt may follow.
func (d *desk) Write(b []byte) (int, error) {
	d.seen.Lock()
	defer d.seen.Unlock()
	end := strings.LastIndex(string(b), "\n\n")
	if end < 0 {
		return len(b), nil // a prompt, or a line that is repeated
	}
	text := strings.TrimPrefix(string(b[:end]), "\n")
	head, rest, _ := strings.Cut(text, "\n")
	switch place := heading.FindStringSubmatch(head); {
	case place == nil && strings.HasPrefix(head, "-- "):
		d.t.Errorf("a header that nobody understands: %q", head)
	case place == nil: // the terminal's own words, about itself
	case place[1] == "":
		person := place[3] + place[4]
		d.private[person] = append(d.private[person], platformtest.Shown{Text: rest})
	default:
		d.post(place[1], rest, place[2] != "")
	}
	return len(b), nil
}

func (d *desk) post(room, text string, changed bool) {
	list := d.rooms[room]
	ref, _, _ := strings.Cut(text, ":")
	i := slices.IndexFunc(list, func(s platformtest.Shown) bool { return strings.HasPrefix(s.Text, ref+":") })
	if changed && i >= 0 {
		list[i].Text = text
	} else {
		d.rooms[room] = append(list, platformtest.Shown{Text: text})
	}
}

// keyboard is typed on line by line. It knows when the next line is awaited, and
// so that the one before it is carried out.
type keyboard struct {
	lines   chan string
	awaited chan struct{}
	rest    []byte
}

func newKeyboard() *keyboard {
	return &keyboard{lines: make(chan string), awaited: make(chan struct{}, 1)}
}

func (k *keyboard) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		k.awaited <- struct{}{}
		line, ok := <-k.lines
		if !ok {
			return 0, io.EOF
		}
		k.rest = []byte(line + "\n")
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}

// enter types a line and waits until the next one is awaited.
func (k *keyboard) enter(line string) {
	<-k.awaited
	k.lines <- line
	<-k.awaited
	k.awaited <- struct{}{}
}

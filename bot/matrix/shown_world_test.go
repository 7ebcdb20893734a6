//go:build goolm

package matrix

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
	"github.com/berkshire-mutual-aid/shirebot/bot/platformtest"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// shown is a town that is written down as its people see it, in a language of
// theirs. Its clock stands still, on a Monday morning.
type shown struct {
	*town
	lang  models.Lang
	still *platformtest.Clock
	text  strings.Builder
	page  strings.Builder // what the documentation shows of it
	read  map[id.RoomID]int
	said  map[string][]string // by the bot, to whom
}

// board is the one to whom is said what everybody reads.
const (
	board     = "the board room, for everybody"
	privately = ", in private"
)

func newShown(t *testing.T, lang models.Lang) *shown {
	t.Helper()
	w := &shown{town: newTown(t), lang: lang, still: platformtest.NewClock(time.Date(2020, 12, 7, 15, 0, 0, 0, time.UTC)),
		read: map[id.RoomID]int{}, said: map[string][]string{}}
	w.clock = w.still
	w.start()
	w.bot()
	return w
}

// in is a text in the language of the story.
func (w *shown) in(english, spanish string) string {
	if w.lang == models.Spanish {
		return spanish
	}
	return english
}

// enters has somebody write in the board room who was never there before, and go
// to the chat that the bot opens.
func (w *shown) enters(name, line string) {
	w.t.Helper()
	board := w.rooms[0]
	u, there := w.people[name]
	if !there {
		u = w.comes(name, board)
		w.people[name] = u
	}
	w.done(u, board, u.Say(board, line))
	w.directs[name] = u.DirectWith(w.account.UserID)
	w.rest(name)
}

// says has somebody write to the bot in private, and writes the answer down.
func (w *shown) says(name, line string) {
	w.t.Helper()
	w.Say(w.t, name, line)
	w.rest(name)
}

// presses has somebody answer with the number of a choice.
func (w *shown) presses(name, english, spanish string) {
	w.t.Helper()
	w.Press(w.t, name, w.in(english, spanish))
	w.rest(name)
}

// hand puts ✋ on a card, or takes it back.
func (w *shown) hand(name, ref string, up bool) {
	w.t.Helper()
	u, chat := w.person(name)
	before := len(u.Timeline(chat))
	w.React(w.t, name, "✋", up, ref)
	u.Wait("an answer", func() bool { return len(u.Timeline(chat)) > before })
	sign := "adds ✋ to"
	if !up {
		sign = "takes ✋ back from"
	}
	fmt.Fprintf(&w.text, "== %s %s %s\n\n", name, sign, ref)
	w.rest(name)
}

// rest waits until all is shown that is to be shown, and writes down what is
// new: for who acted first.
func (w *shown) rest(first string) {
	w.t.Helper()
	w.until("all to be shown", func() bool {
		_, more, err := w.store.NextDue(w.t.Context(), Name)
		return err == nil && !more && w.bot().intake.inbox.idle()
	})
	w.fence()
	w.write(first)
	var names []string
	for name := range w.directs {
		if name != first {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		w.write(name)
	}
	w.writeRoom(w.people[runsIt], w.rooms[0], board)
	w.still.Advance(10 * time.Second) // nobody writes faster
}

// fence waits until everybody reads what was shown to them, all at the same time.
func (w *shown) fence() {
	w.t.Helper()
	var all sync.WaitGroup
	wait := func(u *matrixtest.User, room id.RoomID) {
		all.Go(func() {
			if err := u.Client.Fence(w.t.Context(), room); err != nil {
				w.t.Error(err)
			}
		})
	}
	wait(w.people[runsIt], w.rooms[0])
	for name, chat := range w.directs {
		wait(w.people[name], chat)
	}
	all.Wait()
}

func (w *shown) write(name string) {
	w.t.Helper()
	if chat, ok := w.directs[name]; ok {
		w.writeRoom(w.people[name], chat, name+privately)
	}
}

// writeRoom writes down what is new in a room. What the bot says at the same time
// comes in any order, and is put into one.
func (w *shown) writeRoom(u *matrixtest.User, room id.RoomID, where string) {
	w.t.Helper()
	all := u.Timeline(room)
	var people, ours []string
	for _, e := range all[w.read[room]:] {
		content, ok := e.Content.Parsed.(*event.MessageEventContent)
		switch {
		case !ok:
		case e.Sender == w.account.UserID:
			ours = append(ours, w.record(content))
			w.said[where] = append(w.said[where], w.stable(latest(content).Body))
		default:
			people = append(people, w.nameOf(e.Sender)+": "+content.Body+"\n\n")
		}
	}
	w.read[room] = len(all)
	slices.Sort(ours)
	if news := strings.Join(append(people, ours...), ""); news != "" {
		fmt.Fprintf(&w.text, "== %s\n\n%s", where, news)
	}
}

// shows puts the last thing that somebody was told, by how it begins, into the
// documentation.
func (w *shown) shows(about, who, english, spanish string) {
	w.t.Helper()
	if who != board {
		who += privately
	}
	for _, text := range slices.Backward(w.said[who]) {
		if strings.HasPrefix(text, w.in(english, spanish)) {
			fmt.Fprintf(&w.page, "%s\n\n```\n%s\n```\n\n", about, folded(text))
			return
		}
	}
	w.t.Errorf("%s was not told %q", who, w.in(english, spanish))
}

// folded breaks lines that are longer than a page is wide.
func folded(text string) string {
	const wide = 118
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for utf8.RuneCountInString(line) > wide {
			cut := strings.LastIndex(string([]rune(line)[:wide]), " ")
			lines, line = append(lines, line[:cut]), "    "+line[cut+1:]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// latest is what a message says now.
func latest(content *event.MessageEventContent) *event.MessageEventContent {
	if content.NewContent != nil {
		return content.NewContent
	}
	return content
}

// record is one message as it comes, in both of its bodies.
func (w *shown) record(content *event.MessageEventContent) string {
	w.t.Helper()
	kind := strings.TrimPrefix(string(content.MsgType), "m.")
	if content.NewContent != nil {
		w.wantSame(content)
		kind, content = "edit", content.NewContent
	}
	w.wantSame(content)
	about := []string{kind}
	for _, ping := range pingsOf(content.Mentions) {
		about = append(about, "mentions "+w.nameOf(id.UserID(ping)))
	}
	if rel := content.RelatesTo; rel != nil && rel.InReplyTo != nil {
		about = append(about, "as a reply")
	}
	return fmt.Sprintf("[%s]\n%s\n%s\n\n", strings.Join(about, ", "), w.stable(content.Body), w.stable(content.FormattedBody))
}

func (w *shown) nameOf(user id.UserID) string {
	for name, u := range w.people {
		if u.ID == user {
			return name
		}
	}
	return user.Localpart()
}

// code is a code to join with, which differs each time, as do people's ids.
var code = regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`)

// stable is a text without what differs each time, and without the data of a
// copy, of which tests of its own tell.
func (w *shown) stable(s string) string {
	for _, begins := range []string{"\n{", "<br>{"} {
		if before, _, found := strings.Cut(s, begins); found {
			s = before + " ..."
		}
	}
	return strings.ReplaceAll(code.ReplaceAllString(s, "ABCD-EFGH-JKLM-NPQR"), breaker, "")
}

var markup = regexp.MustCompile(`<[^>]*>`)

// wantSame makes sure that the bodies of a message say the same, that there is
// no markup in the plain one, and that nobody is mentioned by accident.
func (w *shown) wantSame(content *event.MessageEventContent) {
	w.t.Helper()
	words := strings.NewReplacer("</p><p>", "\n", "<br>", "\n").Replace(content.FormattedBody)
	words = html.UnescapeString(markup.ReplaceAllString(words, ""))
	if words != content.Body {
		w.t.Errorf("the plain body is %q, and the other says %q", content.Body, words)
	}
	if content.Mentions == nil || strings.ContainsAny(content.Body, "*`<>|") && content.NewContent == nil {
		w.t.Errorf("not as a message has to be: %+v", content)
	}
}

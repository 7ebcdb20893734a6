package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	platform = "piped"
	people   = 100
)

func account(i int) string { return fmt.Sprintf("p%d", i%people) }

func who(account string) store.Who {
	return store.Who{Platform: platform, Space: platform, Account: account, Name: account}
}

// witness is the world outside of the program: it keeps what people were shown.
type witness struct {
	plan     *plan
	shown    map[string]outcome // by event
	messages map[string]*posted // by remote id
	keys     map[string]string  // remote id by key
	edits    int
	repeats  int
}

type posted struct{ key, place, content string }

func newWitness(p *plan) *witness {
	return &witness{plan: p, shown: map[string]outcome{}, messages: map[string]*posted{}, keys: map[string]string{}}
}

// hear records a message of the program and makes the answer. From here on
// what it says was shown to somebody.
func (w *witness) hear(t *testing.T, line []byte) answer {
	t.Helper()
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		t.Fatalf("the program wrote %q: %v", line, err)
	}
	a := answer{ID: m.ID}
	switch m.Op {
	case "work":
		if m.Done != nil {
			w.saw(t, *m.Done)
		}
		a.Work = w.plan.next()
	case "send":
		remote, known := w.keys[m.Key]
		if !known {
			remote = fmt.Sprintf("m%d", len(w.messages)+1)
			w.keys[m.Key], w.messages[remote] = remote, &posted{m.Key, m.Place, m.Content}
		}
		a.Remote = remote // what is there stays as it is
	case "edit":
		post := w.messages[m.Remote]
		if post == nil {
			t.Errorf("the program edits a message that is not there: %+v", m)
			a.Gone = true
			break
		}
		post.content = m.Content
		w.edits++
	}
	return a
}

// saw records the outcome of a command, which somebody has read now.
func (w *witness) saw(t *testing.T, o outcome) {
	t.Helper()
	if o.Failed {
		t.Errorf("event %s failed: %s", o.Event, o.Text)
	}
	before := w.shown[o.Event]
	if o.Repeat {
		w.repeats++
	}
	// A refusal that repeats the person's words is not kept, and may be mended
	// by the time that it is sent again.
	if before.recorded() && (before.Command != o.Command || before.MessageID != o.MessageID) {
		t.Errorf("event %s was first answered with %s %s, then with %s %s", o.Event, before.Command, before.MessageID, o.Command, o.MessageID)
	}
	w.shown[o.Event] = o
	w.plan.done(o)
}

func (w *witness) effects() (n int) {
	for _, o := range w.shown {
		if verbs[o.MessageID] != "" {
			n++
		}
	}
	return n
}

// plan chooses what people do.
type plan struct {
	rng     *rand.Rand
	count   int
	lost    []*work          // was not answered before the last kill: sent again
	running map[string]*work // by event
	old     []*work          // was answered
	needs   int              // posted, as far as people were shown
	offers  int
	asked   []string // accounts that have an answer to give
	ending  bool     // nothing new
}

func newPlan(rng *rand.Rand) *plan { return &plan{rng: rng, running: map[string]*work{}} }

// restarted puts what nobody saw the outcome of at the front, as a platform
// sends an event again.
func (p *plan) restarted() {
	events := make([]string, 0, len(p.running))
	for event := range p.running {
		events = append(events, event)
	}
	slices.Sort(events)
	for _, event := range events {
		p.lost = append(p.lost, p.running[event])
	}
	clear(p.running)
}

func (p *plan) done(o outcome) {
	w := p.running[o.Event]
	if w == nil {
		return // sent twice, and answered already
	}
	p.old = append(p.old, w)
	delete(p.running, o.Event)
	switch o.MessageID {
	case "need.preview", "offer.preview", "draft.exists":
		p.asked = append(p.asked, w.Account)
	case "need.posted":
		p.needs++
	case "offer.posted":
		p.offers++
	}
}

// next is what a caller does next, nil if there is nothing more.
func (p *plan) next() *work {
	var w *work
	switch {
	case len(p.lost) > 0:
		w, p.lost = p.lost[0], p.lost[1:]
	case p.ending:
		return nil
	case len(p.old) > 0 && p.rng.IntN(20) == 0:
		w = p.old[p.rng.IntN(len(p.old))]
	default:
		w = p.fresh()
	}
	p.running[w.Event] = w
	return w
}

func (p *plan) fresh() *work {
	p.count++
	w := &work{Event: fmt.Sprintf("e%d", p.count), Account: account(p.rng.IntN(people))}
	need, offer := p.ref(models.KindNeed, p.needs), p.ref(models.KindOffer, p.offers)
	lines := []struct {
		weight int
		text   string
	}{
		{14, fmt.Sprintf("/need category:food people:%d slots:%d what:\"Soup, number %d\"", 1+p.rng.IntN(4), 1+p.rng.IntN(3), p.count)},
		{26, "/answer post"}, {10, "/answer go_on"}, {1, "/answer start_again"}, {2, "/answer cancel"},
		{4, fmt.Sprintf("/offer category:garden what:\"Tomatoes, number %d\"", p.count)},
		{12, "/claim " + need}, {7, "/release " + need}, {5, "/done " + need}, {3, "/start " + need},
		{2, "/followup " + need}, {4, "/close " + need + " no_longer_needed"}, {5, "/reopen " + need},
		{1, "/close " + offer}, {1, "/reopen " + offer}, {2, "/show " + need}, {1, "/no such command"},
		{12, "✋"}, {8, "-✋"}, {4, "✅"}, {2, "❓"},
	}
	total := 0
	for _, l := range lines {
		total += l.weight
	}
	at := p.rng.IntN(total)
	for _, l := range lines {
		if at -= l.weight; at < 0 {
			w.Text = l.text
			break
		}
	}
	if strings.HasPrefix(w.Text, "/answer") && len(p.asked) > 0 {
		w.Account, p.asked = p.asked[0], p.asked[1:]
	}
	if emoji, absent := strings.CutPrefix(w.Text, "-"); !strings.HasPrefix(w.Text, "/") {
		ref, _ := models.ParseRef(need)
		w.Text, w.React = "", &commands.React{Word: emoji, Present: !absent, Ref: ref}
	}
	return w
}

// ref is mostly one of the newest, so that people meet.
func (p *plan) ref(kind models.Kind, posted int) string {
	n := max(1, posted+2-p.rng.IntN(20))
	if p.rng.IntN(8) == 0 {
		n = 1 + p.rng.IntN(posted+1)
	}
	return models.Ref{Kind: kind, Number: int64(n)}.String()
}

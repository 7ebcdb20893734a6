package discordtest

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func inflate(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zlib.NewReader(bytes.NewReader(data))
	ok(t, err)
	out, err := io.ReadAll(z)
	ok(t, err)
	return out
}

// town is a guild with a room and two people.
type town struct {
	*plainBot
	guild, owner, room, rosa, sam string
}

func newTown(t *testing.T, opts Options) *town {
	s := New(t, opts)
	w := &town{plainBot: newBot(t, s)}
	w.guild, w.owner = s.AddGuild("Larch County")
	w.room = s.AddChannel(w.guild, "board", Text)
	w.rosa, w.sam = s.Join(w.guild, "Rosa"), s.Join(w.guild, "Sam")
	s.SetCommands(obj{"name": "need", "description": "Ask", "options": []obj{
		{"type": 3, "name": "what", "description": "What"}, {"type": 3, "name": "area", "description": "Where", "autocomplete": true},
		{"type": 6, "name": "for", "description": "Whom for"}, {"type": 4, "name": "people", "description": "How many", "min_value": 1},
	}}, obj{"name": "Make this a need", "type": 3})
	return w
}

func (w *town) messages() string { return "/channels/" + w.room + "/messages" }

func TestLifeOfACard(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	ready := w.connect()
	if g := w.event("GUILD_CREATE"); str(g, "id") != w.guild || len(objects(ready, "guilds")) != 1 {
		t.Fatalf("READY %v, GUILD_CREATE %v", ready, g)
	}
	i := w.s.Slash(w.rosa, w.room, "need", map[string]any{"what": "soup", "for": w.sam, "people": 2})
	came := w.event("INTERACTION_CREATE")
	data := object(came, "data")
	if str(came, "id") != i.ID() || str(data, "name") != "need" || len(objects(data, "options")) != 3 {
		t.Fatalf("the interaction is %s", raw(came))
	}
	if status, _ := w.respond(came, 4, private(says("Post **this**?", row(button("Post it", "1"), button("No", "2"))))); status != 204 {
		t.Fatal(status)
	}
	ok(t, i.Wait(soon(t)))
	if got, want := i.Text(), "Post this?\n[Post it] [No]"; got != want {
		t.Errorf("Rosa sees %q, want %q", got, want)
	}
	press := w.s.Press(w.rosa, i.Message().ID, "Post it")
	card := w.want(200, 0, "POST", w.messages(), obj{
		"embeds": []obj{{"description": "N1: soup"}}, "components": []obj{row(button("I can help", "3"))}, "nonce": "k1", "enforce_nonce": true,
		"allowed_mentions": obj{"parse": []string{}},
	})
	if status, _ := w.respond(w.event("INTERACTION_CREATE"), 7, says("Posted")); status != 204 {
		t.Fatal(status)
	}
	ok(t, press.Wait(soon(t)))
	if got := w.s.SeenBy(w.rosa); len(got) != 1 || got[0].Text != "Posted" || len(w.s.Versions(w.rosa)) != 2 {
		t.Errorf("Rosa sees %s", raw(got))
	}
	w.want(204, 0, "PUT", w.messages()+"/"+str(card, "id")+"/reactions/✋/@me", nil)
	w.s.React(w.sam, str(card, "id"), "✋")
	if e := w.event("MESSAGE_REACTION_ADD"); str(e, "user_id") != BotID {
		t.Errorf("the seed is %v", e)
	}
	if e := w.event("MESSAGE_REACTION_ADD"); str(e, "user_id") != w.sam {
		t.Errorf("the reaction is %v", e)
	}
	if got, want := w.s.Channel(w.room)[0].Text, "N1: soup\n[I can help]\n✋ 2"; got != want {
		t.Errorf("the card reads %q, want %q", got, want)
	}
}

func TestRequestsAreValidated(t *testing.T) {
	t.Parallel()
	var saw []string
	w := newTown(t, Options{Validate: func(r *http.Request, body []byte) error {
		saw = append(saw, r.Method+" "+r.URL.Path+" "+string(body))
		return errors.New("does not fit at all")
	}})
	w.wantWrong("does not fit at all", "POST", w.messages(), says("a"))
	if len(saw) != 1 || !strings.Contains(saw[0], "/api/v9/channels/") || !strings.Contains(saw[0], `"content":"a"`) {
		t.Errorf("it saw %q", saw)
	}
}

// TestViolationsFailTheTest: what New promises.
func TestViolationsFailTheTest(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	s := New(r, Options{})
	s.violate("one")
	s.Slash("nobody", "", "need", nil)
	for _, end := range r.ends {
		end()
	}
	if len(r.errors) != 2 {
		t.Errorf("the test would have failed with %q", r.errors)
	}
}

// recorder is a test that keeps what would have made it fail.
type recorder struct {
	testing.TB
	ends   []func()
	errors []string
}

func (r *recorder) Cleanup(end func())             { r.ends = append(r.ends, end) }
func (r *recorder) Errorf(format string, _ ...any) { r.errors = append(r.errors, format) }

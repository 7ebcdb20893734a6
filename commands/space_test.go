package commands

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

func TestServerWithoutACoalition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.space = "nowhere"
	version := w.version()
	before := version()
	run := func(inv Invocation) *Reply {
		t.Helper()
		inv.EventID, inv.Who = w.event(), w.who("max")
		reply, err := w.reg.Run(t.Context(), inv)
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	for _, inv := range []Invocation{
		{Text: "setup"}, {Text: "join ABCD"}, {Text: "board"}, {Text: "need milk"}, {Text: "what?"}, {Text: "\x00"}, {Text: ""},
		{Text: "claim N1", Button: true}, {Text: "help", Member: &Member{Manages: true}},
	} {
		reply := run(inv)
		if !reply.Unfounded || !reply.Mistake || reply.Coalition != 0 || len(reply.Buttons) != 0 {
			t.Errorf("%q: %+v", inv.Text, reply)
		}
		holds(t, inv.Text, shown(reply), "This server has no coalition yet", "/setup", "/join")
	}
	reply := run(Invocation{Text: "ayuda", Lang: models.Spanish})
	holds(t, "in Spanish", shown(reply), "Este servidor aún no tiene coalición", "/configurar", "/unirse")
	if reply := run(Invocation{React: &React{Word: EmojiClaim, Present: true, Room: "r", Message: "m"}}); !reply.Empty() || !reply.Unfounded {
		t.Errorf("a reaction is answered with %+v", reply)
	}
	// Somebody in danger is answered here too, at once.
	for _, inv := range []Invocation{{Text: "I want to kill myself"}, {Text: "need I want to kill myself", Member: &Member{}}} {
		reply = run(inv)
		if reply.Unfounded || len(reply.Buttons) != 0 {
			t.Errorf("%+v", reply)
		}
		holds(t, "in danger", shown(reply), "988", "911", "1-800-799-7233")
	}
	if version() != before {
		t.Error("something was written")
	}
}

func TestDirectSpaces(t *testing.T) {
	t.Parallel()
	place := func(coalition int, how string) store.DirectPlace {
		p := store.DirectPlace{Space: fmt.Sprint("s", coalition, how), CoalitionID: models.ID(coalition)}
		p.Known = contains(how, "k")
		p.Left = contains(how, "l")
		p.Chosen = contains(how, "c")
		return p
	}
	for name, tt := range map[string]struct {
		places []store.DirectPlace
		want   []string
		chosen int
	}{
		"none":                           {nil, nil, -1},
		"the only one, unknown":          {[]store.DirectPlace{place(1, "")}, []string{"s1"}, 0},
		"the only one, in two spaces":    {[]store.DirectPlace{place(1, ""), place(1, "b")}, []string{"s1"}, 0},
		"several, unknown":               {[]store.DirectPlace{place(1, ""), place(2, "")}, nil, -1},
		"known in one":                   {[]store.DirectPlace{place(1, ""), place(2, "k")}, []string{"s2k"}, 0},
		"known in two":                   {[]store.DirectPlace{place(1, "k"), place(2, "k"), place(3, "")}, []string{"s1k", "s2k"}, -1},
		"known in two, chosen":           {[]store.DirectPlace{place(1, "k"), place(2, "kc")}, []string{"s1k", "s2kc"}, 1},
		"left":                           {[]store.DirectPlace{place(1, "kl")}, nil, -1},
		"left the one that was chosen":   {[]store.DirectPlace{place(1, "klc"), place(2, "k")}, []string{"s2k"}, 0},
		"left one of its spaces":         {[]store.DirectPlace{place(1, "kl"), place(1, "k")}, []string{"s1k"}, 0},
		"chosen, but not known any more": {[]store.DirectPlace{place(1, "c"), place(2, "k")}, []string{"s2k"}, 0},
	} {
		spaces, chosen := directSpaces(tt.places)
		var got []string
		for _, s := range spaces {
			got = append(got, s.Space)
		}
		if !slices.Equal(got, tt.want) || chosen != tt.chosen {
			t.Errorf("%s: %v, chosen %d; want %v, %d", name, got, chosen, tt.want, tt.chosen)
		}
	}
}

func TestChooseDirect(t *testing.T) {
	t.Parallel()
	w := newServer(t, "board")
	w.becomes("rosa", 0)
	here := w.actor("rosa").Coalition
	w.space = "terminal"
	there := w.actor("you").Coalition
	direct := func(account string) ([]DirectSpace, int) {
		t.Helper()
		spaces, chosen, err := w.reg.DirectSpaces(t.Context(), "terminal", account)
		if err != nil {
			t.Fatal(err)
		}
		return spaces, chosen
	}
	if spaces, chosen := direct("rosa"); len(spaces) != 1 || chosen != 0 || spaces[0] != (DirectSpace{"guild", "Larch County", here.ID}) {
		t.Errorf("%+v %d", spaces, chosen)
	}
	if spaces, _ := direct("stranger"); len(spaces) != 0 {
		t.Errorf("a stranger is told of %+v", spaces)
	}
	if err := w.reg.ChooseDirect(t.Context(), "terminal", "rosa", there.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a coalition where they are not known was chosen: %v", err)
	}
	w.becomes("rosa", 0)
	if _, chosen := direct("rosa"); chosen != -1 {
		t.Error("it is not asked")
	}
	for _, c := range []*models.Coalition{here, there, here} {
		if err := w.reg.ChooseDirect(t.Context(), "terminal", "rosa", c.ID); err != nil {
			t.Fatal(err)
		}
		if spaces, chosen := direct("rosa"); chosen < 0 || spaces[chosen].Coalition != c.ID {
			t.Errorf("%+v %d, want %d", spaces, chosen, c.ID)
		}
	}
	if err := w.reg.SpaceGone(t.Context(), "terminal", "guild"); err != nil {
		t.Fatal(err)
	}
	if spaces, chosen := direct("rosa"); len(spaces) != 1 || chosen != 0 || spaces[0].Coalition != there.ID {
		t.Errorf("%+v %d", spaces, chosen)
	}
	for line, want := range map[string]bool{"coalition": true, "COALICIÓN": true, "coalicion": true, "need": false, "": false} {
		if w.reg.AsksCoalition(line) != want {
			t.Errorf("%q", line)
		}
	}
}

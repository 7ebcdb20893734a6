package discord

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/bot"
	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func (w *town) suggested(user, place, command, option, typed string) []string {
	w.Helper()
	var names []string
	for _, c := range w.answered(w.s.Suggest(user, place, command, option, typed)).Choices() {
		names = append(names, c.Name)
	}
	return names
}

// While somebody types, they see what fits and what they may see.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	rosa, sam := w.s.Join(w.guild, "Rosa"), w.s.Join(w.guild, "Sam")
	if got := w.suggested(sam, w.board, "claim", "need", ""); len(got) != 0 {
		t.Errorf("without needs there are %v", got)
	}
	w.asks(rosa, "milk and bread", "413-555-0142")
	w.settle()
	for _, place := range []string{w.board, w.s.Direct(sam)} {
		got := w.suggested(sam, place, "claim", "need", "n")
		if len(got) != 1 || !strings.HasPrefix(got[0], "N1: ") {
			t.Errorf("in %s there are %v", place, got)
		}
		w.slash(sam, w.board, "help", nil) // from then on they are known in a direct chat
	}
	if got := w.suggested(rosa, w.board, "claim", "need", "n"); len(got) != 0 {
		t.Errorf("who asked is suggested %v", got)
	}
	if got := w.suggested(sam, w.board, "board", "category", "food"); len(got) == 0 {
		t.Error("no kind fits")
	}
	kim := w.stranger()
	if got := w.suggested(kim, w.s.Direct(kim), "claim", "need", ""); len(got) != 0 {
		t.Errorf("a stranger is suggested %v", got)
	}
}

// In a server of nobody's there is nothing to suggest, and somebody who belongs
// to two coalitions is not asked which.
func TestSuggestionsNowhere(t *testing.T) {
	t.Parallel()
	w := newTown(t, bot.SystemClock{})
	guild, owner := w.s.AddGuild("Elsewhere")
	room := w.s.AddChannel(guild, "room", discordtest.Text)
	if got := w.suggested(owner, room, "claim", "need", ""); len(got) != 0 {
		t.Errorf("in a server of nobody's there are %v", got)
	}
	rosa := w.s.Join(w.guild, "Rosa")
	second, _, oak := w.second()
	w.s.AddMember(second, rosa)
	w.slash(rosa, w.board, "help", nil)
	w.slash(rosa, oak, "help", nil)
	if got := w.suggested(rosa, w.s.Direct(rosa), "board", "category", ""); len(got) != 0 {
		t.Errorf("before a choice there are %v", got)
	}
}

func TestFocused(t *testing.T) {
	t.Parallel()
	text := func(s string) json.RawMessage {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	param, typed, ok := focused([]option{{Name: "page", Value: json.RawMessage("2")}, {Name: "area", Value: text("Quar"), Focused: true}})
	if param != "area" || typed != "Quar" || !ok {
		t.Errorf("%q %q %v", param, typed, ok)
	}
	if param, typed, ok = focused([]option{{Name: "page", Value: json.RawMessage("2"), Focused: true}}); param != "page" || typed != "" || !ok {
		t.Errorf("%q %q %v", param, typed, ok)
	}
	if _, _, ok = focused([]option{{Name: "page"}}); ok {
		t.Error("nothing is being typed")
	}
}

// One suggestion that Discord does not take would void them all.
func TestSuggestionsFit(t *testing.T) {
	t.Parallel()
	list := []commands.Choice{{Label: "", Value: "a"}, {Label: "b", Value: ""}, {Label: "c", Value: strings.Repeat("x", 101)}, {Label: strings.Repeat("é", 101), Value: "d"}}
	for range 30 {
		list = append(list, commands.Choice{Label: "e", Value: "e"})
	}
	got := suggestedChoices(list)
	if len(got) != 25 || got[0].Value != "d" || len([]rune(got[0].Name)) != 100 {
		t.Errorf("%d suggestions, the first %+v", len(got), got[0])
	}
	if body, err := json.Marshal(suggestions{suggestedChoices(nil)}); err != nil || string(body) != `{"choices":[]}` {
		t.Errorf("none are %s, %v", body, err)
	}
}

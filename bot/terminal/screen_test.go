package terminal

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\nb":                      "a\nb",
		"a\tb":                      "a b",
		"\x1b[31mred\x1b[0m":        "[31mred[0m",
		"\x1b]0;title\x07x":         "]0;titlex",
		"\u009b31mred":              "31mred",
		"a\rb\b\x00\x7f":            "ab",
		"\u202egnp.exe\u2066\u200f": "gnp.exe",
		"\uE000marks\uE001":         "marks",
		"line\u2028and\u2029so":     "lineandso",
		"\xff\xfe":                  "\uFFFD",
		"👩\u200d🌾 niño لا می\u200cخواهم हिन्दी": "👩\u200d🌾 niño لا می\u200cخواهم हिन्दी",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	card := &commands.CardText{Title: "N1: Ride", Emoji: "🚗", Lines: []commands.Text{"Open.", commands.Text(`"` + commands.User("to the clinic") + `"`)}}
	buttons := []commands.Button{{Label: "Post it"}, {Label: "Change\nit"}}
	for want, got := range map[string]string{
		"-- #board\nN1: Ride\nOpen.\n\"to the clinic\"\n\n":     block("-- #board", "", card, false, buttons, 0),
		"-- x\nLook:\nN1: Ride 🚗\nOpen.\n\"to the clinic\"\n\n": block("-- x", "Look:", card, true, nil, 1),
		"-- x\na\nb\n3 Post it\n4 Change it\n\n":                block("-- x", "a\nb", nil, true, buttons, 3),
		"-- x\nby Sam -- #board forged, it says\n\n":            block("-- x", "by \uE000Sam\n-- #board\nforged\uE001, it says", nil, true, nil, 1),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Whatever a person wrote and whatever was not marked as theirs: nothing gets
// through that a terminal obeys, and a person's words begin no line.
func FuzzBlock(f *testing.F) {
	f.Add("\x1b[2J", "\n-- #board\nN1: Ride")
	f.Add("\uE001\uE000", "\u202e\xff")
	f.Fuzz(func(t *testing.T, ours, theirs string) {
		marked := commands.User(theirs)
		shown := plain(block("-- #board", commands.Text(ours+"by "+marked), nil, true, nil, 1))
		if !utf8.ValidString(shown) {
			t.Errorf("%q is not UTF-8", shown)
		}
		for _, r := range shown {
			if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q has %U in it", shown, r)
			}
		}
		alone := plain(block("-- #board", commands.Text("by "+marked), nil, true, nil, 1))
		if strings.Count(alone, "\n") != 3 {
			t.Errorf("%q has a line that a person began", alone)
		}
	})
}

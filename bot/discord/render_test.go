package discord

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		limit      int
		want       []string
	}{
		{"short", "one\ntwo", 20, []string{"one\ntwo"}},
		{"empty", "", 20, []string{""}},
		{"at a line", "one two\nthree four", 15, []string{"one two", "three four"}},
		{"at a word", "one two three four", 14, []string{"one two", "three four"}},
		{"at a letter", strings.Repeat("a", 20), 12, []string{strings.Repeat("a", 10), strings.Repeat("a", 10)}},
		{"an escape stays whole", "aaaaaaaaa\\*bbbb", 12, []string{"aaaaaaaaa", "\\*bbbb"}},
		{"bold goes on", "**aaaa bbbb cccc**", 14, []string{"**aaaa bbbb**", "**cccc**"}},
		{"a time stays whole", "aaaa <t:1797015600:F>", 22, []string{"aaaa <t:1797015600:F>"}},
		{"a time goes to the next", "aaaaaa bb <t:1797015600:F>", 24, []string{"aaaaaa bb", "<t:1797015600:F>"}},
		{"no list begins", "aaaaaaaa - bbbbb", 11, []string{"aaaaaaaa", "\\- bbbbb"}},
		{"no number begins a list", "aaaaaaaa 12. bbb", 12, []string{"aaaaaaaa", "12\\. bbb"}},
		{"a letter keeps its marks", "aaaaaaaaae\u0301\u0301bb", 12, []string{"aaaaaaaaa", "e\u0301\u0301bb"}},
		{"emoji count double", strings.Repeat("😀", 6), 8, []string{"😀😀😀", "😀😀😀"}},
	} {
		got := split(c.text, c.limit)
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	if got := shorten("one\ntwo", 7); got != "one\ntwo" {
		t.Errorf("what fits was cut to %q", got)
	}
	long := strings.Repeat("a line of words\n", 40)
	got := shorten(long, 100)
	if size(got) > 100 || !strings.HasSuffix(got, "words\n…") {
		t.Errorf("cut to %q", got)
	}
}

func TestLongTextsAreSplit(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("word_ ", 50)
	reply := &commands.Reply{
		Text: commands.Text(strings.Repeat(line+"\n", 20)), Buttons: []commands.Button{{Label: "Yes", Line: "answer yes"}},
		Card: &commands.CardText{Title: "N12: Ride", Lines: []commands.Text{"Open."}},
	}
	first, more := replyBody(reply, labels{})
	if len(more) == 0 || len(first.Components) > 0 || len(first.Embeds) > 0 {
		t.Fatalf("%d more messages; the first has %d components", len(more), len(first.Components))
	}
	for _, b := range append([]*messageBody{first}, more...) {
		if size(b.Content) > maxContent || b.Flags != flagEphemeral || b.Content == "" {
			t.Errorf("a part of %d characters with flags %d", size(b.Content), b.Flags)
		}
	}
	last := more[len(more)-1]
	if len(last.Components) != 1 || len(last.Embeds) != 1 || !strings.HasSuffix(last.Content, "**N12: Ride**") {
		t.Errorf("what can be pressed is not below the last: %+v", last)
	}
}

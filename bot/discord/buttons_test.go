package discord

import (
	"fmt"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands"
)

func manyButtons(n int) []commands.Button {
	var list []commands.Button
	for i := range n {
		list = append(list, commands.Button{Label: fmt.Sprintf("Area %d", i), Line: fmt.Sprintf("answer %d", i)})
	}
	return list
}

// shape is a letter for each component: "bb|s3" are two buttons, then a list of
// three.
func shape(t *testing.T, rows []component) string {
	t.Helper()
	ids := map[string]bool{}
	var parts []string
	for _, row := range rows {
		part := ""
		for _, c := range row.Components {
			if ids[c.CustomID] || c.CustomID == "" {
				t.Errorf("the custom id %q is there twice or empty", c.CustomID)
			}
			ids[c.CustomID] = true
			if c.Type == componentSelect {
				part += fmt.Sprintf("s%d", len(c.Options))
			} else {
				part += "b"
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "|")
}

func TestButtonRows(t *testing.T) {
	t.Parallel()
	list := func(n int) commands.Select { return commands.Select{Label: "Area", Options: manyButtons(n), Chosen: 1} }
	for _, c := range []struct {
		name    string
		selects []commands.Select
		buttons int
		want    string
	}{
		{"nothing", nil, 0, ""},
		{"one row", nil, 5, "bbbbb"},
		{"two rows", nil, 6, "bbbbb|b"},
		{"as many as there can be", nil, 25, "bbbbb|bbbbb|bbbbb|bbbbb|bbbbb"},
		{"more become a list", nil, 26, "s25|s1"},
		{"all areas", nil, 42, "s25|s17"},
		{"lists, then buttons", []commands.Select{list(3), list(2)}, 4, "s3|s2|bbbb"},
		{"a long list", []commands.Select{list(30)}, 1, "s25|s5|b"},
		{"buttons have priority", []commands.Select{list(2), list(2), list(2), list(2)}, 8, "s2|s2|s2|bbbbb|bbb"},
		{"an empty list", []commands.Select{list(0)}, 1, "b"},
	} {
		if got := shape(t, buttonRows(20, c.selects, manyButtons(c.buttons), labels{Choose: "Choose"})); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestRepeatedButtons(t *testing.T) {
	t.Parallel()
	rows := buttonRows(20, []commands.Select{{Label: "a", Options: []commands.Button{{Label: "x", Line: "answer x"}, {Label: "y", Line: "answer x"}}, Chosen: -1}, {Label: "b", Options: manyButtons(1), Chosen: -1}},
		[]commands.Button{{Label: "Take", Line: "claim N1"}, {Label: "Take it", Line: "claim N1"}, {Label: "Form", Line: "claim N1", Form: "need"}, {Label: "too long", Line: strings.Repeat("x", 100)}}, labels{})
	if got, want := shape(t, rows), "s2|s1|bbb"; got != want {
		t.Fatalf("%q, not %q", got, want)
	}
	options := rows[0].Components[0].Options
	if options[0].Value == options[1].Value || options[0].Default || options[1].Default {
		t.Errorf("the options are %+v", options)
	}
	for i, want := range []action{{actionRun, 20, "claim N1"}, {actionRun, 20, "claim N1"}, {actionOpen, 20, "need"}} {
		b := rows[2].Components[i]
		if got, ok := parseAction(b.CustomID); !ok || got != want || b.Style != styleSecondary {
			t.Errorf("button %d is %+v: %+v", i, b, got)
		}
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words, line string
		limit       int
		want        string
	}{
		{"Take N15", "claim N15", 80, "Take N15"},
		{"**Take**\n@everyone \u202e", "x", 80, "**Take** @everyone"},
		{"", "claim N15", 80, "claim N15"},
		{"\u202e", "", 80, "…"},
		{"abcdefghij", "", 10, "abcdefghij"},
		{"abcdefghijk", "", 10, "abcdefghi…"},
		{"abcd efghijk", "", 6, "abcd…"},
		{"😀😀😀😀", "", 6, "😀😀…"},
		{"👩\u200d🚒👩\u200d🚒", "", 8, "👩\u200d🚒…"},
		{"\\<\\<\\<\\<", "", 5, "\\<\\<…"},
	} {
		if got := label(c.words, c.line, c.limit); got != c.want || size(got) > c.limit {
			t.Errorf("%q is cut to %q, not %q", c.words, got, c.want)
		}
	}
}

func TestAskingHasAnAnswerButton(t *testing.T) {
	t.Parallel()
	first, more := replyBody(&commands.Reply{Text: "Which one?", Asking: true, Coalition: 20, Buttons: manyButtons(2)}, labels{Answer: "Answer"})
	if len(more) > 0 || len(first.Components) != 1 || len(first.Components[0].Components) != 3 {
		t.Fatalf("the answer is %+v", first)
	}
	b := first.Components[0].Components[0]
	if a, _ := parseAction(b.CustomID); b.Label != "Answer" || a != (action{actionOpen, 20, answerForm}) {
		t.Errorf("the first button is %+v", b)
	}
}

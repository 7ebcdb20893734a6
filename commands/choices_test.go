package commands

import (
	"strings"
	"testing"
)

// Who answers an offer of choices with a number that is not among them is told
// which there are, and they stay; who wants none can say so.
func TestWhatIsNoneOfTheChoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.posts("rosa", "need milk and bread, today")
	for _, step := range []struct{ who, line, want string }{
		{"rosa", "close N1", "Why does N1 close?"},
		{"rosa", "9", "Please write a number from 1 to 2, or the words beside it."},
		{"rosa", "cancel", "All right, nothing changed."},
		{"rosa", "close N1", "Why does N1 close?"},
		{"rosa", "9", "Please write a number from 1 to 2"},
		{"rosa", "2", "N1 is closed."},
		{"kofi", "cancel", `I don't know "cancel".`},
		{"lee", "9", `I don't know "9".`},
	} {
		if got := w.says(step.who, step.line); !strings.HasPrefix(got, step.want) {
			t.Errorf("%s: %s: %q, want %q", step.who, step.line, got, step.want)
		}
	}
}

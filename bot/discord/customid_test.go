package discord

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestCustomIDsComeBack(t *testing.T) {
	t.Parallel()
	for _, a := range []action{
		{actionRun, 1, "claim N12"}, {actionRun, 0, ""}, {actionOpen, 1 << 62, "need"}, {actionSubmit, 35, "need_other"},
		{actionChoose, 36, ""}, {actionShow, 7, "details N12"}, {actionRun, 7, "answer Peñas: \"a.2:b\""}, {actionList, 7, ""},
	} {
		for n := 1; n < 4; n++ {
			id := a.nthID(n)
			if got, ok := parseAction(id); !ok || got != a {
				t.Errorf("%q comes back as %+v %v, not as %+v", id, got, ok, a)
			}
		}
	}
	if got, want := (action{actionRun, 20, "claim N12"}).customID(), "1rk:claim N12"; got != want {
		t.Errorf("the custom id is %q, not %q", got, want)
	}
	if id := (action{actionRun, 20, strings.Repeat("é", 96)}).customID(); utf8.RuneCountInString(id) != 100 {
		t.Errorf("a line that just fits makes %q", id)
	}
	if id := (action{actionRun, 20, strings.Repeat("é", 97)}).customID(); id != "" {
		t.Errorf("a line that is too long makes %q", id)
	}
}

func TestForeignCustomIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", "1", "1r", "1r1", "1x1:a", "r1:a", "1r-1:a", "1r!:a", "1r1.:a", "1r1.1:a", "1r1.x:a", "1r1.99999999999999999999:a", "1rzzzzzzzzzzzzzzzz:a",
		"1r1:a\nb", "1r1:a\x00b", "1r1:a\u202eb", "1r1:a\ue000b", "1r1:\xff", "1r1:" + strings.Repeat("a", 100), "\xff\xff\xff", "claim N12", "１r1:a",
	} {
		if a, ok := parseAction(id); ok {
			t.Errorf("%q is read as %+v", id, a)
		}
	}
	for _, id := range []string{"0:a", "2r1:claim N12", "9zzz"} {
		if a, ok := parseAction(id); !ok || a.Kind != actionOld {
			t.Errorf("%q of another version is read as %+v %v", id, a, ok)
		}
	}
}

func TestPressed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id     string
		values []string
		want   action
		ok     bool
	}{
		{"1r1:mine", nil, action{actionRun, 1, "mine"}, true},
		{"1r1:mine", []string{"1r1:board"}, action{actionRun, 1, "mine"}, true},
		{"1l1:", []string{"1r1:board"}, action{actionRun, 1, "board"}, true},
		{"1l1.2:", []string{"1f1:need"}, action{actionOpen, 1, "need"}, true},
		{"1l1:", nil, action{}, false},
		{"1l1:", []string{"1r1:a", "1r1:b"}, action{}, false},
		{"1l1:", []string{"1l1:"}, action{}, false},
		{"1l1:", []string{"forged"}, action{}, false},
		{"1l1:", []string{"2r1:a"}, action{Kind: actionOld}, true},
		{"forged", []string{"1r1:a"}, action{}, false},
	} {
		if got, ok := pressed(interactionData{CustomID: c.id, Values: c.values}); got != c.want || ok != c.ok {
			t.Errorf("%q with %q is %+v %v", c.id, c.values, got, ok)
		}
	}
}

func FuzzParseAction(f *testing.F) {
	for _, id := range []string{"", "1rk:claim N12", "1r1.2:a", "2x", "1l0:", "1r1:\xff", "1f7:need", "1r1.-2:a"} {
		f.Add(id, int64(7))
	}
	f.Fuzz(func(t *testing.T, id string, coalition int64) {
		a, ok := parseAction(id)
		if ok && a.Kind != actionOld {
			if len(a.Line) > len(id) || a.Coalition < 0 {
				t.Fatalf("%q is read as %+v", id, a)
			}
			if again, ok := parseAction(a.customID()); a.customID() != "" && (!ok || again != a) {
				t.Fatalf("%+v comes back as %+v", a, again)
			}
		}
		made := action{actionRun, models.ID(coalition & (1<<63 - 1)), seen(strings.ReplaceAll(id, "\n", " "))}
		if written := made.customID(); written != "" {
			if got, ok := parseAction(written); !ok || got != made {
				t.Fatalf("%+v comes back as %+v %v", made, got, ok)
			}
		}
	})
}

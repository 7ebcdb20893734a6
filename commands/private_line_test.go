package commands

import "testing"

func TestGivesPrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for line, want := range map[string]bool{
		`!need what:"milk" contact:413-555-0142`:  true,
		"!pedir leche CONTACTO:413-555-0142":      true,
		`/need address:"14 Mill Lane`:             true, // a quotation mark too many
		"release N1 note:call first":              true,
		"!need milk for Thursday at 2:00":         false,
		"!claim N12":                              false,
		"contact:413-555-0142":                    false, // no command
		"!weather contact:413-555-0142":           false, // of another program
		"":                                        false,
		"!need https://example.org what:contacts": false,
	} {
		if got := w.reg.GivesPrivate(line); got != want {
			t.Errorf("%q gives private values: %t", line, got)
		}
	}
}

func TestMatrixNamesPeople(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"@sam:example.org": "@sam:example.org", "@sam:[::1]:8448": "@sam:[::1]:8448", "<@123>": "123",
		"@sam": "", "sam:example.org": "", "@:example.org": "", "@sam:": "", "@sam: hello": "", "": "", "<@x>": ""} {
		got, ok := mentioned(name)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q names %q, %t", name, got, ok)
		}
	}
}

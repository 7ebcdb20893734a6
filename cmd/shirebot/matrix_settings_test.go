package main

import (
	"slices"
	"strings"
	"testing"
)

// Which reactions the bot puts on cards is a setting, and none is possible.
func TestMatrixSeeds(t *testing.T) {
	for value, want := range map[string][]string{"all": nil, "none": {}, "✋": {"✋"}, "✅, ✋️": {"✅", "✋"}} {
		t.Setenv("MATRIX_SEEDS", value)
		var c cli
		parser, err := newParser(&c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse([]string{"run"}); err != nil {
			t.Fatal(err)
		}
		o, err := c.settings.matrixOptions()
		if err != nil || !slices.Equal(o.Seeds, want) || (o.Seeds == nil) != (want == nil) {
			t.Errorf("%q: %q, %v", value, o.Seeds, err)
		}
	}
	for _, value := range []string{"👍", "all,none", "✋,none"} {
		t.Setenv("MATRIX_SEEDS", value)
		var c cli
		parser, err := newParser(&c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse([]string{"run"}); err == nil || !strings.Contains(err.Error(), "✋, ✅ and ❓") {
			t.Errorf("%q is taken: %v", value, err)
		}
	}
}

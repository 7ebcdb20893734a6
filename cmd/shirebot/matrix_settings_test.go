package main

import "testing"

// Whether the bot puts reactions on cards is a setting, and none is possible.
func TestMatrixSeeds(t *testing.T) {
	for value, none := range map[string]bool{"all": false, "none": true} {
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
		if err != nil || len(o.Seeds) > 0 || (o.Seeds != nil) != none {
			t.Errorf("%q: %v, %v", value, o.Seeds, err)
		}
	}
}

package models

import (
	"slices"
	"testing"
)

func TestCategories(t *testing.T) {
	t.Parallel()
	want := []Category{"food", "errands", "rides", "supplies", "care", "home", "housing", "paperwork", "health", "technology",
		"interpreting", "company", "garden", "money", "other"}
	if got := Categories(); !slices.Equal(got, want) {
		t.Fatalf("the categories are %q, want %q", got, want)
	}
	vetted := []Category{"rides", "care", "home", "money"}
	emoji := map[string]Category{}
	for _, c := range Categories() {
		if !c.Valid() {
			t.Errorf("%s is not valid", c)
		}
		if got, want := c.VettedOnly(), slices.Contains(vetted, c); got != want {
			t.Errorf("%s is for vetted volunteers only: %v, want %v", c, got, want)
		}
		if other, taken := emoji[c.Emoji()]; taken || c.Emoji() == "" {
			t.Errorf("%s has the emoji %q, as has %s", c, c.Emoji(), other)
		}
		emoji[c.Emoji()] = c
		if got, want := c.ForNavigators(), c == "paperwork" || c == "company"; got != want {
			t.Errorf("%s is for navigators: %v, want %v", c, got, want)
		}
	}
}

func TestUnknownCategory(t *testing.T) {
	t.Parallel()
	for _, c := range []Category{"", "Food", "fod", "spaceships"} {
		if c.Valid() {
			t.Errorf("%q is valid", c)
		}
		if c.Emoji() != CategoryOther.Emoji() || c.VettedOnly() {
			t.Errorf("%q is shown as %s", c, c.Emoji())
		}
	}
}

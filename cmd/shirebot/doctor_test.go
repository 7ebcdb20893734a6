package main

import (
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Once a year, for a month, one is reminded to try the numbers.
func TestDoctorRemindsOfTheNumbers(t *testing.T) {
	t.Parallel()
	setUp := time.Date(2026, 12, 7, 15, 0, 0, 0, time.UTC)
	s := &settings{Data: t.TempDir(), Lang: "en"}
	opened, err := store.Open(t.Context(), store.Options{Dir: s.Data, Now: func() time.Time { return setUp }})
	if err != nil {
		t.Fatal(err)
	}
	err = opened.Update(t.Context(), setUp, func(tx *store.Tx) error {
		return tx.Found(models.Coalition{Name: "Shire", Zone: "America/New_York", Language: models.English, CrisisNumbers: "911", SetUpAt: &setUp},
			store.Who{Platform: "terminal", Space: "shire", Account: "ann", Name: "Ann"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	look, err := store.Inspect(t.Context(), store.Options{Dir: s.Data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := look.Close(); err != nil {
			t.Error(err)
		}
	}()
	for at, reminded := range map[time.Time]bool{
		setUp: false, setUp.AddDate(1, 0, -1): false, setUp.AddDate(1, 0, 0): true, setUp.AddDate(1, 0, 29): true,
		setUp.AddDate(1, 0, 30): false, setUp.AddDate(2, 0, 1): true, setUp.AddDate(2, 6, 0): false,
	} {
		findings, err := s.examineNumbers(look, at)
		if err != nil || len(findings) != 1 || findings[0].look != reminded {
			t.Errorf("%v: %+v, %v", at, findings, err)
		}
		if text := s.say(findings[0].id, findings[0].fields); text == "" {
			t.Error("no text")
		}
	}
}

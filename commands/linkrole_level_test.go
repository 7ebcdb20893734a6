package commands

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// On Matrix a power level stands for a role, and nothing else does.
func TestPowerLevelsStandForRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := store.Who{Platform: "matrix", Space: "!board:example.org", Account: "@you:example.org", Name: "You"}
	if made, err := w.reg.Found(t.Context(), Founding{Who: admin, Zone: "America/New_York", Lang: models.English, SpaceName: "Larch", Now: roomsNow("board")}); err != nil || !made {
		t.Fatal(made, err)
	}
	says := func(line string) string {
		t.Helper()
		reply, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: admin, Text: line})
		if err != nil {
			t.Fatal(err)
		}
		return string(reply.Text)
	}
	for typed, want := range map[string]string{
		"pl50": "Done.", "PL100": "Done.", "7": "Done.", "pl101": "is no power level", "pl0": "is no power level", "pl-5": "is no power level",
		"<@&7>": "is no power level", "pl50.5": "is no power level", "pl18446744073709551617": "is no power level",
	} {
		if said := says("linkrole add navigator " + typed); !strings.Contains(said, want) {
			t.Errorf("%s: %q", typed, said)
		}
	}
	if said := says("linkrole list"); !strings.Contains(said, "power level 50 in") || strings.Contains(said, "<@&") {
		t.Errorf("%q", said)
	}
	links, err := w.reg.Links(t.Context(), "matrix", admin.Space)
	if err != nil || len(links) != 3 || links[0].Remote[:2] != "pl" {
		t.Fatalf("%v, %v", links, err)
	}
	sam := store.Who{Platform: "matrix", Space: admin.Space, Account: "@sam:example.org", Name: "Sam"}
	for want, member := range map[models.Roles]*Member{models.Navigator: {Roles: []string{"pl50"}}, 0: {Roles: []string{"pl5"}}} {
		if _, err := w.reg.Run(t.Context(), Invocation{EventID: w.event(), Who: sam, Text: "board", Member: member}); err != nil {
			t.Fatal(err)
		}
		actor, err := w.reg.store.Actor(t.Context(), sam)
		if err != nil || actor.Person.Roles != want {
			t.Errorf("%v has %v: %v", member.Roles, actor.Person.Roles, err)
		}
	}
}

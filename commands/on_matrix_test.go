package commands

import (
	"regexp"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// elsewhere are texts that nobody on Matrix reads, by how their ids begin: those
// of other platforms, of the command line, and of what Matrix has no way to do.
var elsewhere = []string{"discord.", "terminal.", "program.", "doctor.", "invite.", "permission.", "old_button", "linkrole.everyone", "error.no_server_role", "linkrole.line",
	"matrix.", "command.join.aliases", "command.linkrole.name", "post.how_form"}

// notThere are words for what is not on Matrix: servers as places, buttons.
var notThere = map[models.Lang]*regexp.Regexp{
	models.English: regexp.MustCompile(`(?i)\b(discord|channel|slash|servers?|press "|buttons?)\b`),
	models.Spanish: regexp.MustCompile(`(?i)\b(discord|canal|barra|servidor|servidores|presion\pL+|bot[oó]n|botones)\b`),
}

// Whoever is on Matrix reads of rooms, spaces and power levels, and of nothing
// that is only elsewhere.
func TestNothingOfOtherPlatformsOnMatrix(t *testing.T) {
	t.Parallel()
	cat, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
ids:
	for _, id := range cat.IDs() {
		for _, other := range elsewhere {
			if strings.HasPrefix(id, other) {
				continue ids
			}
		}
		if cat.On("matrix", id) != id {
			continue // it is said in other words, which are looked at as well
		}
		for lang, words := range notThere {
			for _, text := range cat.Sources(lang, id) {
				looked++
				if found := words.FindString(text); found != "" {
					t.Errorf("%s in %s says %q: %s", id, lang, found, text)
				}
			}
		}
	}
	if looked < 1000 {
		t.Errorf("only %d texts were looked at", looked)
	}
	for _, id := range cat.IDs() {
		base, ours := strings.CutSuffix(id, ".matrix")
		if ours && !cat.Has(base) {
			t.Errorf("%s is said in place of nothing", id)
		}
	}
	if got := cat.On("discord", "join.code"); got != "join.code" {
		t.Errorf("on Discord %s is said", got)
	}
}

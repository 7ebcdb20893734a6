package commands

import (
	"fmt"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// someRoles are the sets of roles that are tried.
var someRoles = []models.Roles{
	0, models.Volunteer, models.Navigator, models.Organizer, models.Admin,
	models.Volunteer | models.Admin, models.Organizer | models.Admin, everyRole,
}

var relations = []string{"owner", "claimant", "former", "stranger"}

// A rule says what comes of a command that somebody gives about a need: the
// first of its lines that fits. Relation and roles may be empty, for any.
type rule struct {
	relation string
	roles    models.Roles
	key      string
}

const (
	nobody   = models.Roles(0)
	takers   = models.Volunteer | models.Navigator | models.Organizer
	adminNot = models.Admin
)

// permissions is the table of who may do what to a need that is open, or done
// where it is said, in messages.
var permissions = []struct {
	line  string // %s is the need's reference
	state models.NeedState
	rules []rule
}{
	{"claim %s", models.NeedOpen, []rule{
		{"owner", takers, "claim.own"}, {"claimant", takers, "claim.already_yours"}, {"", takers, "claim.taken"},
		{"", adminNot, "claim.admin"}, {"owner", nobody, "claim.own"}, {"claimant", nobody, "claim.already_yours"}, {"", nobody, "claim.volunteer_first"}}},
	{"release %s", models.NeedOpen, []rule{{"claimant", nobody, "release.done"}, {"", nobody, "release.not_yours"}}},
	{"start %s", models.NeedOpen, []rule{
		{"claimant", nobody, "start.done"}, {"", models.Organizer, "start.done"}, {"", nobody, "error.not_allowed.start"}}},
	{"done %s", models.NeedOpen, []rule{
		{"owner", nobody, "done.done_own"}, {"claimant", nobody, "done.done"}, {"former", models.Organizer, "done.done"},
		{"", models.Organizer, "done.done_team"}, {"", nobody, "done.stranger"}}},
	{"outcome %s met", models.NeedDone, []rule{{"owner", nobody, "done.outcome.met"}, {"", nobody, "error.not_allowed.outcome"}}},
	{"followup %s", models.NeedOpen, []rule{
		{"owner", nobody, "followup.done"}, {"claimant", nobody, "followup.done"}, {"", models.Organizer, "followup.done"},
		{"", nobody, "error.not_allowed.followup"}}},
	{"close %s no_longer_needed", models.NeedOpen, []rule{
		{"owner", nobody, "close.done"}, {"", models.Organizer, "close.done"}, {"", nobody, "error.not_allowed.close"}}},
	{"close %s duplicate", models.NeedOpen, []rule{
		{"", models.Organizer, "close.done"}, {"owner", nobody, "close.ask"}, {"", nobody, "error.not_allowed.close"}}},
	{"reopen %s", models.NeedDone, []rule{
		{"owner", nobody, "reopen.done"}, {"", models.Organizer, "reopen.done"}, {"", nobody, "error.not_allowed.reopen"}}},
	{"edit %s people:2", models.NeedOpen, []rule{
		{"owner", nobody, "edit.saved"}, {"", models.Organizer, "edit.saved"}, {"", nobody, "error.not_allowed.edit"}}},
	{"details %s", models.NeedOpen, []rule{
		{"owner", nobody, "details.shown_own"}, {"claimant", nobody, "details.shown"}, {"", nobody, "details.denied"}}},
}

func (r rule) fits(relation string, roles models.Roles) bool {
	return (r.relation == "" || r.relation == relation) && (r.roles == 0 || roles.Any(r.roles))
}

func TestWhoMayDoWhatToANeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, p := range permissions {
		for _, roles := range someRoles {
			for _, relation := range relations {
				name := fmt.Sprintf("%d %s %s", i, roles, relation)
				ref := w.related(name, roles, relation, p.state)
				want := ""
				for _, rule := range p.rules {
					if rule.fits(relation, roles) {
						want = rule.key
						break
					}
				}
				if want == "details.denied" && roles == models.Admin {
					want = "details.denied_admin"
				}
				line := fmt.Sprintf(p.line, ref)
				if key := w.keyOf(name, line); key != want {
					t.Errorf("%s, %s of the need: %s: %s instead of %s", roles, relation, strings.Fields(line)[0], key, want)
				}
			}
		}
	}
}

// keyOf runs a line and returns the message that answered it.
func (w *world) keyOf(name, line string) string {
	w.t.Helper()
	event := w.event()
	reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: event, Who: w.who(name), Text: line})
	if err != nil {
		w.t.Fatalf("%s: %s: %v", name, line, err)
	}
	seen, err := w.reg.store.Reader(w.t.Context(), w.actor(name).Coalition.ID).Seen("terminal", w.who(name).Account, event)
	if err != nil {
		w.t.Fatal(err)
	}
	if seen == nil {
		return shown(reply)
	}
	return seen.Message.Key
}

// related makes somebody with the roles given, and a need to which they stand
// so.
func (w *world) related(name string, roles models.Roles, relation string, state models.NeedState) (ref string) {
	w.t.Helper()
	w.becomes(name, roles)
	err := w.reg.store.Update(w.t.Context(), w.clock(), func(tx *store.Tx) error {
		if err := tx.Act(w.who(name)); err != nil {
			return err
		}
		person := tx.Actor.Person
		number, err := tx.NextNumber(models.KindNeed)
		if err != nil {
			return err
		}
		neighbor := &models.Person{ID: tx.ID(), CoalitionID: person.CoalitionID, Name: "rosa", CreatedAt: tx.Now}
		n := &models.Need{ID: tx.ID(), CoalitionID: person.CoalitionID, State: models.NeedDraft, What: "milk", Category: "food",
			Priority: models.PriorityAnytime, People: 1, Slots: 2, PersonID: neighbor.ID, FilerID: neighbor.ID, CreatedAt: tx.Now}
		if err := n.Post(number, tx.Now); err != nil {
			return err
		}
		if err := tx.Seal(n.Entity(), models.FieldContact, "413-555-0142"); err != nil {
			return err
		}
		switch relation {
		case "owner":
			n.PersonID, n.FilerID = person.ID, person.ID
		case "claimant", "former":
			claim, err := n.Claim(tx.ID(), tx.Actor, nil, false, tx.Now)
			if err != nil {
				return err
			}
			if relation == "former" {
				if err := n.Release(claim, person, models.ReleasedByHolder, tx.Now); err != nil {
					return err
				}
			}
			tx.Add(claim)
			tx.Save(person)
		}
		n.State = state
		tx.Add(neighbor, n)
		ref = n.Ref().String()
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return ref
}

// History is read, so nothing is recorded of how it was answered.
func TestWhoSeesHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, roles := range someRoles {
		for _, relation := range relations {
			name := fmt.Sprintf("%s %s", roles, relation)
			ref := w.related(name, roles, relation, models.NeedOpen)
			reply := w.reply(name, "history "+ref)
			may := relation == "owner" || relation == "claimant" || roles.Any(models.Team)
			if reply.Mistake == may {
				t.Errorf("%s, %s of the need: history answers %q", roles, relation, shown(reply))
			}
		}
	}
}

// Help lists exactly the commands that are not refused for a role alone.
func TestHelpListsWhatDispatchAllows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, roles := range someRoles {
		name := "somebody " + roles.String()
		w.becomes(name, roles)
		help := strings.NewReplacer("\n", ", ", ": ", ", ", ".", ",").Replace(w.says(name, "help")) + ","
		for _, c := range w.reg.Commands() {
			if c.Group == GroupNone || c.Group == GroupAsk || c.Name == "help" {
				continue
			}
			listed := strings.Contains(help, ", "+c.Name+",") || strings.Contains(help, ", "+c.Name+" N12,")
			answer := w.says(name, "/"+c.Name)
			refused := strings.Contains(answer, "is for admins") || strings.Contains(answer, "is for the organizing team")
			if listed == refused {
				t.Errorf("%s: listed in help: %v, but %s answers %q", roles, listed, c.Name, answer)
			}
			if about := w.reply(name, "help "+c.Name); about.Mistake != refused {
				t.Errorf("%s: help %s answers %q", roles, c.Name, shown(about))
			}
		}
		if !strings.HasPrefix(help, "Need help yourself? need") {
			t.Errorf("%s: help begins %q", roles, help[:30])
		}
	}
}

// What only a role allows.
func TestWhoMayRunACoalition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := models.Organizer | models.Admin
	tests := []struct {
		line    string
		allowed models.Roles
	}{
		{"setup numbers:911", models.Admin},
		{"role grant volunteer %s", team},
		{"role grant admin %s", models.Admin},
		{"welcome %s", team},
	}
	for i, test := range tests {
		for _, roles := range someRoles {
			name := fmt.Sprintf("%s number %d", roles, i)
			w.becomes(name, roles)
			whom := fmt.Sprintf("somebody for %d and %s", i, roles)
			w.becomes(whom, 0)
			line := strings.Replace(test.line, "%s", whom, 1)
			if reply := w.reply(name, line); reply.Mistake == roles.Any(test.allowed) {
				t.Errorf("%s: %s: %q", roles, line, shown(reply))
			}
		}
	}
}

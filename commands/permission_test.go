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

var relations = map[string]models.Relation{
	"owner": models.RelOwner | models.RelFiler, "helped": models.RelOwner, "filer": models.RelFiler,
	"claimant": models.RelClaimant, "former": models.RelFormerClaimant, "stranger": 0,
}

// A rule says what comes of a command that somebody gives about a need: the
// first of its lines that fits. Relation and roles may be empty, for any; asked
// is whoever it is for and whoever typed it.
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
		{"for", takers, "claim.own"}, {"claimant", takers, "claim.already_yours"}, {"", takers, "claim.taken"},
		{"", adminNot, "claim.admin"}, {"for", nobody, "claim.own"}, {"claimant", nobody, "claim.already_yours"}, {"", nobody, "claim.volunteer_first"}}},
	{"release %s", models.NeedOpen, []rule{{"claimant", nobody, "release.done"}, {"", nobody, "release.not_yours"}}},
	{"start %s", models.NeedOpen, []rule{
		{"claimant", nobody, "start.done"}, {"", models.Organizer, "start.done"}, {"", nobody, "error.not_allowed.start"}}},
	{"done %s", models.NeedOpen, []rule{
		{"asked", nobody, "done.done_own"}, {"claimant", nobody, "done.done"}, {"former", models.Organizer, "done.done"},
		{"", models.Organizer, "done.done_team"}, {"", nobody, "done.stranger"}}},
	{"outcome %s met", models.NeedDone, []rule{{"asked", nobody, "done.outcome.met"}, {"", nobody, "error.not_allowed.outcome"}}},
	{"followup %s", models.NeedOpen, []rule{
		{"asked", nobody, "followup.done"}, {"claimant", nobody, "followup.done"}, {"", models.Organizer, "followup.done"},
		{"", nobody, "error.not_allowed.followup"}}},
	{"close %s no_longer_needed", models.NeedOpen, []rule{
		{"asked", nobody, "close.done"}, {"", models.Organizer, "close.done"}, {"", nobody, "error.not_allowed.close"}}},
	{"close %s duplicate", models.NeedOpen, []rule{
		{"", models.Organizer, "close.done"}, {"asked", nobody, "close.ask"}, {"", nobody, "error.not_allowed.close"}}},
	{"reopen %s", models.NeedDone, []rule{
		{"asked", nobody, "reopen.done"}, {"", models.Organizer, "reopen.done"}, {"", nobody, "error.not_allowed.reopen"}}},
	{"edit %s people:2", models.NeedOpen, []rule{
		{"asked", nobody, "edit.saved"}, {"", models.Organizer, "edit.saved"}, {"", nobody, "error.not_allowed.edit"}}},
	{"details %s", models.NeedOpen, []rule{
		{"asked", nobody, "details.shown_own"}, {"claimant", nobody, "details.shown"}, {"", models.Organizer, "details.reason_ask"},
		{"", nobody, "details.denied"}}},
	{"details %s reason:a_call", models.NeedOpen, []rule{
		{"asked", nobody, "details.shown_own"}, {"claimant", nobody, "details.shown"}, {"", models.Organizer, "details.shown_team"},
		{"", nobody, "details.denied"}}},
	{"refuse %s you", models.NeedOpen, []rule{{"asked", nobody, "refuse.gone"}, {"", nobody, "refuse.denied"}}},
	{"agree %s you", models.NeedOpen, []rule{{"asked", nobody, "refuse.gone"}, {"", nobody, "refuse.denied"}}},
}

func (r rule) fits(relation string, roles models.Roles) bool {
	related := r.relation == "" || r.relation == relation ||
		r.relation == "for" && relations[relation]&models.RelOwner != 0 ||
		r.relation == "asked" && relations[relation]&(models.RelOwner|models.RelFiler) != 0
	return related && (r.roles == 0 || roles.Any(r.roles))
}

func TestWhoMayDoWhatToANeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, p := range permissions {
		for _, roles := range someRoles {
			for relation, is := range relations {
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
				key, refused := w.keyOf(name, line)
				if key != want {
					t.Errorf("%s, %s of the need: %s: %s instead of %s", roles, relation, line, key, want)
				}
				command := w.reg.vocab.command(strings.Fields(line)[0])
				if access := command.Access(roles, is); !agrees(access, key, refused) {
					t.Errorf("%s, %s of the need: %s is answered with %s, but the table says %s", roles, relation, line, key, access)
				}
			}
		}
	}
}

// agrees reports whether what the table of permissions says is what dispatch did.
func agrees(access Access, key string, refused bool) bool {
	switch {
	case key == "claim.volunteer_first":
		return access == AccessAsks
	case key == "details.reason_ask", key == "details.shown_team":
		return access == AccessReason
	case key == "refuse.gone": // they may, but there is nobody to refuse
		return access == AccessYes
	case refused:
		return access == AccessNo || key == "details.denied" && access == AccessKinds // the need is of another kind
	}
	return access == AccessYes
}

// keyOf runs a line and returns the message that answered it, and whether it was
// a refusal.
func (w *world) keyOf(name, line string) (key string, refused bool) {
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
		return shown(reply), reply.Mistake
	}
	return seen.Message.Key, reply.Mistake
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
		case "helped":
			n.PersonID = person.ID
		case "filer":
			n.FilerID = person.ID
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
		for relation, is := range relations {
			name := fmt.Sprintf("%s %s", roles, relation)
			ref := w.related(name, roles, relation, models.NeedOpen)
			reply := w.reply(name, "history "+ref)
			may := is&(models.RelOwner|models.RelFiler|models.RelClaimant) != 0 || roles.Any(models.Team)
			if reply.Mistake == may || may != (w.reg.find("history").Access(roles, is) == AccessYes) {
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
		{"block %s", team},
		{"role list", team},
		{"confirm %s", models.Admin},
	}
	for i, test := range tests {
		for _, roles := range someRoles {
			name := fmt.Sprintf("%s number %d", roles, i)
			w.becomes(name, roles)
			whom := fmt.Sprintf("somebody for %d and %s", i, roles)
			w.becomes(whom, 0)
			line := strings.Replace(test.line, "%s", whom, 1)
			reply := w.reply(name, line)
			// That nobody waits to be confirmed is no matter of permission.
			if refused := reply.Mistake && !contains(shown(reply), "decided already"); refused == roles.Any(test.allowed) {
				t.Errorf("%s: %s: %q", roles, line, shown(reply))
			}
			command := w.reg.vocab.command(strings.Fields(line)[0])
			if access := command.Access(roles, 0); (access == AccessYes) != roles.Any(test.allowed) && !contains(line, "admin") {
				t.Errorf("%s: %s: the table says %s", roles, line, access)
			}
		}
	}
}

// What navigators see by their role is of some kinds only, and the table says so.
func TestWhoSeesWhichKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, roles := range someRoles {
		name := "somebody " + roles.String()
		w.becomes(name, roles)
		access := w.reg.find("details").Access(roles, 0)
		for _, category := range models.Categories() {
			ref := w.posts("rosa", "need some help category:"+string(category)+" when:anytime contact:413-555-0142")
			key, refused := w.keyOf(name, "details "+ref)
			seen := access == AccessReason || access == AccessKinds && category.ForNavigators()
			if refused == seen {
				t.Errorf("%s: details of %s are answered with %s, and the table says %s", roles, category, key, access)
			}
			w.says(name, "cancel")
		}
	}
}

// Every command is in the table, and what depends on the need is in the part that
// tells who is who.
func TestEveryCommandHasItsPermissions(t *testing.T) {
	t.Parallel()
	for _, c := range newRegistry(t).Commands() {
		var differs bool
		for _, roles := range someRoles {
			for _, is := range relations {
				differs = differs || c.Access(roles, is) != c.Access(roles, 0)
			}
		}
		if differs && !c.Related() {
			t.Errorf("%s depends on the need, and the table does not say so", c.Name)
		}
	}
}

package discord

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/discord/discordtest"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// asksFor counts the requests for members so far.
func (w *helpers) membersAsked() int { return w.s.Requests("GET /guilds/ID/members/ID") }

func TestRolesAreAskedForWhenTheyAreOld(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	helpers := w.s.AddRole(w.guild, "Helpers", 0)
	sam := w.s.Join(w.guild, "Sam", helpers)
	fresh := func(absent bool, roles ...string) {
		t.Helper()
		m, err := w.d.members.fresh(t.Context(), w.guild, sam)
		if err != nil || m.Absent != absent || !slices.Equal(m.Roles, roles) || m.Manages {
			t.Fatalf("%+v, %v; want %v, absent %v", m, err, roles, absent)
		}
	}
	before := w.membersAsked()
	fresh(false, helpers)
	fresh(false, helpers)
	w.s.SetRoles(w.guild, sam)
	w.clock.Advance(4 * time.Minute)
	fresh(false, helpers)
	if n := w.membersAsked() - before; n != 1 {
		t.Errorf("asked %d times within five minutes", n)
	}
	w.clock.Advance(time.Minute)
	fresh(false)
	w.d.members.saw(w.guild, sam, &member{Roles: []string{"7"}}) // an event that says it
	fresh(false, "7")
	w.s.Ban(w.guild, sam)
	w.clock.Advance(memberFor)
	fresh(true)
	w.s.Fail(discordtest.Fault{Method: http.MethodGet, Path: "/members/", Status: http.StatusInternalServerError, Times: -1})
	w.clock.Advance(memberFor)
	if m, err := w.d.members.fresh(t.Context(), w.guild, sam); err == nil {
		t.Errorf("a guess: %+v", m)
	}
}

// A role of the server is a role here while somebody has it there, and goes when
// they are banned, even if what they want then is refused for that.
func TestServerRolesOfSomebodyWhoIsBanned(t *testing.T) {
	t.Parallel()
	w := newHelpers(t)
	helpers := w.s.AddRole(w.guild, "Helpers", 0)
	sam := w.s.Join(w.guild, "Sam", helpers)
	link := w.slash(w.owner, w.s.AddChannel(w.guild, "team", discordtest.Text), "linkrole", map[string]any{"action": "add", "role": "volunteer", "server_role": helpers})
	w.wants(link.Text(), "Whoever has that role on your server has the role volunteer here.")
	roles := func() models.Roles {
		actor, err := w.reg.Store().Actor(t.Context(), store.Who{Platform: name, Space: w.guild, Account: sam})
		if err != nil {
			t.Fatal(err)
		}
		return actor.Person.Roles
	}
	links := func() int {
		links, err := w.reg.Links(t.Context(), name, w.guild)
		if err != nil {
			t.Fatal(err)
		}
		return len(links)
	}
	w.s.React(sam, w.card.ID, hand)
	w.claimed(1)
	if got := roles(); got != models.Volunteer {
		t.Errorf("Sam has the roles %s", got)
	}
	w.s.Ban(w.guild, sam)
	w.clock.Advance(memberFor)
	if m, err := w.d.members.fresh(t.Context(), w.guild, sam); err != nil || !m.Absent {
		t.Fatalf("%+v, %v", m, err)
	}
	if got := roles(); got != 0 {
		t.Errorf("after the ban Sam has the roles %s", got)
	}
	w.s.DeleteRole(w.guild, helpers)
	w.eventually("the link to go", func() bool { return links() == 0 })
	other := w.s.AddRole(w.guild, "Others", 0)
	w.slash(w.owner, w.board, "linkrole", map[string]any{"action": "add", "role": "navigator", "server_role": other})
	if links() != 1 {
		t.Error("there is no link")
	}
	w.s.LoseEvents(1)
	w.s.DeleteRole(w.guild, other)
	w.s.DropConnections() // the next one says which roles there are
	w.eventually("the link to go", func() bool { return links() == 0 })
}

package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// sees has the platform say of a person who they are when they write a line.
func (w *world) sees(name, line string, m *Member) *Reply {
	w.t.Helper()
	reply, err := w.reg.Run(w.t.Context(), Invocation{EventID: w.event(), Who: w.who(name), Text: line, Member: m})
	if err != nil {
		w.t.Fatalf("%s: %s: %v", name, line, err)
	}
	return reply
}

func roles(remotes ...string) *Member { return &Member{Roles: remotes} }

func (w *world) wantRoles(name string, want, mapped models.Roles) {
	w.t.Helper()
	p := w.actor(name).Person
	if p.Roles != want || p.Mapped != mapped {
		w.t.Errorf("%s has %s, of them %s by the platform; want %s and %s", name, p.Roles, p.Mapped, want, mapped)
	}
}

func TestPlatformRolesAreOursWhileTheyAreThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sees("Sam", "language en", roles("7", "9"))
	w.wantRoles("sam", 0, 0)
	w.hears("you", "linkrole add volunteer <@&7>", "Done. Whoever has that role on your server has the role volunteer here.")
	w.wantRoles("sam", models.Volunteer, models.Volunteer) // who is known already, at once
	w.hears("you", "enlazar-rol agregar equipo <@&8>", "Done.")
	w.refused("you", "linkrole add volunteer <@&7>", "stands for volunteer already. Nothing changed.")
	w.sees("Sam", "board", roles("8"))
	w.wantRoles("sam", models.Organizer, models.Organizer)
	w.sees("Sam", "board", nil) // says nothing, changes nothing
	w.sees("Sam", "board", &Member{Unknown: true})
	w.wantRoles("sam", models.Organizer, models.Organizer)
	w.sees("Kofi", "need", roles("7", "8")) // somebody new
	w.wantRoles("kofi", models.Volunteer|models.Organizer, models.Volunteer|models.Organizer)
	w.sees("Sam", "board", &Member{Absent: true})
	w.wantRoles("sam", 0, 0)
	w.sees("Sam", "board", roles("8"))
	w.wantRoles("sam", models.Organizer, models.Organizer)
	w.hears("you", "linkrole remove organizer <@&8>", "Done. That role of your server no longer gives the role organizer here.")
	w.wantRoles("sam", 0, 0)
	w.wantRoles("kofi", models.Volunteer, models.Volunteer)
	w.refused("you", "linkrole remove organizer <@&8>", "doesn't stand for organizer. Nothing changed.")
	w.hears("you", "linkrole list", "Roles of your server, and what they stand for here:\n<@&7>: volunteer")
	if err := w.reg.RoleGone(t.Context(), "terminal", "terminal", "7"); err != nil {
		t.Fatal(err)
	}
	w.wantRoles("kofi", 0, 0)
	w.hears("you", "linkrole list", "No role of your server stands for anything here yet.")
	if links, err := w.reg.Links(t.Context(), "terminal", "terminal"); err != nil || len(links) != 0 {
		t.Errorf("%v, %v", links, err)
	}
}

func TestLinkRoleRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	for line, want := range map[string]string{
		"linkrole add admin <@&7>":            "admin",
		"linkrole add volunteer":              "server-role",
		"linkrole add volunteer helpers":      `I don't know a role of your server called "helpers". Nothing changed.`,
		"linkrole add volunteer <@7>":         "I don't know a role of your server",
		"linkrole add volunteer <@&7":         "I don't know a role of your server",
		"linkrole add volunteer <@&-7>":       "I don't know a role of your server",
		"linkrole add volunteer <@&7>x":       "I don't know a role of your server",
		"linkrole add <@&7>":                  "Nothing",
		"linkrole remove volunteer <@&12345>": "Nothing changed.",
	} {
		if got := w.says("you", line); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", line, got, want)
		}
	}
	for _, name := range []string{"lee", "sam", "rosa"} { // an organizer, a volunteer, a neighbor
		if reply := w.reply(name, "linkrole add organizer <@&7>"); !reply.Mistake {
			t.Errorf("%s: %s", name, reply.Text.Plain())
		}
	}
	if links, err := w.reg.Links(t.Context(), "terminal", "terminal"); err != nil || len(links) != 0 {
		t.Errorf("links %v, %v", links, err)
	}
	for i := range linksAtMost {
		w.hears("you", fmt.Sprintf("linkrole add volunteer <@&%d>", i+1), "Done.")
	}
	w.refused("you", "linkrole add volunteer <@&99>", "there is room for no more. Nothing changed.")
}

// The role that everybody has on Discord has the id of the server.
func TestEverybodysRoleIsNotLinked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.space = "777"
	found := Founding{Who: w.who("boss"), Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board"}}
	if _, err := w.reg.Found(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	w.refused("boss", "linkrole add organizer <@&777>", "That is the role of everybody on your server.")
}

func TestOtherAdminsHearOfLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("Ana", "language en")
	w.says("you", "role grant admin Ana")
	w.delivered()
	w.says("you", "linkrole add navigator <@&7>")
	if got := strings.Join(w.delivered(), "\n"); !strings.Contains(got, "ana: you chose a role of your server. Whoever has it there has the role navigator here.") {
		t.Errorf("told: %s", got)
	}
}

// What people granted stays when the platform's role goes, and what the platform
// gives is taken away there.
func TestGrantedAndMappedRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("you", "linkrole add volunteer <@&7>")
	w.sees("Sam", "language en", roles("7"))
	w.refused("you", "role remove volunteer sam", "Sam has the role volunteer because of a role on your server. Nothing changed. Take it away there")
	w.hears("you", "role grant volunteer sam", "Sam has the role volunteer now.")
	w.wantRoles("sam", models.Volunteer, 0)
	w.hears("you", "role remove volunteer sam", "Sam still has the role volunteer, because of a role on your server.")
	w.wantRoles("sam", models.Volunteer, models.Volunteer)
	w.says("you", "role grant volunteer sam")
	w.sees("Sam", "board", roles())
	w.wantRoles("sam", models.Volunteer, 0)
	w.hears("you", "role remove volunteer sam", "Sam no longer has the role volunteer.")
	w.sees("Sam", "board", roles("7"))
	w.wantRoles("sam", models.Volunteer, models.Volunteer)
	w.says("you", "welcome sam") // a welcome is a grant
	w.sees("Sam", "board", roles())
	w.wantRoles("sam", models.Volunteer, 0)
}

func TestBlockedStaysBlocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("you", "linkrole add organizer <@&7>")
	w.sees("Sam", "language en", roles("7"))
	w.says("you", "block sam")
	w.sees("Sam", "board", roles("7", "8"))
	w.sees("Sam", "board", roles("7"))
	if err := w.reg.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.wantRoles("sam", 0, 0)
}

// Who has left takes nothing and sees nothing of others', even with a claim.
func TestWhoHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.posts("rosa", "need milk and bread category:food contact:413-555-0142")
	w.posts("rosa", "need a lamp category:supplies")
	w.sees("sam", "claim N1", roles("7"))
	lacksAll := func(line string, m *Member) {
		t.Helper()
		got := shown(w.sees("sam", line, m))
		lacks(t, line, got, "413-555-0142")
		if !strings.Contains(got, "You aren't on our server any more") {
			t.Errorf("%s: %q", line, got)
		}
	}
	holds(t, "before", shown(w.sees("sam", "details N1", roles("7"))), "413-555-0142")
	for _, line := range []string{"details N1", "claim N2"} {
		lacksAll(line, &Member{Absent: true})
		lacksAll(line, nil) // it is known from then on
	}
	// What was shown once is decided anew when it is shown again.
	reply, err := w.reg.Run(t.Context(), Invocation{EventID: "same", Who: w.who("sam"), Text: "details N1", Member: roles("7")})
	if err != nil || !strings.Contains(reply.Text.Plain(), "413-555-0142") {
		t.Fatalf("%v, %v", reply, err)
	}
	reply, err = w.reg.Run(t.Context(), Invocation{EventID: "same", Who: w.who("sam"), Text: "details N1", Member: &Member{Absent: true}})
	if err != nil || strings.Contains(reply.Text.Plain(), "413-555-0142") {
		t.Errorf("again: %v, %v", reply, err)
	}
	// Their own they can see, and give back what they hold.
	w.sees("rosa", "board", roles("7"))
	holds(t, "her own", shown(w.sees("rosa", "details N1", &Member{Absent: true})), "413-555-0142")
	holds(t, "giving back", shown(w.sees("sam", "release N1", nil)), "back on the board")
	holds(t, "back again", shown(w.sees("sam", "claim N1", roles())), "You took N1")
}

// While the platform cannot say who somebody is, nothing is granted.
func TestWhoIsNotKnownRightNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.posts("rosa", "need milk and bread category:food contact:413-555-0142")
	w.says("sam", "claim N1")
	for _, line := range []string{"details N1", "release N1", "claim N1"} {
		got := shown(w.sees("sam", line, &Member{Unknown: true}))
		if unsure := strings.Contains(got, "I can't see right now whether you are on our server"); unsure == (line == "release N1") {
			t.Errorf("%s: %q", line, got)
		}
	}
	holds(t, "her own", shown(w.sees("rosa", "details N1", &Member{Unknown: true})), "413-555-0142")
}

// Who was never known is not made known by having left, and a space of nobody's
// is no fault.
func TestMembersThatAreNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.reg.TakeMember(t.Context(), w.who("Stranger"), &Member{Absent: true}); err != nil {
		t.Fatal(err)
	}
	if a := w.actor("stranger"); a.Person.ID != 0 {
		t.Error("a stranger is known")
	}
	elsewhere := store.Who{Platform: "terminal", Space: "nowhere", Account: "sam"}
	if err := w.reg.TakeMember(t.Context(), elsewhere, roles("7")); err != nil {
		t.Error(err)
	}
	if err := w.reg.RoleGone(t.Context(), "terminal", "nowhere", "7"); err != nil {
		t.Error(err)
	}
}

// Links reach everybody, in steps, and also after a stop in between.
func TestLinksReachEverybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const crowd = 2*remapAtOnce + 7
	for i := range crowd {
		if err := w.reg.TakeMember(t.Context(), w.who(fmt.Sprintf("P%d", i)), roles("7")); err != nil {
			t.Fatal(err)
		}
	}
	volunteers := func(want int) {
		t.Helper()
		people, err := w.reader().WithRole(models.Volunteer)
		if err != nil || len(people) != want {
			t.Errorf("%d volunteers, %v; want %d", len(people), err, want)
		}
	}
	w.says("you", "linkrole add volunteer <@&7>")
	volunteers(crowd)
	w.says("you", "linkrole remove volunteer <@&7>")
	volunteers(0)
	err := w.reg.store.Update(t.Context(), w.clock(), func(tx *store.Tx) error { // only the link, as if stopped then
		if err := tx.Act(w.who("you")); err != nil {
			return err
		}
		space, err := tx.SpaceOf("terminal", "terminal")
		if err != nil {
			return err
		}
		tx.Add(&models.RoleLink{ID: tx.ID(), CoalitionID: space.CoalitionID, SpaceID: space.ID, Remote: "7", Role: models.Volunteer, CreatedAt: tx.Now})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	volunteers(0)
	if err := w.reg.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	volunteers(crowd)
}

// Nothing differs, nothing is written.
func TestTheSameMemberCostsNoWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sees("Sam", "language en", roles("9", "7"))
	version := w.version()
	before := version()
	for range 5 {
		if err := w.reg.TakeMember(t.Context(), w.who("Sam"), roles("7", "9")); err != nil {
			t.Fatal(err)
		}
	}
	if version() != before {
		t.Error("something was written")
	}
	if err := w.reg.TakeMember(t.Context(), w.who("Sam"), roles("7")); err != nil {
		t.Fatal(err)
	}
	if version() == before {
		t.Error("a change was not written")
	}
}

func TestAwayIsSaidOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alive := func(after time.Duration, want string) {
		t.Helper()
		w.pass(after)
		if _, err := w.reg.Alive(t.Context(), "terminal"); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(w.delivered(), "|")
		if got != want {
			t.Errorf("after %v: %q, want %q", after, got, want)
		}
	}
	alive(0, "") // for the first time
	alive(10*time.Minute, "")
	const english, spanish = ". Reactions came through. Commands and buttons didn't: please repeat.", " Las reacciones sí llegaron. Los comandos y botones no: repítalos."
	alive(30*time.Minute, ": I was offline from 10:10 to 10:40 AM"+english+"\nEstuve sin conexión de 10:10 a 10:40 a. m."+spanish)
	alive(time.Minute, "")
	alive(79*time.Minute, ": I was offline from 10:41 AM to noon"+english+"\nEstuve sin conexión de 10:41 a. m. a mediodía."+spanish)
	alive(24*time.Hour, ": I was offline from Monday, December 7, noon to Tuesday, December 8, noon"+english+
		"\nEstuve sin conexión de lunes 7 de diciembre, mediodía a martes 8 de diciembre, mediodía."+spanish)
}

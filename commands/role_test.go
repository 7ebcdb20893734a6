package commands

import (
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func TestRoleGrantAndRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hears("lee", "help", "Need help yourself?")
	w.says("sam", "tablero")
	w.hears("you", "role grant organizer lee", "lee has the role organizer now. I've told them.")
	w.sent().told(t, "lee", "you gave you the role organizer. To see what you can do now: help")
	w.hears("lee", "rol dar voluntariado Sam", "sam has the role volunteer now.")
	w.sent().told(t, "sam", "lee le dio el rol voluntariado.")
	if p := w.actor("sam").Person; !p.Roles.Any(models.Volunteer) || !p.Welcomed {
		t.Errorf("Sam afterwards: %+v", p)
	}
	w.refused("lee", "role grant volunteer sam", "sam has the role volunteer already. Nothing changed.")
	w.hears("you", "role remove volunteer @sam", "sam no longer has the role volunteer. I've told them.")
	w.sent().told(t, "sam", "Usted ya no tiene el rol voluntariado.")
	w.refused("you", "role remove volunteer sam", "sam doesn't have the role volunteer.")
	if p := w.actor("sam").Person; p.Roles != 0 || p.Welcomed {
		t.Errorf("Sam afterwards: %+v", p)
	}
}

func TestRoleAdmin(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.refused("you", "role remove admin you", "You are the one admin here, so the role stays with you.")
	w.refused("lee", "role grant admin lee", "An admin gives and removes the role admin.")
	w.refused("lee", "role remove admin you", "An admin gives and removes the role admin.")
	w.sent()
	w.hears("you", "role grant admin lee", "lee has the role admin now.")
	w.sent().told(t, "lee", "you gave you the role admin.")
	w.hears("lee", "role remove admin you", "you no longer has the role admin.")
	w.refused("you", "role grant admin you", "role is for the organizing team. Nothing changed. You can ask lee.")
	w.refused("lee", "role remove admin lee", "You are the one admin here")
}

// Once there are two admins, one asks and another confirms. Before that nobody is
// one.
func TestASecondAdminConfirms(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("you", "role grant admin lee")
	w.becomes("ana", models.Organizer)
	w.sent()
	w.hears("you", "role grant admin kofi", "I've asked the other admins. kofi is an admin as soon as one of them confirms it.")
	out := w.sent()
	out.told(t, "lee", "you wants kofi to be an admin as well. That takes a second admin. Do you agree?\n1 Confirm\n2 No")
	out.only(t, "lee")
	w.refused("you", "role grant admin kofi", "Another admin has to confirm that, and has been asked. Nothing changed.")
	w.refused("you", "confirm kofi", "Another admin has to confirm that")
	w.refused("kofi", "confirm kofi", "That button is for somebody else. Nothing changed.")
	if w.actor("kofi").Person.Roles.Any(models.Admin) {
		t.Fatal("Kofi is an admin before anybody confirmed it")
	}
	w.hears("lee", "1", "kofi has the role admin now. I've told them.")
	out = w.sent()
	out.told(t, "kofi", "you gave you the role admin.")
	out.told(t, "ana", "kofi has the role admin now, given by you.")
	out.told(t, "you", "kofi has the role admin now, given by you.")
	out.only(t, "kofi", "ana", "you")
	w.refused("lee", "confirm kofi", "That is decided already. Nothing changed.")
	if p := w.actor("kofi").Person; !p.Roles.Any(models.Admin) || p.AdminAskedBy != 0 {
		t.Errorf("Kofi afterwards: %+v", p)
	}
}

func TestASecondAdminSaysNo(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("you", "role grant admin lee")
	w.says("you", "role grant admin kofi")
	w.sent()
	w.hears("lee", "2", "kofi doesn't become an admin. Nothing else changed.")
	w.sent().told(t, "you", "kofi doesn't become an admin.")
	w.refused("lee", "confirm kofi", "That is decided already.")
	w.hears("lee", "role grant admin kofi", "I've asked the other admins.")
	w.hears("you", "role grant admin kofi", "kofi has the role admin now.") // that agrees as well
	w.says("lee", "idioma es")
	w.says("you", "role grant admin dee")
	w.sent().toldEach(t, "kofi", "lee gave you the role admin.", "you wants dee to be an admin as well.")
	w.hears("lee", "confirm dee reply:no", "dee no recibe el rol admin. Nada más cambió.")
	w.refused("lee", "confirm dee", "Eso ya está decidido. Nada cambió.")
	w.hears("lee", "rol dar admin sam", "Ya pregunté a quienes tienen el rol admin. sam lo tiene en cuanto alguien más lo confirme.")
	w.says("rosa", "idioma es")
	w.refused("rosa", "confirm dee", "Ese botón es para otra persona. Nada cambió.")
	w.refused("lee", "rol dar admin sam", "Eso lo confirma otra persona con el rol admin, y ya le pregunté. Nada cambió.")
}

// The wish of somebody who is no admin any more counts for nothing, and one who
// is left alone is not locked in.
func TestAnAdminWhoAskedIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("you", "role grant admin lee")
	w.says("you", "role grant admin kofi")
	w.says("lee", "role revoke admin you")
	w.refused("lee", "confirm kofi", "That is decided already.")
	w.hears("lee", "role grant admin kofi", "kofi has the role admin now.")
	w.hears("lee", "role grant admin sam", "I've asked the other admins.")
	w.hears("lee", "role remove admin kofi", "kofi no longer has the role admin.")
	w.refused("lee", "confirm sam", "Another admin has to confirm that")
	w.hears("lee", "role grant admin sam", "sam has the role admin now.")
}

func TestRoleList(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.becomes("jo", models.Navigator|models.Volunteer)
	w.says("rosa", "mine")
	w.hears("lee", "role list", "you: admin.\nlee: organizer.\njo: volunteer, navigator.\nsam: volunteer.\ndee: volunteer.\nkofi: volunteer.")
	if got := w.says("you", "role list organizer"); got != "lee: organizer." {
		t.Errorf("the organizers are %q", got)
	}
	w.refused("sam", "role list", "role is for the organizing team.")
	w.says("you", "role remove navigator jo")
	w.hears("you", "role list navigator", "Nobody has that role.")
	w.says("you", "idioma es")
	w.hears("you", "rol lista", "you: admin.\nlee: equipo.")
	w.hears("you", "rol lista guía", "Nadie tiene ese rol.")
	for i := range rolesShown {
		w.becomes("helper"+string(rune('a'+i)), models.Volunteer)
	}
	w.hears("you", "rol lista voluntariado", "sam: voluntariado.", "Y 4 personas más.")
	w.says("you", "language en")
	w.hears("you", "role list", "And 6 more.")
}

func TestRoleMistakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	w.says("José", "mine")
	w.says("Jose", "mine")
	tests := []struct{ line, want string }{
		{"role", "Something is missing: action. Nothing was saved. For example: role remove volunteer sam"},
		{"role grant", "Something is missing: role."},
		{"role grant volunteer", "Something is missing: person."},
		{"role make volunteer sam", `"make" doesn't fit action. Nothing was saved. You can write: grant, remove, list`},
		{"role grant boss sam", `"boss" doesn't fit role. Nothing was saved. You can write: volunteer, navigator, organizer, admin`},
		{"role grant volunteer max", `I don't know anyone called "max" here. Nothing changed. They have to write to me once first.`},
		{"role grant volunteer ~123", `I don't know anyone called "~123" here.`},
		{"role grant volunteer JOSÉ", `More than one person here is called "JOSÉ".`},
	}
	for _, test := range tests {
		w.refused("you", test.line, test.want)
	}
	w.sent().only(t)
	w.hears("you", "role grant volunteer José", "José has the role volunteer now.")
	if w.actor("Jose").Person.Roles != 0 {
		t.Error("the other of the two got the role")
	}
}

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
	w.hears("you", "role grant admin lee", "lee has the role admin now.")
	w.hears("lee", "role remove admin you", "you no longer has the role admin.")
	w.refused("you", "role grant admin you", "role is for the organizing team. Nothing changed. You can ask lee.")
	w.refused("lee", "role remove admin lee", "You are the one admin here")
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
		{"role make volunteer sam", `"make" doesn't fit action. Nothing was saved. You can write: grant, remove`},
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

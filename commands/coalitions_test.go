package commands

import (
	"fmt"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// twoCoalitions are two in one database: the second knows nothing of the first,
// and has people of the same names with every role.
func twoCoalitions(t *testing.T) (first, second *world) {
	t.Helper()
	first = newWorld(t).cast()
	second = &world{t: t, now: monday, reg: first.reg, space: "elsewhere", events: 10000}
	made, err := second.reg.Found(t.Context(), Founding{Who: second.who("boss"), Zone: "America/Chicago", Lang: models.Spanish, Rooms: []string{"#tablero"}})
	if err != nil || !made {
		t.Fatal(made, err)
	}
	second.becomes("boss", everyRole)
	second.becomes("sam", everyRole)
	second.says("boss", "language en")
	second.says("sam", "language en")
	return first, second
}

// No command reaches what another coalition has, with whatever role.
func TestCoalitionsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	first, second := twoCoalitions(t)
	n1 := first.posts("rosa", "need milk category:food area:Stonebridge when:anytime contact:413-555-0142")
	o1 := first.posts("rosa", "offer two coats category:supplies")
	first.says("dee", "claim "+n1)
	first.sent()
	need := first.need(n1)
	rosa := first.actor("rosa").Person.ID

	for _, c := range first.reg.Commands() {
		for _, p := range c.Params {
			var lines []string
			switch {
			case p.Type == TypeNeed:
				lines = []string{"/" + c.Name + " N1"}
			case p.Type == TypeRef:
				lines = []string{"/" + c.Name + " N1", "/" + c.Name + " O1"}
			case p.Type == TypePerson && c.Name == "role":
				lines = []string{"/role grant admin rosa", fmt.Sprintf("/role grant admin ~%d", rosa)}
			case p.Type == TypePerson:
				lines = []string{"/" + c.Name + " rosa", fmt.Sprintf("/%s ~%d", c.Name, rosa)}
			}
			for _, line := range lines {
				switch c.Name {
				case "outcome":
					line += " met"
				case "volunteer":
					line += " yes"
				case "edit":
					line += " what:stolen"
				case "refuse", "agree": // a need of this coalition's, and somebody of the other
					if whom := strings.TrimPrefix(line, "/"+c.Name+" "); p.Type == TypePerson {
						line = "/" + c.Name + " N1 " + whom
					} else {
						line += " boss"
					}
				case "close":
					line = "/close " + line[len("/close "):] + " other"
				}
				for _, name := range []string{"boss", "sam"} {
					got := second.refused(name, line)
					if !contains(got, "I can't find") && !contains(got, "I don't know anyone called") {
						t.Errorf("%s: %q", line, got)
					}
					lacks(t, line, got, "milk", "coats", "413", "Stonebridge")
				}
			}
		}
	}
	for _, line := range []string{"board", "offers", "mine", "board area:Stonebridge", "help"} {
		lacks(t, line, second.says("boss", line), "milk", "coats", "N1:", "O1:", "lee", "rosa")
	}
	second.reacts("sam", "✋", true, n1)
	second.reacts("sam", "✋", true, o1)
	cards, err := first.reader().Cards(need.Entity())
	if err != nil || len(cards) != 1 {
		t.Fatal(cards, err)
	}
	react := &React{Word: "✋", Present: true, Room: "terminal/#board", Message: cards[0].RemoteID}
	if _, err := second.reg.Run(t.Context(), Invocation{EventID: second.event(), Who: second.who("sam"), React: react}); err != nil {
		t.Fatal(err)
	}
	if after := first.need(n1); after.Version != need.Version || after.Claimed != 1 {
		t.Errorf("the need was changed:\n%+v\n%+v", after, need)
	}
	for to := range second.sent() {
		if to != "sam" {
			t.Errorf("%s was written to", to)
		}
	}
}

// Numbers are counted per coalition.
func TestReferencesArePerCoalition(t *testing.T) {
	t.Parallel()
	first, second := twoCoalitions(t)
	if n := first.asks(); n != "N1" {
		t.Errorf("the first coalition's need is %s", n)
	}
	if n := second.posts("sam", "need rice category:food when:anytime"); n != "N1" {
		t.Errorf("the second coalition's first need is %s", n)
	}
	holds(t, "the first's", first.says("kofi", "show N1"), "milk and bread")
	holds(t, "the second's", second.says("boss", "show N1"), "rice")
	first.hears("dee", "claim N1", "You took N1")
	out := second.sent()
	out.told(t, "elsewhere/#tablero", "Abierto.", `"rice"`)
}

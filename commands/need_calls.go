package commands

import (
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// paramNeed is the need that a command is about.
func paramNeed() Param { return Param{Name: "need", Type: TypeNeed, Required: true} }

// needFor loads the need that a command names, with all its claims, and checks
// that the actor may do this to it. Denied is the catalogue id of the no.
func (c *Call) needFor(right models.Right, denied string) (*models.Need, []*models.Claim, error) {
	ref := c.Args.Ref("need")
	if ref.Number == 0 {
		ref = c.Args.Ref("ref")
	}
	n, err := c.Need(ref)
	if err != nil {
		return nil, nil, notFound(err, ref)
	}
	claims, err := c.Claims(n.ID)
	if err != nil {
		return nil, nil, err
	}
	if !right.Can(c.Actor.Person.Roles, models.NeedRelation(n, claims, c.Actor.Person.ID)) {
		return nil, nil, mistakeAbout(denied, n.Entity())
	}
	return n, claims, nil
}

// live are the claims that are live, with the people who hold them.
func (c *Call) live(claims []*models.Claim) (live []*models.Claim, holders []*models.Person, err error) {
	for _, cl := range claims {
		if cl.State != models.ClaimLive {
			continue
		}
		p, err := c.Person(cl.PersonID)
		if err != nil {
			return nil, nil, err
		}
		live, holders = append(live, cl), append(holders, p)
	}
	return live, holders, nil
}

// changed notes a change of a need: the row, its history, its cards.
func (c *Call) changed(n *models.Need, verb string) error {
	c.Save(n)
	c.Record(n.Entity(), verb)
	return c.Show(n.Entity())
}

// tellOthers writes to people about a need, but not to the actor, who has the
// reply.
func (c *Call) tellOthers(m models.Message, people ...models.ID) error {
	told := map[models.ID]bool{c.Actor.Person.ID: true}
	for _, id := range people {
		if told[id] {
			continue
		}
		told[id] = true
		if err := c.Tell(id, m); err != nil {
			return err
		}
	}
	return nil
}

// tellTeam writes to the people with one of the roles given.
func (c *Call) tellTeam(roles models.Roles, m models.Message) error {
	team, err := c.Team(roles)
	if err != nil {
		return err
	}
	return c.tellOthers(m, ids(team)...)
}

func ids(people []*models.Person) []models.ID {
	list := make([]models.ID, len(people))
	for i, p := range people {
		list[i] = p.ID
	}
	return list
}

// fillTeam sets People to the names of the organizing team, empty if there is
// none yet.
func fillTeam(v *View) error {
	team, err := v.reader.Team(models.Organizer)
	if err != nil {
		return err
	}
	var names []string
	for i, p := range team {
		if i == namesShown {
			break
		}
		names = append(names, User(p.Name))
	}
	v.set("People", catalogue.List(v.lang, names))
	return nil
}

// namesShown bounds lists of names in a sentence.
const namesShown = 5

// fillHelpers sets Helper to those who took the need, empty if nobody did. It
// is for the person helped and the team; others see names only where each
// chose so.
func fillHelpers(v *View) error {
	names, all, err := v.helpers(v.need)
	if err != nil {
		return err
	}
	v.set("Helper", "")
	if all {
		v.set("Helper", catalogue.List(v.lang, names))
	}
	return nil
}

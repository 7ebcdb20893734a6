package commands

import (
	"context"
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// privacyCommand shows a person what is kept about them, gives them a copy, and
// forgets them.
func privacyCommand() *Command {
	return &Command{
		Name: "privacy", Group: GroupSettings, Right: models.RightUse, Private: true,
		Params: []Param{
			{Name: "part", Type: TypeChoice, Prefix: "privacy.part.", Codes: []string{"show", "export", "forget"}},
			{Name: "reply", Type: TypeChoice, Prefix: "button.", Codes: []string{"yes", "no"}},
			{Name: "page", Type: TypeCount, Named: true, Max: 10_000},
		},
		Do: (*Call).privacy,
		Says: map[string]Speech{
			"privacy.shown":      {Write: writeKept, Buttons: keptButtons},
			"privacy.exported":   {Write: writeExport},
			"privacy.forget_ask": {Buttons: forgetButtons},
		},
	}
}

func (c *Call) privacy() (models.Message, error) {
	switch c.Args.Text("part") {
	case "export":
		return models.Message{Key: "privacy.exported", Args: models.Args{"Page": models.CountArg(max(1, c.Args.Count("page")))}}, nil
	case "forget":
		switch c.Args.Text("reply") {
		case "yes":
			return c.forget()
		case "no":
			return models.Message{Key: "privacy.kept"}, nil
		}
		return models.Message{Key: "privacy.forget_ask"}, c.notTheLastAdmin()
	}
	return models.Message{Key: "privacy.shown"}, nil
}

func forgetButtons(v *View) {
	v.button("button.forget_me", "privacy forget yes")
	v.button("button.keep_everything", "privacy forget no")
}

// notTheLastAdmin refuses the only admin: without one nobody could run the
// installation any more.
func (c *Call) notTheLastAdmin() error {
	if !c.Actor.Person.Roles.Any(models.Admin) {
		return nil
	}
	admins, err := c.Team(models.Admin)
	if err == nil && len(admins) == 1 {
		return mistake("role.last_admin", nil)
	}
	return err
}

// forget forgets the actor. What goes beyond one unit of work is erased before
// they get the answer, and so are the last traces in the files.
func (c *Call) forget() (models.Message, error) {
	if err := c.notTheLastAdmin(); err != nil {
		return models.Message{}, err
	}
	step, err := c.Forget(c.Actor.Person, c.Now)
	if err != nil {
		return models.Message{}, err
	}
	c.forgot = true
	return models.Message{Key: "privacy.forgotten"}, tellForgotten(c.Tx, step)
}

// tellForgotten tells those who took a need of somebody who is forgotten that it
// is closed, and those whose need they had taken that it is free again.
func tellForgotten(tx *store.Tx, step *store.Forgetting) error {
	for _, ended := range step.Closed {
		for _, holder := range ended.Holders {
			if err := tx.Tell(holder.ID, models.Message{Key: "close.helper_told", About: ended.Need.Entity()}); err != nil {
				return err
			}
		}
	}
	for _, n := range step.Released {
		told := models.Message{Key: "release.neighbor_told", About: n.Entity()}
		if err := tx.Tell(n.PersonID, told); err != nil {
			return err
		}
		if n.FilerID == n.PersonID {
			continue
		}
		if err := tx.Tell(n.FilerID, told); err != nil {
			return err
		}
	}
	return nil
}

// forgetRest goes on with whoever is not forgotten in full.
func (r *Registry) forgetRest(ctx context.Context, coalition models.ID) error {
	for more := true; more; {
		err := r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
			tx.In(coalition)
			p, err := tx.StillForgetting()
			if more = p != nil; err != nil || !more {
				return err
			}
			step, err := tx.Forget(p, *p.ForgottenAt)
			if err != nil {
				return err
			}
			return tellForgotten(tx, step)
		})
		if err != nil {
			return fmt.Errorf("go on forgetting: %w", err)
		}
	}
	return nil
}

// keptAtMost bounds each list of what is kept about somebody.
const keptAtMost = 1000

// looksShown is how many of the newest looks are listed.
const looksShown = 10

// writeKept says what is kept about the reader, who can read what, and who
// looked.
func writeKept(v *View) error {
	kept, err := v.reader.Everything(v.actor.Person.ID, keptAtMost)
	if err != nil {
		return err
	}
	v.private = true
	v.set("Name", User(kept.Person.Name))
	v.say("privacy.shown")
	for _, list := range []struct {
		id    string
		count int
	}{
		{"privacy.needs", len(kept.Needs)}, {"privacy.offers", len(kept.Offers)}, {"privacy.claims", len(kept.Claims)}, {"privacy.away", len(kept.KeepAways)},
	} {
		if list.count > 0 {
			v.set("Count", list.count)
			v.say(list.id)
		}
	}
	v.line("")
	v.say("privacy.who")
	v.set("Count", v.actor.Coalition.PurgeAfterDays())
	v.say("privacy.purge")
	v.line("")
	if err := v.looks(kept); err != nil {
		return err
	}
	v.say("privacy.foot")
	return nil
}

func keptButtons(v *View) {
	v.button("button.privacy_export", "privacy export")
	v.button("button.privacy_forget", "privacy forget")
}

// looks lists who was shown the private details of the reader's needs. Whoever
// looked by their role is not named: the team answers for it together.
func (v *View) looks(kept *store.Everything) error {
	if len(kept.Looks) == 0 {
		v.say("privacy.looks_none")
		return nil
	}
	v.say("privacy.looks")
	numbers := map[models.ID]string{}
	for _, n := range kept.Needs {
		numbers[n.ID] = n.Ref().String()
	}
	for _, look := range kept.Looks[:min(looksShown, len(kept.Looks))] {
		who, err := v.lookedBy(look)
		if err != nil {
			return err
		}
		v.set("Who", who)
		v.set("Ref", numbers[look.NeedID])
		v.set("When", catalogue.DateClock(v.lang, look.At, v.now, v.zone()))
		v.say("privacy.look")
	}
	if rest := len(kept.Looks) - looksShown; rest > 0 {
		v.set("Count", rest)
		v.say("privacy.looks_more")
	}
	return nil
}

func (v *View) lookedBy(look *models.Look) (string, error) {
	if look.AsTeam {
		return v.word("privacy.by_team"), nil
	}
	return v.name(look.PersonID)
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func ended(t *time.Time) string {
	if t == nil {
		return ""
	}
	return moment(*t)
}

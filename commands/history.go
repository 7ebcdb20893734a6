package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// historyShown is how many of the newest entries are shown.
const historyShown = 8

// historyCommand tells what happened with a need or an offer.
func historyCommand() *Command {
	return &Command{
		Name: "history", Group: GroupYours, Right: models.RightHistory,
		Params: []Param{{Name: "ref", Type: TypeRef, Required: true}}, Read: history,
		Says: map[string]Speech{"error.not_allowed.history": {Fill: fillTeam}},
	}
}

func history(v *View, args Values) error {
	ref := args.Ref("ref")
	entity, err := v.find(ref)
	if err != nil {
		return notFound(err, ref)
	}
	if err := v.about(entity); err != nil {
		return err
	}
	relation, err := v.relation()
	if err != nil {
		return err
	}
	if !models.RightHistory.Can(v.actor.Person.Roles, relation) {
		return mistakeAbout("error.not_allowed.history", entity)
	}
	list, err := v.reader.History(entity, historyShown+1)
	if err != nil {
		return err
	}
	v.say("history.head")
	if len(list) > historyShown {
		list = list[1:]
		v.say("history.earlier")
	}
	for _, h := range list {
		if err := v.historyLine(h); err != nil {
			return err
		}
	}
	return nil
}

// relation is how the reader stands to what the view is about.
func (v *View) relation() (models.Relation, error) {
	if v.offer != nil {
		return models.OfferRelation(v.offer, v.actor.Person.ID), nil
	}
	claims, err := v.reader.Claims(v.need.ID)
	return models.NeedRelation(v.need, claims, v.actor.Person.ID), err
}

// historyLine tells one change. Nobody is named: roles are enough to follow
// what happened, and a name would say who asked for help.
func (v *View) historyLine(h *models.History) error {
	who := "history.who.volunteer"
	switch {
	case h.PersonID == 0:
		who = "history.who.bot"
	case h.PersonID == v.actor.Person.ID:
		who = "history.who.you"
	case v.offer != nil && h.PersonID == v.offer.PersonID:
		who = "history.who.offerer"
	case v.need != nil && (h.PersonID == v.need.PersonID || h.PersonID == v.need.FilerID):
		who = "history.who.neighbor"
	default:
		p, err := v.reader.Person(h.PersonID)
		if err != nil {
			return err
		}
		if p.Roles.Any(models.Organizer | models.Admin) {
			who = "history.who.team"
		}
	}
	v.set("Who", v.word(who))
	verb, outcome, answered := strings.Cut(h.Verb, ".")
	if answered {
		v.set("Outcome", v.word("history.outcome."+outcome))
	}
	v.set("Event", v.text("history.verb."+verb))
	v.set("When", catalogue.DateClock(v.lang, h.At, v.now, v.zone()))
	v.say("history.line")
	return nil
}

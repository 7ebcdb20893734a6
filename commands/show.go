package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// showCommand shows one need or offer, and what the person can do with it.
func showCommand() *Command {
	return &Command{
		Name: "show", Group: GroupHelp, Right: models.RightUse, Params: []Param{{Name: "ref", Type: TypeRef, Required: true}},
		Read: func(v *View, args Values) error {
			ref := args.Ref("ref")
			entity, err := v.find(ref)
			if err != nil {
				return notFound(err, ref)
			}
			return v.render(models.Message{Key: "show.one", About: entity}, nil, nil)
		},
		Says: map[string]Speech{"show.one": {Write: writeShown}},
	}
}

func (v *View) find(ref models.Ref) (models.Entity, error) {
	if ref.Kind == models.KindNeed {
		n, err := v.reader.Need(ref)
		if err != nil {
			return models.Entity{}, err
		}
		return n.Entity(), nil
	}
	o, err := v.reader.Offer(ref)
	if err != nil {
		return models.Entity{}, err
	}
	return o.Entity(), nil
}

// writeShown is the card, and the commands that suit the person and the state.
func writeShown(v *View) error {
	card, err := v.cardText()
	if err != nil {
		return err
	}
	v.line(card.Plain(true))
	relation := models.Relation(0)
	if v.offer != nil {
		relation = models.OfferRelation(v.offer, v.actor.Person.ID)
	} else {
		claims, err := v.reader.Claims(v.need.ID)
		if err != nil {
			return err
		}
		relation = models.NeedRelation(v.need, claims, v.actor.Person.ID)
		if v.sight, err = sightOf(v.reader, v.actor, v.need, claims); err != nil {
			return err
		}
		if relation&models.RelOwner != 0 && v.need.State.Allows(models.ActRelease) {
			if err := v.whoHelps(); err != nil {
				return err
			}
		}
	}
	var next []string
	for _, name := range v.possible(relation) {
		next = append(next, v.word("command."+name+".name")+" "+v.ref())
	}
	if next != nil {
		v.set("Commands", strings.Join(next, ", "))
		v.say("show.next")
	}
	return nil
}

func (v *View) ref() string {
	if v.offer != nil {
		return v.offer.Ref().String()
	}
	return v.need.Ref().String()
}

// whoHelps tells the person helped who took their need: they are always told.
func (v *View) whoHelps() error {
	names, _, err := v.helpers(v.need)
	if err != nil {
		return err
	}
	v.set("Helper", v.text("show.no_helper"))
	if len(names) > 0 {
		v.set("Count", len(names))
		v.set("Helpers", catalogue.List(v.lang, names))
		v.set("Helper", v.text("show.helper"))
	}
	v.say("show.yours")
	return nil
}

// shownActions are the commands that the view of a need or an offer offers.
var shownActions = []struct {
	name   string
	right  models.Right
	action models.Action
}{
	{"claim", models.RightClaim, models.ActClaim},
	{"details", models.RightDetails, ""},
	{"start", models.RightStart, models.ActStart},
	{"done", models.RightDone, models.ActDone},
	{"release", models.RightRelease, models.ActRelease},
	{"edit", models.RightEdit, models.ActEdit},
	{"followup", models.RightFollowup, models.ActFollowup},
	{"close", models.RightClose, models.ActClose},
	{"reopen", models.RightReopen, models.ActReopen},
	{"history", models.RightHistory, ""},
}

func (v *View) possible(relation models.Relation) []string {
	var names []string
	for _, a := range shownActions {
		allowed := a.right.Can(v.actor.Person.Roles, relation)
		if v.offer != nil {
			if !allowed || a.action != "" && !v.offer.State.Allows(a.action) || a.name == "claim" || a.name == "details" {
				continue
			}
			names = append(names, a.name)
			continue
		}
		if a.name == "details" {
			allowed = v.sight != models.SightNone
		}
		if v.need.PurgedAt != nil && a.name != "history" {
			continue // there is nothing left to open, to read or to look at again
		}
		if a.name == "claim" { // everyone's wish to help is heard, but not for what is theirs already
			allowed = relation&(models.RelOwner|models.RelClaimant) == 0 && !v.need.Full() && v.actor.Person.Roles != models.Admin
		}
		if allowed && (a.action == "" || v.need.State.Allows(a.action)) {
			names = append(names, a.name)
		}
	}
	return names
}

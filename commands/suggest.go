package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// labelWidth is how long the label of a choice can be on Discord.
	labelWidth = 100
	// suggestedFrom is among how many entries of a list what is typed is looked
	// for: answers while somebody types have to be quick.
	suggestedFrom = 200
)

// Suggest lists values for a parameter that fit what somebody has typed of it so
// far, at most 25. It says nothing that the lists would not say to them, and
// nothing to who may not use the command.
func (r *Registry) Suggest(ctx context.Context, who store.Who, lang models.Lang, command, param, typed string) (list []Choice, err error) {
	defer recovered(&err)
	c := r.find(command)
	if c == nil || c.param(param) == nil {
		return nil, nil
	}
	actor, err := r.store.Actor(ctx, who)
	if err != nil {
		return nil, fmt.Errorf("suggestions: %w", err)
	}
	if actor.Person.BlockedAt != nil || permit(c, actor.Person.Roles) != nil {
		return nil, nil
	}
	v := r.view(ctx, &viewer{actor: actor, lang: r.langOf(actor, Invocation{Lang: lang}), now: r.now()})
	all, err := v.suggestions(c, c.param(param))
	if err == nil {
		err = v.failed
	}
	if err != nil {
		return nil, fmt.Errorf("suggestions: %w", err)
	}
	return fitting(all, typed), nil
}

// fitting are the choices that hold what was typed, those first that begin with
// it.
func fitting(all []Choice, typed string) []Choice {
	typed = strings.TrimSpace(catalogue.Fold(typed))
	var first, rest []Choice
	for _, choice := range all {
		runes := []rune(choice.Label)
		choice.Label = string(runes[:min(labelWidth, len(runes))])
		label, value := catalogue.Fold(choice.Label), catalogue.Fold(choice.Value)
		switch {
		case strings.HasPrefix(label, typed), strings.HasPrefix(value, typed):
			first = append(first, choice)
		case strings.Contains(label, typed):
			rest = append(rest, choice)
		}
	}
	list := slices.Concat(first, rest)
	return list[:min(MaxChoices, len(list))]
}

func (v *View) suggestions(c *Command, p *Param) ([]Choice, error) {
	switch p.Type {
	case TypeChoice:
		return v.codeChoices(p.Prefix, p.Codes), nil
	case TypeCategory:
		return v.categoryList()[1:], nil
	case TypeLangs:
		return v.codeChoices("language.", languageCodes()), nil
	case TypeArea:
		areas, err := v.reader.Areas()
		list := make([]Choice, len(areas))
		for i, a := range areas {
			list[i] = Choice{Label: a.Name, Value: a.Name}
		}
		return list, err
	case TypePerson:
		return v.people(c)
	case TypeNeed, TypeRef:
		return v.references(c, p)
	}
	return nil, nil
}

func (v *View) codeChoices(prefix string, codes []string) []Choice {
	list := make([]Choice, len(codes))
	for i, code := range codes {
		list[i] = Choice{Label: catalogue.Capital(v.word(prefix + code)), Value: code}
	}
	return list
}

// people lists who is here, for the commands that only some may use: nobody else
// is told who that is.
func (v *View) people(c *Command) ([]Choice, error) {
	if c.Right.Possible(0) {
		return nil, nil
	}
	known, err := v.reader.Known(suggestedFrom)
	list := make([]Choice, len(known))
	for i, p := range known {
		list[i] = Choice{Label: p.Name, Value: "~" + strconv.FormatInt(int64(p.ID), 10)}
	}
	return list, err
}

// references lists the needs and offers that the command can be about. What is
// one's own comes first, but for what is done with the board.
func (v *View) references(c *Command, p *Param) ([]Choice, error) {
	own, taken, err := v.ownNeeds(c)
	if err != nil {
		return nil, err
	}
	away, err := v.reader.ApartFrom(v.actor.Person.ID)
	if err != nil {
		return nil, err
	}
	board, _, err := v.reader.Board(store.Filter{Without: away}, 0, suggestedFrom)
	if err != nil {
		return nil, err
	}
	lists := [][]*models.Need{taken, own, board}
	if c.Right == models.RightClaim || c.Right == models.RightUse {
		lists = [][]*models.Need{board, taken, own}
	}
	var list []Choice
	seen := map[models.ID]bool{}
	for _, n := range slices.Concat(lists...) {
		if n.Number == 0 || seen[n.ID] || !v.suits(c, n, slices.Contains(taken, n)) {
			continue
		}
		seen[n.ID] = true
		if err := v.aboutNeed(n); err != nil {
			return nil, err
		}
		list = append(list, Choice{Label: Text(v.titled("card.title", false)).Plain(), Value: n.Ref().String()})
	}
	if p.Type == TypeNeed {
		return list, nil
	}
	offers, err := v.offerReferences(c)
	return append(list, offers...), err
}

// ownNeeds are the needs that somebody asked for and those that they took.
func (v *View) ownNeeds(c *Command) (own, taken []*models.Need, err error) {
	person := v.actor.Person.ID
	if person == 0 {
		return nil, nil, nil
	}
	if own, err = v.reader.Asked(person); err != nil {
		return nil, nil, err
	}
	if a := actionOf(c); a == models.ActReopen || a == "" {
		over, err := v.reader.Over(person, suggestedFrom)
		if err != nil {
			return nil, nil, err
		}
		own = append(own, over...)
	}
	taken, err = v.reader.Taken(person)
	return own, taken, err
}

// suits reports whether a command can be about a need, by the right and by the
// need's state.
func (v *View) suits(c *Command, n *models.Need, taken bool) bool {
	person := v.actor.Person
	relation := models.NeedRelation(n, nil, person.ID)
	if taken {
		relation |= models.RelClaimant
	}
	if c.Right == models.RightClaim {
		return relation&(models.RelOwner|models.RelClaimant) == 0 && !n.Full() && n.State.Allows(models.ActClaim)
	}
	if c.Right == models.RightDetails {
		return models.DetailsSight(person, relation, n, false) != models.SightNone
	}
	action := actionOf(c)
	return c.Right.Can(person.Roles, relation) && (action == "" || n.State.Allows(action))
}

// actionOf is what a command does to a need or an offer, empty if it changes no
// state.
func actionOf(c *Command) models.Action {
	for _, a := range shownActions {
		if a.name == c.Name {
			return a.action
		}
	}
	return ""
}

// offerReferences lists the offers that a command can be about: one's own, and
// those that everybody sees.
func (v *View) offerReferences(c *Command) ([]Choice, error) {
	var own []*models.Offer
	var err error
	if v.actor.Person.ID != 0 {
		if own, err = v.reader.Offered(v.actor.Person.ID); err != nil {
			return nil, err
		}
	}
	open, _, err := v.reader.Offers(store.Filter{}, 0, suggestedFrom)
	if err != nil {
		return nil, err
	}
	var list []Choice
	seen := map[models.ID]bool{}
	action := actionOf(c)
	for _, o := range append(own, open...) {
		relation := models.OfferRelation(o, v.actor.Person.ID)
		if o.Number == 0 || seen[o.ID] || !c.Right.Can(v.actor.Person.Roles, relation) || action != "" && !o.State.Allows(action) {
			continue
		}
		seen[o.ID] = true
		if err := v.aboutOffer(o); err != nil {
			return nil, err
		}
		list = append(list, Choice{Label: Text(v.titled("offer.card.title", false)).Plain(), Value: o.Ref().String()})
	}
	return list, nil
}

package commands

import (
	"context"
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// unfounded answers in a space that belongs to no coalition: what somebody can
// do about it. It is nil if the space belongs to one, so that something else
// was not found.
func (r *Registry) unfounded(ctx context.Context, inv Invocation) *Reply {
	space, err := r.store.SpaceAt(ctx, inv.Who.Platform, inv.Who.Space)
	if err != nil || space != nil {
		return nil
	}
	reply := r.plain(inv.Lang, r.cat.On(inv.Who.Platform, "space.unfounded"), map[string]any{"Prefix": prefixOn(inv.Who.Platform)})
	reply.Unfounded = true
	if inv.React != nil {
		reply.Text = "" // it may be on a message that is none of ours
	}
	return reply
}

// plain is a refusal for somebody of whom no coalition knows.
func (r *Registry) plain(lang models.Lang, id string, fields map[string]any) *Reply {
	if lang == "" {
		lang = models.English
	}
	text, err := r.cat.Text(lang, id, fields)
	if err != nil {
		r.log.Error("an answer has no text", "id", id, "err", err)
	}
	return &Reply{Text: Text(text), Mistake: true, Lang: lang}
}

// DirectSpace is a coalition that somebody can speak to in a direct chat, by way
// of one of its spaces.
type DirectSpace struct {
	Space     string // the platform's id
	Name      string // of the coalition
	Coalition models.ID
}

// DirectSpaces lists the coalitions that an account can speak to in a direct
// chat: those in which it is known, else the only one of the platform. Where it
// is in none of a coalition's spaces any more, it cannot. Chosen is the place in
// the list of the one that it speaks to; -1 says that it has to be asked, or
// that there is none.
func (r *Registry) DirectSpaces(ctx context.Context, platform, account string) (spaces []DirectSpace, chosen int, err error) {
	places, err := r.store.DirectPlaces(ctx, platform, account)
	if err != nil {
		return nil, -1, err
	}
	spaces, chosen = directSpaces(places)
	return spaces, chosen, nil
}

func directSpaces(places []store.DirectPlace) (spaces []DirectSpace, chosen int) {
	known, coalitions := false, map[models.ID]bool{}
	for _, p := range places {
		known = known || p.Known
		coalitions[p.CoalitionID] = true
	}
	listed := map[models.ID]bool{}
	chosen = -1
	for _, p := range places {
		if p.Left || listed[p.CoalitionID] || known && !p.Known || !known && len(coalitions) > 1 {
			continue
		}
		listed[p.CoalitionID] = true
		if p.Chosen {
			chosen = len(spaces)
		}
		spaces = append(spaces, DirectSpace{p.Space, p.Name, p.CoalitionID})
	}
	if len(spaces) == 1 {
		chosen = 0
	}
	return spaces, chosen
}

// ChooseDirect remembers which coalition an account speaks to in its direct
// chat. One that it cannot speak to is not remembered, and an error
// (store.ErrNotFound).
func (r *Registry) ChooseDirect(ctx context.Context, platform, account string, coalition models.ID) error {
	spaces, _, err := r.DirectSpaces(ctx, platform, account)
	if err != nil {
		return err
	}
	for _, space := range spaces {
		if space.Coalition != coalition {
			continue
		}
		return r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
			tx.In(coalition)
			tx.Add(&models.Direct{Platform: platform, Remote: account, CoalitionID: coalition, At: tx.Now})
			return nil
		})
	}
	return fmt.Errorf("choose a coalition: %w", store.ErrNotFound)
}

// AsksCoalition reports whether a line in a direct chat asks to choose the
// coalition again.
func (r *Registry) AsksCoalition(line string) bool { return r.vocab.word("coalition", line) }

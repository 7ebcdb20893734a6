package commands

import (
	"context"
	"slices"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// takeMember takes over what a platform says of the sender's place in the space,
// if it is not known yet: the roles that it gives, or that they are not there any
// more. Where nothing differs it costs one read.
func (r *Registry) takeMember(ctx context.Context, who store.Who, member *Member, now time.Time) error {
	if member == nil || member.Unknown {
		return nil
	}
	present, roles := !member.Absent, ""
	if present {
		roles = models.MemberRoles(member.Roles)
	}
	known, err := r.store.Sighted(ctx, who)
	switch {
	case store.IsNotFound(err):
		return nil // the space belongs to no coalition: what follows says so
	case err != nil:
		return err
	case known.Roles == roles && known.Present == present, known.AccountID == 0 && !present:
		return nil
	}
	return r.store.Update(ctx, now, func(tx *store.Tx) error {
		if err := tx.Act(who); err != nil {
			return err
		}
		space, err := tx.SpaceOf(who.Platform, who.Space)
		if err != nil {
			return err
		}
		seen := &models.Member{SpaceID: space.ID, AccountID: tx.Actor.Account.ID, CoalitionID: tx.Actor.Coalition.ID, Roles: roles, Present: present, At: tx.Now}
		tx.Add(seen)
		return mapRoles(tx, tx.Actor.Person, seen)
	})
}

// TakeMember takes over what a platform says of somebody's place in a space,
// outside of anything that they do. Who is not known stays unknown if they have
// left.
func (r *Registry) TakeMember(ctx context.Context, who store.Who, member *Member) error {
	return r.takeMember(ctx, who, member, r.now().UTC().Truncate(time.Microsecond))
}

// mapRoles gives a person the roles that platforms' roles stand for now. What was
// seen in this unit of work takes the place of what was seen before.
func mapRoles(tx *store.Tx, p *models.Person, now ...*models.Member) error {
	links, err := tx.Links()
	if err != nil {
		return err
	}
	members, err := tx.Membership(p.ID)
	if err != nil {
		return err
	}
	members = slices.DeleteFunc(members, func(m *models.Member) bool {
		return slices.ContainsFunc(now, func(n *models.Member) bool { return n.SpaceID == m.SpaceID && n.AccountID == m.AccountID })
	})
	if p.Map(models.Mapped(links, append(members, now...))) {
		tx.Save(p)
	}
	return nil
}

// mayHelp refuses who has left every space of the coalition, or was banned
// there: they take no need and see no details of others. It also refuses while
// the platform cannot say whether somebody is still there.
func (c *Call) mayHelp() error {
	if c.unsure {
		return mistake("member.unsure", nil)
	}
	gone, err := c.Gone(c.Actor.Account.ID)
	if err == nil && gone {
		return mistake("member.gone", nil)
	}
	return err
}

// remapAtOnce bounds the people of one unit of work, and with it how long others
// wait.
const remapAtOnce = 100

// remap brings the roles of everybody who was seen in a coalition's spaces up to
// what platforms' roles stand for now, in steps.
func (r *Registry) remap(ctx context.Context, coalition models.ID) error {
	reader := r.store.Reader(ctx, coalition)
	links, err := reader.Links()
	if err != nil {
		return err
	}
	for after := models.ID(0); ; {
		people, err := reader.PeopleMapped(after, remapAtOnce)
		if err != nil {
			return err
		}
		if len(people) == 0 {
			break
		}
		if err := r.remapSome(ctx, coalition, ids(people)); err != nil {
			return err
		}
		after = people[len(people)-1].ID
	}
	spaces := map[models.ID]bool{}
	for _, l := range links {
		if spaces[l.SpaceID] {
			continue
		}
		spaces[l.SpaceID] = true
		for after := models.ID(0); ; {
			people, next, err := reader.PeopleSeen(l.SpaceID, after, remapAtOnce)
			if err != nil {
				return err
			}
			if err := r.remapSome(ctx, coalition, people); err != nil {
				return err
			}
			if after = next; next == 0 {
				break
			}
		}
	}
	return nil
}

func (r *Registry) remapSome(ctx context.Context, coalition models.ID, people []models.ID) error {
	if len(people) == 0 {
		return nil
	}
	return r.store.Update(ctx, r.now().UTC().Truncate(time.Microsecond), func(tx *store.Tx) error {
		tx.In(coalition)
		for _, id := range people {
			p, err := tx.Person(id)
			if err != nil {
				return err
			}
			if err := mapRoles(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// remapAll is for what a stop of the program cut short.
func (r *Registry) remapAll(ctx context.Context) error {
	coalitions, err := r.store.Coalitions(ctx)
	if err != nil {
		return err
	}
	for _, c := range coalitions {
		if err := r.remap(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// Links lists what the roles of a platform's space stand for; nothing if the
// space belongs to no coalition.
func (r *Registry) Links(ctx context.Context, platform, space string) ([]*models.RoleLink, error) {
	here, err := r.store.SpaceAt(ctx, platform, space)
	if err != nil || here == nil {
		return nil, err
	}
	links, err := r.store.Reader(ctx, here.CoalitionID).Links()
	return slices.DeleteFunc(links, func(l *models.RoleLink) bool { return l.SpaceID != here.ID }), err
}

// RoleGone says that a platform's role was deleted: it stands for nothing any
// more, and what it gave goes.
func (r *Registry) RoleGone(ctx context.Context, platform, space, remote string) error {
	here, err := r.store.SpaceAt(ctx, platform, space)
	if err != nil || here == nil {
		return err
	}
	var removed bool
	err = r.store.Update(ctx, r.now().UTC().Truncate(time.Microsecond), func(tx *store.Tx) error {
		tx.In(here.CoalitionID)
		links, err := tx.Links()
		if err != nil {
			return err
		}
		removed = false
		for _, l := range links {
			if l.SpaceID == here.ID && l.Remote == remote {
				tx.Remove(l)
				removed = true
			}
		}
		return nil
	})
	if err != nil || !removed {
		return err
	}
	return r.remap(ctx, here.CoalitionID)
}

package store

import (
	"fmt"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// forgetAtOnce bounds the needs, offers and claims of one transaction, and with
// it how long others wait.
const forgetAtOnce = 25

// Ended is a need that was closed because the person whom it was for is
// forgotten, with those who had taken it.
type Ended struct {
	Need    *models.Need
	Holders []*models.Person
}

// Forgetting is what a step of forgetting somebody did that others have to hear
// of.
type Forgetting struct {
	Closed   []Ended
	Released []*models.Need
}

// Forget erases what is known of a person. The first step takes their name,
// their accounts, what they were in the middle of and their own keep-away list;
// each step erases some of their needs and offers and gives back some of their
// claims. It is to be called in units of work until p.Forgetting is false. What
// stays are facts for counts, and the ids that other people's rows refer to.
func (t *Tx) Forget(p *models.Person, at time.Time) (*Forgetting, error) {
	// What earlier units noted is written first, so that nothing of theirs comes
	// after the erasing.
	if err := t.batch.flush(); err != nil {
		return nil, err
	}
	if p.ForgottenAt == nil {
		if err := t.forgetIdentity(p, at); err != nil {
			return nil, err
		}
	}
	step, left := &Forgetting{}, forgetAtOnce
	for _, erase := range []func(*models.Person, time.Time, *Forgetting, int) (int, error){t.forgetNeeds, t.forgetOffers, t.releaseAll} {
		n, err := erase(p, at, step, left)
		if err != nil {
			return nil, err
		}
		if left -= n; left == 0 {
			break
		}
	}
	p.Forgetting = left == 0 // there may be more
	t.Save(p)
	return step, nil
}

// forgetIdentity takes away who they are. That they were blocked stays, and so
// do other people's keep-away lists: see recognize.
func (t *Tx) forgetIdentity(p *models.Person, at time.Time) error {
	accounts, err := all[models.Account](t.query, "accounts", "person_id = ? ORDER BY id", p.ID)
	if err != nil {
		return err
	}
	if len(accounts) == 0 && len(t.newcomer) > 0 && t.Actor.Person == p {
		accounts = append(accounts, t.Actor.Account) // they are not even written yet
	}
	for _, a := range accounts {
		t.forgetAccount(a)
	}
	t.erase(&models.Dialog{PersonID: p.ID}, "person_id = ?", p.ID)
	t.erase(&models.KeepAway{PersonID: p.ID}, "person_id = ?", p.ID)
	t.erase(&models.JoinCode{}, "person_id = ? AND used_at IS NULL", p.ID)
	t.EraseSecrets(models.Entity{Kind: models.KindDialog, ID: p.ID})
	p.Name = t.batch.store.pseudonym("name", p.CoalitionID, p.ID)
	p.Language, p.Roles, p.Mapped, p.Welcomed, p.ShowName = "", 0, 0, false, false
	p.AskedNeedID, p.AdminAskedBy, p.FinishedClaims, p.NoticedAt = 0, 0, 0, nil
	p.ForgottenAt = &at
	t.forgets = append(t.forgets, entry{kindPerson, p.ID, at})
	return nil
}

// forgetAccount makes an account unknown: whoever comes back with it is somebody
// new.
func (t *Tx) forgetAccount(a *models.Account) {
	before := *a
	t.touched = append(t.touched, &before) // who this account is may be remembered
	t.erase(&models.Inbox{Platform: a.Platform, Account: a.Remote}, "platform = ? AND account = ?", a.Platform, a.Remote)
	t.erase(&models.Choice{AccountID: a.ID}, "account_id = ?", a.ID)
	t.erase(&models.Reaction{AccountID: a.ID}, "account_id = ?", a.ID)
	t.erase(&models.Member{AccountID: a.ID}, "account_id = ?", a.ID)
	t.erase(&models.Direct{Platform: a.Platform, Remote: a.Remote}, "platform = ? AND remote = ?", a.Platform, a.Remote)
	t.erase(reactionEvent{}, "account = ? AND card_id IN (SELECT id FROM card WHERE platform = ?)", a.Remote, a.Platform)
	t.forgetChat(a)
	t.erase(&models.Out{}, "account_id = ? AND state <> 'sent'", a.ID)
	// The id makes it unique: the same account can come back and be forgotten
	// again.
	a.Remote = fmt.Sprintf("%s.%d", t.batch.store.pseudonym("account", t.coalition, a.Platform, a.Remote), a.ID)
	if t.Actor != nil && t.Actor.Account.ID == a.ID {
		*t.Actor.Account = *a
	}
	t.Save(a)
}

func (t *Tx) forgetNeeds(p *models.Person, at time.Time, step *Forgetting, limit int) (int, error) {
	needs, err := all[models.Need](t.query, "needs", "person_id = ? AND purged_at IS NULL ORDER BY id LIMIT ?", p.ID, limit)
	if err != nil {
		return 0, err
	}
	if len(needs) < limit {
		drafts, err := all[models.Need](t.query, "drafts", "filer_id = ? AND person_id <> ? AND state = 'draft' ORDER BY id LIMIT ?", p.ID, p.ID, limit-len(needs))
		if err != nil {
			return 0, err
		}
		needs = append(needs, drafts...)
	}
	for _, n := range needs {
		t.loaded[key{"need", n.ID, ""}] = n
		holders, err := t.endNeed(n, "no_longer_needed", at)
		if err != nil {
			return 0, err
		}
		if holders != nil {
			step.Closed = append(step.Closed, Ended{n, holders})
		}
	}
	return len(needs), nil
}

func (t *Tx) forgetOffers(p *models.Person, at time.Time, _ *Forgetting, limit int) (int, error) {
	offers, err := all[models.Offer](t.query, "offers", "person_id = ? AND purged_at IS NULL ORDER BY id LIMIT ?", p.ID, limit)
	if err != nil {
		return 0, err
	}
	for _, o := range offers {
		if err := t.endOffer(o, at); err != nil {
			return 0, err
		}
	}
	return len(offers), nil
}

func (t *Tx) releaseAll(p *models.Person, at time.Time, step *Forgetting, limit int) (int, error) {
	claims, err := all[models.Claim](t.query, "claims", "person_id = ? AND state = 'live' ORDER BY id LIMIT ?", p.ID, limit)
	if err != nil {
		return 0, err
	}
	for _, c := range claims {
		n, err := t.NeedByID(c.NeedID)
		if err != nil {
			return 0, err
		}
		if err := n.Release(c, p, models.ReleasedByHolder, at); err != nil {
			return 0, fmt.Errorf("give back a need: %w", err)
		}
		t.Save(c, n)
		t.Record(n.Entity(), "released")
		if err := t.Show(n.Entity()); err != nil {
			return 0, err
		}
		step.Released = append(step.Released, n)
	}
	return len(claims), nil
}

// endNeed ends a need if it is not over, and erases its words and private
// values. A draft is removed. It returns who had taken it, not nil if it was
// ended now.
func (t *Tx) endNeed(n *models.Need, reason models.CloseReason, at time.Time) (holders []*models.Person, err error) {
	if n.State == models.NeedDraft {
		t.EraseSecrets(n.Entity())
		t.Remove(n)
		return nil, nil
	}
	if n.EndedAt == nil {
		live, err := t.LiveClaims(n.ID)
		if err != nil {
			return nil, err
		}
		holders = []*models.Person{}
		for _, c := range live {
			p, err := t.Person(c.PersonID)
			if err != nil {
				return nil, err
			}
			holders = append(holders, p)
			t.Save(c, p)
		}
		if err := n.Close(reason, live, holders, at); err != nil {
			return nil, fmt.Errorf("close a need: %w", err)
		}
		t.Record(n.Entity(), "closed")
	}
	return holders, t.purgeNeed(n, at)
}

func (t *Tx) endOffer(o *models.Offer, at time.Time) error {
	if o.State == models.OfferDraft {
		t.EraseSecrets(o.Entity())
		t.Remove(o)
		return nil
	}
	if o.EndedAt == nil {
		if err := o.Close(at); err != nil {
			return fmt.Errorf("withdraw an offer: %w", err)
		}
		t.Record(o.Entity(), "withdrawn")
	}
	return t.purgeOffer(o, at)
}

// StillForgetting finds somebody who is not forgotten in full yet, because the
// program was stopped in between; nil if there is nobody.
func (t *Tx) StillForgetting() (*models.Person, error) {
	if err := t.batch.flush(); err != nil {
		return nil, err
	}
	return oneOrNil[models.Person](t.query, "person", "forgetting ORDER BY id")
}

// recognize gives somebody new what holds of an account that was forgotten and
// came back: that it is blocked, and who keeps away from it. Nothing else is
// known of it, and nothing that was theirs comes back.
func (t *Tx) recognize(p *models.Person, who Who) (kept []any, err error) {
	mark := t.batch.store.pseudonym("account", t.coalition, who.Platform, who.Account)
	accounts, err := all[models.Account](t.query, "forgotten accounts", "platform = ? AND remote > ? AND remote < ?", who.Platform, mark+".", mark+"/")
	if err != nil {
		return nil, err
	}
	keepers := map[models.ID]bool{}
	for _, a := range accounts {
		before, err := t.query.Person(a.PersonID)
		if err != nil {
			return nil, err
		}
		if before.BlockedAt != nil {
			p.BlockedAt = before.BlockedAt
		}
		rows, err := all[models.KeepAway](t.query, "keep-away lists", "other_id = ?", before.ID)
		if err != nil {
			return nil, err
		}
		for _, k := range rows {
			if !keepers[k.PersonID] {
				keepers[k.PersonID] = true
				kept = append(kept, &models.KeepAway{ID: t.ID(), CoalitionID: t.coalition, PersonID: k.PersonID, OtherID: p.ID, CreatedAt: t.Now})
			}
		}
	}
	return kept, nil
}

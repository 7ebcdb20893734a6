package store

import (
	"fmt"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// fillAtOnce bounds the cards of one transaction, and with it how long others
// wait.
const fillAtOnce = 25

// Shut ends what was to be shown in rooms that cannot be written to any more:
// cards rest until they can, and all else is dropped.
func (t *Tx) Shut(rooms ...*models.Room) error {
	if len(rooms) == 0 {
		return nil
	}
	// What earlier units noted is written first, so that nothing of theirs comes
	// after this.
	if err := t.batch.flush(); err != nil {
		return err
	}
	ids := make([]models.ID, len(rooms))
	for i, room := range rooms {
		ids[i] = room.ID
	}
	t.set(&models.Out{}, "state = 'resting'", "state = 'pending' AND kind = 'card' AND card_id IN (SELECT id FROM card WHERE room_id IN ?)", ids)
	t.erase(&models.Out{}, "state = 'pending' AND kind = 'unreact' AND card_id IN (SELECT id FROM card WHERE room_id IN ?)", ids)
	t.erase(&models.Out{}, "state = 'pending' AND kind = 'room' AND room_id IN ?", ids)
	return nil
}

// Rest makes a card that could not be shown in its room rest until the room can
// be written to. It counts after all else that is recorded of the row.
func (t *Tx) Rest(out *models.Out) {
	if out.Kind == models.OutCard {
		t.set(&models.Out{}, "state = 'resting'", "id = ? AND state = 'failed'", out.ID)
	}
}

// set notes a change of the coalition's rows of a table that a condition holds
// for.
func (t *Tx) set(row interface{ TableName() string }, set, where string, args ...any) {
	t.erase(row, where, args...)
	t.buffer.erased[len(t.buffer.erased)-1].set = set
}

// The live needs and offers that have no card in a room.
const (
	needUnposted  = "number > 0 AND state <> 'closed' AND state <> 'done' AND NOT EXISTS (SELECT 1 FROM card c WHERE c.kind = 'need' AND c.entity_id = need.id AND c.room_id = %s)"
	offerUnposted = "number > 0 AND state = 'available' AND NOT EXISTS (SELECT 1 FROM card c WHERE c.kind = 'offer' AND c.entity_id = offer.id AND c.room_id = %s)"
	cardResting   = "state = 'resting' AND EXISTS (SELECT 1 FROM card c WHERE c.id = outbox.card_id AND c.room_id = %s)"
)

// behind holds for rooms that can be written to and do not show all that they
// should.
var behind = strings.NewReplacer(
	"RESTING", fmt.Sprintf(cardResting, "room.id"), "NEED", fmt.Sprintf(needUnposted, "room.id"), "OFFER", fmt.Sprintf(offerUnposted, "room.id"),
).Replace(`gone_at IS NULL AND NOT read_only AND (
	EXISTS (SELECT 1 FROM outbox WHERE outbox.coalition_id = room.coalition_id AND RESTING)
	OR is_board AND (EXISTS (SELECT 1 FROM need WHERE need.coalition_id = room.coalition_id AND NEED)
		OR EXISTS (SELECT 1 FROM offer WHERE offer.coalition_id = room.coalition_id AND OFFER)))`)

// Behind loads the rooms that can be written to and do not show all that they
// should, because they were chosen as a board or could not be written to.
func (r Reader) Behind() ([]*models.Room, error) {
	return all[models.Room](r.query, "rooms that are behind", behind+" ORDER BY id")
}

// CatchUp has some of what a room does not show yet posted or brought up to
// date there, and reports how much. It is called in units of work until there
// is none.
func (t *Tx) CatchUp(room models.ID) (n int, err error) {
	if err := t.batch.flush(); err != nil {
		return 0, err
	}
	rooms, err := t.Rooms()
	if err != nil {
		return 0, err
	}
	for _, r := range rooms {
		if r.ID != room || !r.Usable() {
			continue
		}
		if n, err = t.wake(room); err == nil && n == 0 && r.IsBoard {
			n, err = t.fill(r)
		}
	}
	return n, err
}

// wake takes up cards that rest.
func (t *Tx) wake(room models.ID) (int, error) {
	outs, err := all[models.Out](t.query, "resting cards", fmt.Sprintf(cardResting, "?")+" ORDER BY id LIMIT ?", room, fillAtOnce)
	if err != nil || len(outs) == 0 {
		return 0, err
	}
	ids := make([]models.ID, len(outs))
	for i, out := range outs {
		ids[i] = out.ID
	}
	t.erase(&models.Out{}, "id IN ?", ids)
	e := &t.buffer.erased[len(t.buffer.erased)-1]
	e.set, e.args = "state = 'pending', attempts = 0, due_at = ?, next_at = ?", append([]any{t.Now, t.Now}, e.args...)
	t.batch.urgent = true
	return len(outs), nil
}

// fill posts what a board does not have, the welcome first and the oldest need
// before newer ones.
func (t *Tx) fill(room *models.Room) (int, error) {
	entities, err := t.unposted(room.ID)
	if err != nil {
		return 0, err
	}
	for _, e := range entities {
		t.outCard(t.addCard(e, room), false)
	}
	return len(entities), nil
}

func (t *Tx) unposted(room models.ID) ([]models.Entity, error) {
	var list []models.Entity
	coalition, err := take[models.Coalition](t.db.Where("id = ?", t.coalition), "coalition")
	if err != nil {
		return nil, err
	}
	welcome, err := oneOrNil[models.Card](t.query, "card", "kind = ? AND entity_id = ? AND room_id = ?", models.KindWelcome, t.coalition, room)
	if err != nil {
		return nil, err
	}
	if coalition.SetUpAt != nil && welcome == nil {
		list = append(list, models.Entity{Kind: models.KindWelcome, ID: t.coalition})
	}
	needs, err := all[models.Need](t.query, "needs", fmt.Sprintf(needUnposted, "?")+" ORDER BY number LIMIT ?", room, fillAtOnce)
	if err != nil {
		return nil, err
	}
	for _, n := range needs {
		list = append(list, n.Entity())
	}
	offers, err := all[models.Offer](t.query, "offers", fmt.Sprintf(offerUnposted, "?")+" ORDER BY number LIMIT ?", room, fillAtOnce)
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		list = append(list, o.Entity())
	}
	return list, nil
}

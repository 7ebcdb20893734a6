package commands

import (
	"context"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// Away is a stretch during which a platform was not connected.
type Away struct {
	From, To time.Time
}

// awayTold is how long the bot is away before it says so: somebody whose press
// failed tries again within a few minutes anyway.
const awayTold = 10 * time.Minute

// Alive records that a platform is connected now. After a longer absence each
// board room is told once what came through and what did not; the absence is
// returned, nil if there was none.
func (r *Registry) Alive(ctx context.Context, platform string) (*Away, error) {
	now := r.now().UTC().Truncate(time.Microsecond)
	var away *Away
	err := r.store.Update(ctx, now, func(tx *store.Tx) error {
		away = nil
		before, err := tx.Beat(platform)
		if err != nil || before.IsZero() || tx.Now.Sub(before) <= awayTold {
			return err
		}
		away = &Away{before, tx.Now}
		rooms, err := tx.Boards(platform)
		if err != nil {
			return err
		}
		for _, room := range rooms {
			tx.In(room.CoalitionID)
			tx.Say(room, models.Message{Key: keyAway, Args: models.Args{"From": models.AtArg(before), "To": models.AtArg(tx.Now)}})
		}
		return nil
	})
	return away, err
}

// fillAway writes from when to when: "8:40" to "11:15 AM", and with the day if
// it was not one day.
func fillAway(v *View) error {
	args := v.message.Args
	if args["From"].At == nil || args["To"].At == nil {
		return nil
	}
	from, to := args["From"].At.In(v.zone()), args["To"].At.In(v.zone())
	v.set("From", catalogue.Clock(v.lang, from, v.zone()))
	v.set("To", catalogue.Clock(v.lang, to, v.zone()))
	switch {
	case from.YearDay() != to.YearDay() || from.Year() != to.Year():
		v.set("From", catalogue.DateClock(v.lang, from, v.now, v.zone()))
		v.set("To", catalogue.DateClock(v.lang, to, v.now, v.zone()))
	case from.Hour()/12 == to.Hour()/12 && !sharp(from) && !sharp(to):
		v.set("From", from.Format("3:04")) // the half of the day is said once
	}
	return nil
}

// sharp reports whether a clock shows noon or midnight, which are words.
func sharp(t time.Time) bool { return t.Minute() == 0 && t.Hour()%12 == 0 }

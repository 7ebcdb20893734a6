package commands

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

const (
	// joinLasts is for how long a code can be used.
	joinLasts = 24 * time.Hour
	// maxJoinCodes is how many codes of a coalition are open at once: with one
	// more, the oldest ends.
	maxJoinCodes = 3
	// joinSigns is the length of a code: 16 of 23 signs are 72 bits, which nobody
	// can try out in a day.
	joinSigns = 16
)

// joinCommand gives an admin a code with which one more space joins the
// coalition. Using it there is JoinSpace: that space belongs to no coalition, so
// that no command runs in it.
func joinCommand() *Command {
	return &Command{
		Name: "join", Group: GroupRun, Right: models.RightSetup,
		Params: []Param{{Name: "code", Type: TypeText, Rest: true, Max: models.MaxName}},
		Do:     (*Call).join,
		Says: map[string]Speech{
			"join.code": {Write: writeJoinCode},
			"join.done": {Write: writeJoined},
		},
	}
}

func (c *Call) join() (models.Message, error) {
	if c.Args.Has("code") {
		return models.Message{}, mistake("join.already", nil)
	}
	open, err := c.OpenJoinCodes()
	if err != nil {
		return models.Message{}, err
	}
	for len(open) >= maxJoinCodes {
		c.Remove(open[0])
		open = open[1:]
	}
	code := newJoinCode()
	c.Add(&models.JoinCode{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, Hash: c.JoinHash(bareCode(code)),
		PersonID: c.Actor.Person.ID, CreatedAt: c.Now, ExpiresAt: c.Now.Add(joinLasts)})
	c.once = map[string]string{"Code": code}
	return models.Message{Key: "join.code"}, nil
}

// newJoinCode makes a code that can be read out on the phone, in groups.
func newJoinCode() string {
	var signs []byte
	for len(signs) < joinSigns {
		for _, sign := range []byte(rand.Text()) { // letters and 2 to 7
			if strings.IndexByte(codeSigns, sign) >= 0 {
				signs = append(signs, sign)
			}
		}
	}
	var groups []string
	for i := 0; i < joinSigns; i += 4 {
		groups = append(groups, string(signs[i:i+4]))
	}
	return strings.Join(groups, "-")
}

// bareCode is a code without what people put between its signs.
func bareCode(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, code)
}

// writeJoinCode shows the code. It is not kept: to an event that comes again
// there is none to show.
func writeJoinCode(v *View) error {
	code, ok := v.fields["Code"].(string)
	if !ok {
		v.say("join.code_once")
		return nil
	}
	v.set("Code", Text(code).Plain()) // our own, and no person's words
	v.set("Prefix", prefixOn(v.who.Platform))
	v.say("join.code")
	return nil
}

// writeJoined says what the space has from now on.
func writeJoined(v *View) error {
	if err := fillCoalition(v); err != nil {
		return err
	}
	v.say("join.done")
	if err := fillBoard(v); err != nil {
		return err
	}
	if v.fields["Room"] == "" {
		v.say("join.done_no_board")
	} else {
		v.say("join.done_board")
	}
	return nil
}

// JoinSpace makes a space that belongs to no coalition one of the coalition of
// which somebody gives a code. They are a neighbor there, and no admin. A code
// that is wrong, used or too old is answered the same.
func (r *Registry) JoinSpace(ctx context.Context, f Founding, code string) (*Reply, error) {
	var out outcome
	var board models.ID
	refused := ""
	err := r.store.Update(ctx, r.now(), func(tx *store.Tx) error {
		out, board, refused = outcome{}, 0, ""
		there, err := tx.AnySpace(f.Who.Platform, f.Who.Space)
		if err != nil {
			return err
		}
		if there != nil {
			refused = "join.already"
			return nil
		}
		row, err := tx.JoinCode(tx.JoinHash(bareCode(code)))
		if err != nil {
			return err
		}
		if row == nil {
			refused = "join.wrong"
			return nil
		}
		space, err := tx.Join(row, f.Who, placeName(f.SpaceName), f.rooms()...)
		if err != nil {
			return err
		}
		out = outcome{message: models.Message{Key: "join.done"}, actor: tx.Actor, lang: r.langOf(tx.Actor, Invocation{Lang: f.Lang}), who: f.Who}
		return tellJoined(tx, row, space)
	})
	if err != nil {
		return nil, fmt.Errorf("join a coalition: %w", err)
	}
	if refused != "" {
		return r.plain(f.Lang, r.cat.On(f.Who.Platform, refused), map[string]any{"Prefix": prefixOn(f.Who.Platform)}), nil
	}
	rooms, err := r.store.Reader(ctx, out.actor.Coalition.ID).RoomsIn(f.Who.Platform, f.Who.Space)
	if err == nil && boardOf(rooms) != nil {
		board = boardOf(rooms).ID
		err = r.catchUp(ctx, out.actor.Coalition.ID, board)
	}
	if err != nil {
		r.log.Error("a board does not show all yet", "err", err) // the sweep goes on
	}
	return r.show(ctx, out)
}

// tellJoined tells the coalition's admins which space joined, and whose code it
// was.
func tellJoined(tx *store.Tx, code *models.JoinCode, space *models.Space) error {
	admins, err := tx.Team(models.Admin)
	if err != nil {
		return err
	}
	told := models.Message{Key: "join.told", About: models.Entity{Kind: models.KindSpace, ID: space.ID}, Args: models.Args{"Name": models.PersonArg(code.PersonID)}}
	for _, p := range admins {
		if err := tx.Tell(p.ID, told); err != nil {
			return err
		}
	}
	return nil
}

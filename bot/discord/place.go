package discord

import (
	"context"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// place finds out where an interaction is, and reports whether it can be carried
// out; else it is answered.
func (v *visit) place(ctx context.Context, wanted models.ID) bool {
	p, err := v.placing(ctx, wanted)
	switch {
	case err != nil:
		v.say(ctx, v.d.o.Registry.Apology(ctx, v.inv, err, false))
		return false
	case p.old:
		v.sayText(ctx, "discord.old_button", nil)
	case p.refusal != "":
		v.sayText(ctx, p.refusal, p.fields)
	case p.ask != nil:
		v.d.asked.put(v.inv.Who.Account, asking{i: v.i, at: v.d.o.Clock.Now()})
		body := v.d.which(v.langFor(ctx, ""), p.ask)
		body.Flags = flagEphemeral
		v.a.show(ctx, body, nil, false)
	}
	v.coalition = p.coalition
	return p.placed()
}

// placing finds out where an interaction is. A form has to be there in time
// whatever the database and Discord are doing: where it belongs is then found
// out when it comes back.
func (v *visit) placing(ctx context.Context, wanted models.ID) (*placing, error) {
	if !v.opensForm() {
		return v.d.where(ctx, v.i, &v.inv, wanted)
	}
	type found struct {
		inv commands.Invocation
		p   *placing
		err error
	}
	done, late := make(chan found, 1), v.d.o.Clock.After(placeWait)
	f := found{inv: v.inv}
	v.d.owned.Go(func() {
		f.err = guarded(func() (err error) {
			f.p, err = v.d.where(ctx, v.i, &f.inv, wanted)
			return err
		})
		done <- f
	})
	select {
	case f := <-done:
		v.inv = f.inv
		return f.p, f.err
	case <-late:
		v.unplaced = v.i.GuildID == ""
		return &placing{coalition: wanted}, nil
	}
}

// whereIs is the space of an interaction.
func (d *Discord) whereIs(ctx context.Context, i *interaction, inv *commands.Invocation, wanted models.ID) (*placing, error) {
	if i.GuildID == "" {
		return d.direct(ctx, inv, wanted)
	}
	coalition := d.coalitionOf(ctx, inv.Who)
	return &placing{coalition: coalition, old: wanted != 0 && wanted != coalition}, nil
}

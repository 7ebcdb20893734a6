package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// boardCommand lists the needs that can be taken, most urgent first.
func boardCommand() *Command {
	return &Command{Name: "board", Group: GroupHelp, Right: models.RightUse, Params: listParams(), Read: board}
}

func board(v *View, args Values) error {
	filter, err := v.filter(args)
	if err != nil {
		return err
	}
	if filter.Without, err = v.reader.ApartFrom(v.actor.Person.ID); err != nil {
		return err
	}
	offset, page := v.page(args)
	needs, total, err := v.reader.Board(filter, offset, pageSize)
	if err != nil {
		return err
	}
	if total == 0 {
		if len(args) > 0 {
			v.say("board.empty_filtered")
		} else {
			v.say("board.empty")
		}
		return nil
	}
	if err := v.paged(offset, len(needs), page, total, "board"); err != nil {
		return err
	}
	for i, n := range needs {
		if i > 0 {
			v.line("")
		}
		if err := v.aboutNeed(n); err != nil {
			return err
		}
		v.priority(n)
		if v.fields["When"] == v.fields["Priority"] {
			v.set("When", "") // "any time" is said once
		}
		v.say("board.line")
		v.line(quoted(n.What))
	}
	v.set("Ref", needs[0].Ref().String())
	v.set("Page", number(page+1))
	foot := v.text("board.foot")
	if int64(offset+len(needs)) < total {
		foot = v.text("board.next") + " " + foot
		v.button("button.next_page", again("board", page+1, args))
	}
	v.line(foot)
	return nil
}

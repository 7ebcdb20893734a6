package commands

import "github.com/berkshire-mutual-aid/shirebot/models"

// offersCommand lists what is offered, newest first.
func offersCommand() *Command {
	return &Command{Name: "offers", Group: GroupHelp, Right: models.RightUse, Params: listParams(), Read: offers}
}

func offers(v *View, args Values) error {
	filter, err := v.filter(args)
	if err != nil {
		return err
	}
	offset, page := v.page(args)
	list, total, err := v.reader.Offers(filter, offset, pageSize)
	if err != nil {
		return err
	}
	if total == 0 {
		if len(args) > 0 {
			v.say("offers.empty_filtered")
		} else {
			v.say("offers.empty")
		}
		return nil
	}
	if err := v.paged(offset, len(list), page, total, "offers"); err != nil {
		return err
	}
	for i, o := range list {
		if i > 0 {
			v.line("")
		}
		if err := v.aboutOffer(o); err != nil {
			return err
		}
		v.say("offers.line")
		v.line(quoted(o.What))
	}
	v.set("Ref", list[0].Ref().String())
	foot := v.text("offers.foot")
	if int64(offset+len(list)) < total {
		foot = v.text("offers.next") + " " + foot
		v.button("button.next_page", again("offers", page+1, args))
	}
	v.line(foot)
	return nil
}

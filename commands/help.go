package commands

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// helpCommand says what a person can do, or how one command works. It lists
// what dispatch would allow, by the same rule.
func helpCommand() *Command {
	return &Command{
		Name: "help", Group: GroupSettings, Right: models.RightUse,
		Params: []Param{{Name: "topic", Type: TypeText, Rest: true, Max: models.MaxName}},
		Read: func(v *View, args Values) error {
			if args.Has("topic") {
				return v.helpFor(args.Text("topic"))
			}
			return v.helpAll()
		},
	}
}

// helpAll begins with help for who needs it: whoever types only "help" may not
// be asking for a manual.
func (v *View) helpAll() error {
	crisis, err := v.crisis("crisis.short_us")
	if err != nil {
		return err
	}
	v.set("Crisis", crisis)
	v.say("help.head")
	for _, group := range []Group{GroupHelp, GroupYours, GroupSettings, GroupOrganize, GroupRun} {
		var names []string
		for _, c := range v.reg.list {
			if c.Group == group && c.Name != "help" && permit(c, v.actor.Person.Roles) == nil {
				names = append(names, v.usage(c))
			}
		}
		if names != nil {
			v.set("Commands", strings.Join(names, ", "))
			v.say("help.group." + string(group))
		}
	}
	if err := fillTeam(v); err != nil {
		return err
	}
	v.say("help.more")
	return nil
}

// usage is a command as people write it: its name, and a sample of what it has
// to be given.
func (v *View) usage(c *Command) string {
	name := v.word("command." + c.Name + ".name")
	for _, p := range c.Params {
		if p.Required && (p.Type == TypeNeed || p.Type == TypeRef) {
			return name + " N12"
		}
	}
	return name
}

// crisis is what someone in danger is shown: the suggested numbers in our own
// words, or the coalition's as its admins wrote them.
func (v *View) crisis(ours string) (string, error) {
	numbers := v.actor.Coalition.CrisisNumbers
	switch numbers {
	case "":
		return "", nil
	case SuggestedNumbers:
		return v.word(ours), nil
	}
	v.set("Numbers", User(numbers))
	return v.text("crisis.numbers"), nil
}

func (v *View) helpFor(topic string) error {
	c := v.reg.vocab.command(strings.TrimLeft(topic, "/!"))
	if c == nil || c.Group == GroupNone {
		return mistake("help.unknown", nil).echo("Word", topic)
	}
	if permit(c, v.actor.Person.Roles) != nil {
		role := "role.organizer"
		if !c.Right.Possible(models.Organizer) {
			role = "role.admin"
		}
		return mistake("help.not_for_you", models.Args{"Name": models.CodeArg("command." + c.Name + ".name"), "Role": models.CodeArg(role)})
	}
	v.say("command." + c.Name + ".more")
	return nil
}

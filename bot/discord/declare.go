package discord

import (
	"maps"
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What Discord allows in a command, from its documentation of application
// commands: characters of a description, options, and choices of one.
const (
	longestSummary = 100
	mostOptions    = 25
	longestChoice  = 100
)

// locales are Discord's names for our languages. American English stands beside
// the base, so that nobody is shown another language's words for want of it.
var locales = map[models.Lang][]string{models.English: {"en-US"}, models.Spanish: {"es-ES", "es-419"}}

// The places where a command can be used, and how the bot is added.
const (
	contextGuild  = 0
	contextDirect = 1
	installGuild  = 0
)

// adminsOnly is Manage Server, which Discord asks of who wants to see a command
// that runs a coalition. A server's admins can open it to others: who may do what
// is decided by us in any case.
const adminsOnly = "32"

// declare makes Discord's commands from ours, always in the same order. What only
// buttons name is not among them, nor is anything private a value of one.
func declare(registry *commands.Registry) []command {
	d := declaring{registry.Catalogue()}
	var list []command
	for _, c := range registry.Commands() {
		if c.Group != commands.GroupNone {
			list = append(list, d.command(c))
		}
	}
	return append(list, d.message())
}

// declaring writes the texts of commands.
type declaring struct{ texts *catalogue.Catalogue }

func (d declaring) command(c *commands.Command) command {
	id := "command." + c.Name
	declared := command{
		Type: commandSlash, Name: c.Name, NameLocalizations: d.names(id),
		Description: d.summary(models.English, id), DescriptionLocalizations: d.summaries(id),
		Contexts: []int{contextGuild, contextDirect}, IntegrationTypes: []int{installGuild},
	}
	if c.Group == commands.GroupRun {
		permissions := adminsOnly
		declared.DefaultMemberPermissions = &permissions
	}
	for i := range c.Params {
		if p := &c.Params[i]; !p.Private && len(declared.Options) < mostOptions {
			declared.Options = append(declared.Options, d.option(p))
		}
	}
	return declared
}

// message is the command in the menu of a message. Its name is read, not typed.
func (d declaring) message() command {
	const id = "discord.message_need"
	names := map[string]string{}
	for lang, all := range locales {
		for _, locale := range all {
			names[locale] = d.text(lang, id)
		}
	}
	return command{Type: commandMessage, Name: d.text(models.English, id), NameLocalizations: names,
		Contexts: []int{contextGuild, contextDirect}, IntegrationTypes: []int{installGuild}}
}

// option is a value that can be given: none has to be, as what is missing is
// asked.
func (d declaring) option(p *commands.Param) commandOption {
	id := "param." + p.Name
	o := commandOption{Type: optionText, Name: p.Name, NameLocalizations: d.names(id),
		Description: d.summary(models.English, id), DescriptionLocalizations: d.summaries(id)}
	switch p.Type {
	case commands.TypePerson:
		o.Type = optionUser
	case commands.TypePlatformRole:
		o.Type = optionRole
	case commands.TypeRoom:
		o.Type, o.ChannelTypes = optionChannel, []int{channelText, channelAnnouncement, channelForum}
	case commands.TypeCount:
		least, most := 1, p.Max
		o.Type, o.MinValue, o.MaxValue = optionInteger, &least, &most
	case commands.TypeChoice:
		if len(p.Codes) <= mostOptions {
			o.Choices = d.choices(p)
		} else {
			o.Autocomplete = true
		}
	case commands.TypeArea, commands.TypeCategory, commands.TypeLangs, commands.TypeNeed, commands.TypeRef:
		o.Autocomplete = true
	case commands.TypeWhen:
		o.MaxLength = models.MaxWhat
	default:
		if o.MaxLength = p.Max; o.MaxLength == 0 {
			o.MaxLength = models.MaxWhat
		}
	}
	return o
}

func (d declaring) choices(p *commands.Param) []choice {
	list := make([]choice, len(p.Codes))
	for i, code := range p.Codes {
		names := map[string]string{}
		for lang, all := range locales {
			for _, locale := range all {
				names[locale] = d.label(lang, p.Prefix+code)
			}
		}
		list[i] = choice{Name: d.label(models.English, p.Prefix+code), NameLocalizations: names, Value: code}
	}
	return list
}

// label is how a choice is called in a list.
func (d declaring) label(lang models.Lang, id string) string {
	if d.texts.Has(id + ".choice") {
		id += ".choice"
	}
	return cutTo(catalogue.Capital(d.text(lang, id)), longestChoice)
}

// names are what a command or an option is called in each locale.
func (d declaring) names(id string) map[string]string {
	names := map[string]string{}
	for lang, all := range locales {
		first, _, _ := strings.Cut(d.text(lang, id+".name"), ",")
		for _, locale := range all {
			names[locale] = strings.ToLower(strings.TrimSpace(first))
		}
	}
	return names
}

func (d declaring) summaries(id string) map[string]string {
	summaries := map[string]string{}
	for lang, all := range locales {
		for _, locale := range all {
			summaries[locale] = d.summary(lang, id)
		}
	}
	return summaries
}

func (d declaring) summary(lang models.Lang, id string) string {
	return cutTo(d.text(lang, id+".summary"), longestSummary)
}

// text is a text of the catalogue, empty if there is none: a test walks all that
// are needed here.
func (d declaring) text(lang models.Lang, id string) string {
	text, err := d.texts.Text(lang, id, nil)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(text)
}

// cutTo cuts a text to so many characters.
func cutTo(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}

// sorted is a set of commands in an order of its own, with the lists in them
// whose order means nothing in order as well.
func sorted(list []command) []command {
	list = slices.Clone(list)
	for i := range list {
		c := &list[i]
		c.Contexts, c.IntegrationTypes = inOrder(c.Contexts), inOrder(c.IntegrationTypes)
		c.Options = slices.Clone(c.Options)
		for j := range c.Options {
			o := &c.Options[j]
			o.ChannelTypes, o.NameLocalizations, o.DescriptionLocalizations = inOrder(o.ChannelTypes), known(o.NameLocalizations), known(o.DescriptionLocalizations)
			o.Choices = slices.Clone(o.Choices)
			for k := range o.Choices {
				o.Choices[k].NameLocalizations = known(o.Choices[k].NameLocalizations)
			}
		}
		c.NameLocalizations, c.DescriptionLocalizations = known(c.NameLocalizations), known(c.DescriptionLocalizations)
	}
	slices.SortStableFunc(list, func(a, b command) int {
		if a.Type != b.Type {
			return a.Type - b.Type
		}
		return strings.Compare(a.Name, b.Name)
	})
	return list
}

func inOrder(list []int) []int {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// known leaves out what is empty.
func known(names map[string]string) map[string]string {
	names = maps.Clone(names)
	maps.DeleteFunc(names, func(_, name string) bool { return name == "" })
	return names
}

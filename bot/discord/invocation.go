package discord

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// invocation is who acts and where, without what they mean.
func (d *Discord) invocation(i *interaction) commands.Invocation {
	inv := commands.Invocation{
		EventID: i.ID, Lang: langOf(i.Locale),
		Who: store.Who{Platform: name, Space: i.GuildID, Account: i.who().ID, Name: nameOf(i.Member, i.who())},
	}
	if i.GuildID != "" {
		inv.Room = i.ChannelID
		if i.Member != nil {
			inv.Member = d.members.saw(i.GuildID, i.who().ID, i.Member)
			inv.Member.Manages = manages(i.Member)
		}
	}
	return inv
}

// langOf is the language of a locale of Discord's, empty if it is none of ours.
func langOf(locale string) models.Lang {
	code, _, _ := strings.Cut(locale, "-")
	for _, lang := range models.Langs() {
		if string(lang) == code {
			return lang
		}
	}
	return ""
}

// nameOf is how somebody is called in a server.
func nameOf(m *member, u *user) string {
	switch {
	case m != nil && m.Nick != "":
		return m.Nick
	case u.GlobalName != "":
		return u.GlobalName
	}
	return u.Username
}

// The permissions with which somebody may begin a coalition in a server.
const (
	permissionAdministrator = 1 << 3
	permissionManageGuild   = 1 << 5
)

func manages(m *member) bool {
	granted, err := strconv.ParseUint(m.Permissions, 10, 64)
	return err == nil && granted&(permissionAdministrator|permissionManageGuild) != 0
}

// argsOf are the values of a command's options. People, rooms and roles are
// named by their ids, in Discord's own way of writing them.
func argsOf(data *interactionData) (args, named map[string]string) {
	args, named = map[string]string{}, map[string]string{}
	for _, o := range data.Options {
		var value string
		if err := json.Unmarshal(o.Value, &value); err != nil {
			value = strings.Trim(string(o.Value), `"`) // a number
		}
		if value == "" {
			continue
		}
		switch o.Type {
		case optionUser:
			if u, ok := data.Resolved.Users[value]; ok {
				m := data.Resolved.Members[value]
				named[value] = nameOf(&m, &u)
			}
			value = "<@" + value + ">"
		case optionChannel:
			value = "<#" + value + ">"
		case optionRole:
			value = "<@&" + value + ">"
		}
		args[o.Name] = value
	}
	return args, named
}

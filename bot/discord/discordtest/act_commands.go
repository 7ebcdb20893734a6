package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Slash has somebody use a slash command in a channel, or in their direct chat
// with the bot if the place is empty. The command and its options have to be
// published; options are named by their names, and have a text, a number, true
// or false, or an id as their value.
func (s *Server) Slash(userID, place, command string, options map[string]any) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slash(kindCommand, userID, place, command, options, "")
}

// Suggest has somebody type into an option of a command and wait for
// suggestions.
func (s *Server) Suggest(userID, place, command, option, typed string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slash(kindSuggest, userID, place, command, map[string]any{option: typed}, option)
}

func (s *Server) slash(kind int, userID, place, name string, options map[string]any, focused string) *Interaction {
	ch, no := s.place(userID, place, ViewChannel|UseCommands)
	if no != nil {
		return no
	}
	c := s.publishedCommand(ch, slashCommand, name, s.users[userID].locale)
	if c == nil {
		return s.wrong(userID, "the command /%s is not published", name)
	}
	if why := s.notOffered(c, userID, ch); why != "" {
		return s.refused(userID, "/%s: %s", name, why)
	}
	data := obj{"id": str(c, "id"), "name": str(c, "name"), "type": slashCommand}
	given, resolved, left := []obj{}, obj{}, len(options)
	for _, o := range objects(c, "options") {
		value, there := optionValue(o, options, s.users[userID].locale)
		if !there {
			if boolean(o, "required") && focused == "" {
				return s.refused(userID, "/%s needs the option %s", name, str(o, "name"))
			}
			continue
		}
		left--
		isFocused := focused != ""
		if isFocused && !boolean(o, "autocomplete") {
			return s.wrong(userID, "/%s: the option %s suggests nothing", name, str(o, "name"))
		}
		if why := s.unfit(o, value, ch, resolved); why != "" && !isFocused {
			return s.wrong(userID, "/%s: the option %s: %s", name, str(o, "name"), why)
		}
		entry := obj{"name": str(o, "name"), "type": num(o, "type"), "value": value}
		if isFocused {
			entry["focused"] = true
		}
		given = append(given, entry)
	}
	if left > 0 {
		return s.wrong(userID, "/%s has not all of the options %v", name, options)
	}
	if len(given) > 0 {
		data["options"] = given
	}
	if len(resolved) > 0 {
		data["resolved"] = resolved
	}
	return s.send(kind, userID, ch, data, nil)
}

func optionValue(o obj, options map[string]any, locale string) (any, bool) {
	if v, there := options[str(o, "name")]; there {
		return v, true
	}
	local := str(object(o, "name_localizations"), locale)
	v, there := options[local]
	return v, there && local != ""
}

// publishedCommand finds a command by its name, or by its name in the language
// of who looks for it.
func (s *Server) publishedCommand(ch *channel, kind int64, name, locale string) obj {
	for _, list := range [][]obj{s.commands.guilds[ch.guild], s.commands.global} {
		for _, c := range list {
			local := str(object(c, "name_localizations"), locale)
			if num(c, "type") == kind && (str(c, "name") == name || name != "" && local == name) {
				return c
			}
		}
	}
	return nil
}

// notOffered says why Discord does not show a command to somebody.
func (s *Server) notOffered(c obj, userID string, ch *channel) string {
	context := int64(0)
	if ch.kind == DM {
		context = 1
	}
	if list, there := c["contexts"].([]any); there && !slices.ContainsFunc(list, func(v any) bool { return num(obj{"": v}, "") == context }) {
		return "not offered in such a place"
	}
	if needed := str(c, "default_member_permissions"); needed != "" && ch.kind != DM {
		n, err := strconv.ParseInt(needed, 10, 64)
		has := s.permissions(userID, s.guilds[ch.guild], ch)
		if err != nil || has&n != n || n == 0 && has&Administrator == 0 {
			return "not offered to who lacks the permissions " + needed
		}
	}
	return ""
}

// unfit says why Discord's client does not let a value pass, and collects what
// goes with ids.
func (s *Server) unfit(o obj, value any, ch *channel, resolved obj) string {
	text, isText := value.(string)
	switch kind := num(o, "type"); kind {
	case 3:
		longest := int64(6000)
		if o["max_length"] != nil {
			longest = num(o, "max_length")
		}
		if !isText || int64(size(text)) > longest || int64(size(text)) < num(o, "min_length") || text == "" {
			return fmt.Sprintf("%q is no text of the length that is asked for", fmt.Sprint(value))
		}
	case 4:
		n, isNumber := value.(int)
		if !isNumber || o["min_value"] != nil && int64(n) < num(o, "min_value") || o["max_value"] != nil && int64(n) > num(o, "max_value") {
			return fmt.Sprintf("%v is not such a number", value)
		}
	case 5:
		if _, isBool := value.(bool); !isBool {
			return fmt.Sprintf("%v is neither true nor false", value)
		}
	case 6, 7, 8:
		return s.resolve(kind, text, ch, resolved)
	default:
		return "this type of option is not made here"
	}
	choices := objects(o, "choices")
	if len(choices) == 0 || slices.ContainsFunc(choices, func(c obj) bool { return fmt.Sprint(c["value"]) == fmt.Sprint(value) }) {
		return ""
	}
	return fmt.Sprintf("%v is not among the choices", value)
}

func (s *Server) resolve(kind int64, id string, ch *channel, resolved obj) string {
	add := func(key string, value obj) {
		if resolved[key] == nil {
			resolved[key] = obj{}
		}
		resolved[key].(obj)[id] = value
	}
	g := s.guilds[ch.guild]
	switch {
	case kind == 6 && s.users[id] != nil:
		add("users", s.users[id].json())
		if g != nil && g.members[id] != nil {
			m := g.members[id].json(nil)
			m["permissions"] = jsonInt(s.permissions(id, g, ch))
			add("members", m)
		}
	case kind == 7 && g != nil && s.channels[id] != nil && s.channels[id].guild == g.id:
		c := s.channels[id]
		add("channels", obj{"id": id, "name": c.name, "type": int(c.kind), "permissions": "0"})
	case kind == 8 && g != nil && g.roles[id] != nil:
		add("roles", g.roles[id].json(0))
	default:
		return fmt.Sprintf("%q is nothing that can be chosen here", id)
	}
	return ""
}

// ContextMenu has somebody use a command of a message's menu.
func (s *Server) ContextMenu(userID, messageID, name string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, no := s.visible(userID, messageID)
	if no != nil {
		return no
	}
	c := s.publishedCommand(ch, messageCommand, name, s.users[userID].locale)
	if c == nil {
		return s.wrong(userID, "the message command %q is not published", name)
	}
	if why := s.notOffered(c, userID, ch); why != "" {
		return s.refused(userID, "%s: %s", name, why)
	}
	full := s.messageJSON(m, false)
	return s.send(kindCommand, userID, ch, obj{
		"id": str(c, "id"), "name": str(c, "name"), "type": messageCommand, "target_id": m.id, "resolved": obj{"messages": obj{m.id: full}},
	}, nil)
}

// Published is a command as it is published everywhere, as JSON; nil if there is
// none of that name.
func (s *Server) Published(name string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.commands.global {
		if str(c, "name") == name {
			return encode(c)
		}
	}
	return nil
}

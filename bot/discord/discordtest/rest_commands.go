package discordtest

import (
	"slices"
	"time"
)

// commandSets are the commands that are published: for all guilds and direct
// chats, and for single guilds.
type commandSets struct {
	global  []obj
	guilds  map[string][]obj
	puts    int
	created []time.Time
}

// created is how many commands a day can be made for one place.
const createdADay = 200

func (s *Server) commandRoutes(on func(string, handler)) {
	const app = "/applications/{application}"
	for _, place := range []string{app + "/commands", app + "/guilds/{guild}/commands"} {
		on("GET "+place, func(c *call) (any, *failure) {
			if f := s.ownApplication(c); f != nil {
				return nil, f
			}
			full := c.URL.Query().Get("with_localizations") == "true"
			list := []obj{}
			for _, command := range *s.commandSet(c.PathValue("guild")) {
				list = append(list, published(command, full))
			}
			return list, nil
		})
		on("PUT "+place, s.putCommands)
	}
}

func (s *Server) ownApplication(c *call) *failure {
	if c.PathValue("application") != ApplicationID {
		return fail(403, 20012, "You are not authorized to perform this action on this application")
	}
	if g := c.PathValue("guild"); g != "" {
		_, f := s.guild(c)
		return f
	}
	return nil
}

func (s *Server) commandSet(guildID string) *[]obj {
	if guildID == "" {
		return &s.commands.global
	}
	if s.commands.guilds == nil {
		s.commands.guilds = map[string][]obj{}
	}
	list := s.commands.guilds[guildID]
	return &list
}

func (s *Server) putCommands(c *call) (any, *failure) {
	if f := s.ownApplication(c); f != nil {
		return nil, f
	}
	var k checker
	list := objects(c.body, "")
	k.commands(list)
	if f := k.failure(); f != nil {
		return nil, f
	}
	old := *s.commandSet(c.PathValue("guild"))
	next := []obj{}
	now := s.clock.Now()
	s.commands.created = slices.DeleteFunc(s.commands.created, func(at time.Time) bool { return now.Sub(at) >= 24*time.Hour })
	for _, command := range list {
		command = clone(command)
		command["id"] = s.idOf(command, old)
		if command["type"] == nil {
			command["type"] = slashCommand
		}
		next = append(next, command)
	}
	if len(s.commands.created) > createdADay {
		return nil, fail(400, 30034, "Max number of daily application command creates has been reached (200)")
	}
	s.commands.puts++
	if g := c.PathValue("guild"); g != "" {
		s.commands.guilds[g] = next
	} else {
		s.commands.global = next
	}
	s.change()
	answer := []obj{}
	for _, command := range next {
		answer = append(answer, published(command, true))
	}
	return answer, nil
}

// idOf is the id of a command, which it keeps as long as it has its name.
func (s *Server) idOf(command obj, old []obj) string {
	for _, o := range old {
		if str(o, "name") == str(command, "name") && max(num(o, "type"), 1) == max(num(command, "type"), 1) {
			return str(o, "id")
		}
	}
	s.commands.created = append(s.commands.created, s.clock.Now())
	return s.newID()
}

// published is a command as Discord gives it back: with what it fills in, and
// without what goes without saying. Other languages come only on request.
func published(command obj, full bool) obj {
	o := tidy(clone(command), full)
	o["application_id"], o["version"] = ApplicationID, str(command, "id")
	for key, value := range map[string]any{
		"default_member_permissions": nil, "nsfw": false, "integration_types": []int{0}, "contexts": nil, "dm_permission": true, "description": "",
	} {
		if o[key] == nil {
			o[key] = value
		}
	}
	if full {
		for _, key := range []string{"name_localizations", "description_localizations"} {
			if o[key] == nil {
				o[key] = nil
			}
		}
	}
	return o
}

func tidy(o obj, full bool) obj {
	for key, value := range o {
		list, isList := value.([]any)
		switch {
		case !full && (key == "name_localizations" || key == "description_localizations"):
			delete(o, key)
		case value == nil || value == false || isList && len(list) == 0:
			delete(o, key)
		}
	}
	for _, key := range []string{"options", "choices"} {
		for _, inside := range objects(o, key) {
			tidy(inside, full)
		}
	}
	return o
}

// Puts counts how often the bot published commands.
func (s *Server) Puts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands.puts
}

// Commands are the names of the commands that are published everywhere, in
// their order.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, c := range s.commands.global {
		names = append(names, str(c, "name"))
	}
	return names
}

// SetCommands publishes commands as if another version of the bot had done so.
// Each is a JSON object.
func (s *Server) SetCommands(commands ...map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands.global = nil
	for _, c := range commands {
		c = clone(c)
		c["id"] = s.newID()
		if c["type"] == nil {
			c["type"] = slashCommand
		}
		s.commands.global = append(s.commands.global, c)
	}
}

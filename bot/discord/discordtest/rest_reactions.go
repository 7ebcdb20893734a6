package discordtest

import (
	"regexp"
	"slices"
	"strconv"
	"unicode"
)

func (s *Server) reactionRoutes(on func(string, handler)) {
	const path = "/channels/{channel}/messages/{message}/reactions"
	on("PUT "+path+"/{emoji}/@me", func(c *call) (any, *failure) {
		ch, m, f := s.find(c, ReadMessageHistory)
		if f != nil {
			return nil, f
		}
		return nil, s.botReacts(ch, m, c.PathValue("emoji"))
	})
	on("DELETE "+path+"/{emoji}/@me", func(c *call) (any, *failure) { return nil, s.takeOff(c, BotID, 0) })
	on("DELETE "+path+"/{emoji}/{user}", func(c *call) (any, *failure) {
		if c.PathValue("user") == BotID {
			return nil, s.takeOff(c, BotID, 0)
		}
		return nil, s.takeOff(c, c.PathValue("user"), ManageMessages)
	})
	on("DELETE "+path, func(c *call) (any, *failure) {
		ch, m, f := s.find(c, ManageMessages)
		if f != nil {
			return nil, f
		}
		s.clearReactions(ch, m)
		return nil, nil
	})
	on("GET "+path+"/{emoji}", s.listReactions)
}

func (s *Server) botReacts(ch *channel, m *message, emoji string) *failure {
	if !isEmoji(emoji) {
		s.violated("a reaction with %q, which is no emoji", emoji)
		return fail(400, 10014, "Unknown Emoji")
	}
	if ch.archived {
		return fail(400, 50083, "Thread is archived")
	}
	if m.reaction(emoji) == nil {
		if f := s.may(ch, AddReactions); f != nil {
			return f
		}
		if len(m.reactions) >= 20 {
			return fail(400, 30010, "Maximum number of reactions reached (20)")
		}
	}
	if ch.kind == DM && s.users[ch.recipient].closed {
		return fail(403, 50007, "Cannot send messages to this user")
	}
	s.addReaction(ch, m, BotID, emoji)
	return nil
}

// addReaction puts a reaction on a message and tells the gateway.
func (s *Server) addReaction(ch *channel, m *message, userID, emoji string) bool {
	r := m.reaction(emoji)
	if r == nil {
		r = &reaction{emoji: emoji}
		m.reactions = append(m.reactions, r)
	}
	if slices.Contains(r.users, userID) {
		return false
	}
	r.users = append(r.users, userID)
	event := s.reactionEvent(ch, m, emoji)
	event["user_id"], event["burst"], event["message_author_id"] = userID, false, m.author
	if ch.guild != "" {
		if who := s.guilds[ch.guild].members[userID]; who != nil {
			event["member"] = who.json(s.users[userID])
		}
	}
	s.dispatchReaction(ch, "MESSAGE_REACTION_ADD", event)
	return true
}

func (s *Server) removeReaction(ch *channel, m *message, userID, emoji string) bool {
	r := m.reaction(emoji)
	if r == nil || !slices.Contains(r.users, userID) {
		return false
	}
	r.users = slices.DeleteFunc(slices.Clone(r.users), func(id string) bool { return id == userID })
	if len(r.users) == 0 {
		m.reactions = slices.DeleteFunc(slices.Clone(m.reactions), func(other *reaction) bool { return other == r })
	}
	event := s.reactionEvent(ch, m, emoji)
	event["user_id"], event["burst"] = userID, false
	s.dispatchReaction(ch, "MESSAGE_REACTION_REMOVE", event)
	return true
}

func (s *Server) clearReactions(ch *channel, m *message) {
	m.reactions = nil
	event := s.reactionEvent(ch, m, "")
	delete(event, "emoji")
	s.dispatchReaction(ch, "MESSAGE_REACTION_REMOVE_ALL", event)
}

func (s *Server) reactionEvent(ch *channel, m *message, emoji string) obj {
	event := obj{"channel_id": ch.id, "message_id": m.id, "emoji": emojiJSON(emoji), "type": 0}
	if ch.guild != "" {
		event["guild_id"] = ch.guild
	}
	return event
}

func (s *Server) dispatchReaction(ch *channel, name string, event obj) {
	s.change()
	if ch.kind == DM {
		s.dispatch(intentDirectReactions, name, event)
	} else if s.permissions(BotID, s.guilds[ch.guild], ch)&ViewChannel != 0 {
		s.dispatch(intentReactions, name, event)
	}
}

func (s *Server) takeOff(c *call, userID string, needed int64) *failure {
	ch, m, f := s.find(c, 0)
	switch {
	case f != nil:
		return f
	case ch.kind == DM && userID != BotID:
		return fail(400, 50003, "Cannot execute action on a DM channel")
	case s.may(ch, needed) != nil:
		return s.may(ch, needed)
	case !isEmoji(c.PathValue("emoji")):
		s.violated("a reaction with %q, which is no emoji", c.PathValue("emoji"))
		return fail(400, 10014, "Unknown Emoji")
	case ch.archived:
		return fail(400, 50083, "Thread is archived")
	}
	s.removeReaction(ch, m, userID, c.PathValue("emoji")) // one that is not there is no error at Discord
	return nil
}

// listReactions lists who reacted, by their ids, at most 100 at once.
func (s *Server) listReactions(c *call) (any, *failure) {
	_, m, f := s.find(c, ReadMessageHistory)
	if f != nil {
		return nil, f
	}
	q := c.URL.Query()
	limit := 25
	if q.Has("limit") {
		n, err := strconv.Atoi(q.Get("limit"))
		if err != nil || n < 1 || n > 100 {
			return nil, fail(400, 50035, "Invalid Form Body").with("limit has to be 1 to 100")
		}
		limit = n
	}
	if !isEmoji(c.PathValue("emoji")) {
		return nil, fail(400, 10014, "Unknown Emoji")
	}
	list := []obj{}
	r := m.reaction(c.PathValue("emoji"))
	if r == nil {
		return list, nil
	}
	ids := slices.Clone(r.users)
	slices.SortFunc(ids, func(a, b string) int {
		if older(a, b) {
			return -1
		}
		return 1
	})
	for _, id := range ids {
		if after := q.Get("after"); (after == "" || older(after, id)) && len(list) < limit {
			list = append(list, s.users[id].json())
		}
	}
	return list, nil
}

var custom = regexp.MustCompile(`^\w{2,32}:\d+$`)

// isEmoji is a rough look: no letters, spaces or ASCII but keycaps.
func isEmoji(emoji string) bool {
	if custom.MatchString(emoji) {
		return true
	}
	symbol := false
	for _, r := range emoji {
		if unicode.IsLetter(r) || unicode.IsSpace(r) || unicode.IsControl(r) {
			return false
		}
		symbol = symbol || r > 0x2000 && r != 0xFE0F && r != 0x200D
	}
	return symbol
}

package discordtest

import (
	"slices"
	"strconv"
	"time"
)

func (s *Server) messageRoutes(on func(string, handler)) {
	on("POST /channels/{channel}/messages", s.createMessage)
	on("GET /channels/{channel}/messages", s.listMessages)
	on("GET /channels/{channel}/messages/{message}", func(c *call) (any, *failure) {
		_, m, f := s.find(c, ReadMessageHistory)
		if f != nil {
			return nil, f
		}
		return s.messageJSON(m, false), nil
	})
	on("PATCH /channels/{channel}/messages/{message}", s.editMessage)
	on("DELETE /channels/{channel}/messages/{message}", func(c *call) (any, *failure) {
		ch, m, f := s.find(c, 0)
		if f == nil && m.author != BotID {
			f = s.may(ch, ManageMessages)
		}
		if f == nil {
			s.removeMessage(ch, m)
		}
		return nil, f
	})
	on("PUT /channels/{channel}/pins/{message}", func(c *call) (any, *failure) { return nil, s.pin(c, true) })
	on("DELETE /channels/{channel}/pins/{message}", func(c *call) (any, *failure) { return nil, s.pin(c, false) })
}

// find finds the message of a request, in a channel where the bot may do what
// is needed.
func (s *Server) find(c *call, needed int64) (*channel, *message, *failure) {
	if _, f := s.channel(c, needed); f != nil {
		return nil, nil, f
	}
	return s.messageIn(c.PathValue("channel"), c.PathValue("message"))
}

// fresh is a message with what a body says, by the bot.
func fresh(body obj) *message {
	content := str(body, "content")
	return &message{
		author: BotID, content: content, embeds: objects(body, "embeds"), components: numbered(objects(body, "components")),
		flags: num(body, "flags"), pings: pinged(content, object(body, "allowed_mentions")),
	}
}

// numbered gives components their ids, as Discord does with those that have
// none.
func numbered(list []obj) []obj {
	next := int64(1)
	var walk func([]obj) []obj
	walk = func(list []obj) []obj {
		var done []obj
		for _, c := range list {
			c = clone(c)
			if num(c, "id") == 0 {
				c["id"] = next
			}
			next++
			if inside := objects(c, "components"); inside != nil {
				c["components"] = walk(inside)
			}
			done = append(done, c)
		}
		return done
	}
	return walk(list)
}

func (s *Server) createMessage(c *call) (any, *failure) {
	ch, f := s.channel(c, 0)
	if f != nil {
		return nil, f
	}
	if f := s.maySend(ch, c.body); f != nil {
		return nil, f
	}
	var k checker
	k.message("a message", c.body, fieldsOfPost, flagSuppressEmbeds|flagSilent)
	k.text("a message", c.body, "nonce", 0, 25)
	if boolean(c.body, "enforce_nonce") && str(c.body, "nonce") == "" {
		k.add("a message has enforce_nonce and no nonce")
	}
	if f := k.failure(); f != nil {
		return nil, f
	}
	m := fresh(c.body)
	if hasNothing(m.content, m.embeds, m.components) {
		return nil, fail(400, 50006, "Cannot send an empty message").with("an empty message")
	}
	m.nonce = c.body["nonce"]
	if boolean(c.body, "enforce_nonce") {
		if old := s.sameNonce(ch, m.nonce); old != nil {
			return s.messageJSON(old, false), nil
		}
	}
	s.post(ch, m)
	return s.messageJSON(m, false), nil
}

// maySend says whether the bot may write what it wants to in a channel.
func (s *Server) maySend(ch *channel, body obj) *failure {
	if ch.kind == DM {
		return s.reachable(ch)
	}
	if ch.kind == Forum {
		return fail(400, 40058, "Cannot send a message in a forum channel")
	}
	needed := sendRight(ch)
	if len(objects(body, "embeds")) > 0 {
		needed |= EmbedLinks
	}
	if f := s.may(ch, needed); f != nil {
		return f
	}
	if ch.locked && s.may(ch, ManageThreads) != nil {
		return fail(400, 50083, "Thread is archived")
	}
	return nil
}

// nonceLife is for how long Discord knows a nonce.
const nonceLife = 5 * time.Minute

func (s *Server) sameNonce(ch *channel, nonce any) *message {
	for _, id := range slices.Backward(ch.messages) {
		m := s.messages[id]
		if s.clock.Now().Sub(m.made) >= nonceLife {
			return nil
		}
		if m.nonce == nonce && m.author == BotID {
			return m
		}
	}
	return nil
}

func (s *Server) listMessages(c *call) (any, *failure) {
	ch, f := s.channel(c, 0)
	if f != nil {
		return nil, f
	}
	q := c.URL.Query()
	limit := 50
	if q.Has("limit") {
		n, err := strconv.Atoi(q.Get("limit"))
		if err != nil || n < 1 || n > 100 {
			return nil, fail(400, 50035, "Invalid Form Body").with("limit has to be 1 to 100")
		}
		limit = n
	}
	list := []obj{}
	if s.may(ch, ReadMessageHistory) != nil {
		return list, nil // Discord shows none then, without an error
	}
	for _, id := range slices.Backward(ch.messages) {
		if before := q.Get("before"); before != "" && !older(id, before) {
			continue
		}
		if after := q.Get("after"); after != "" && !older(after, id) {
			continue
		}
		if len(list) < limit {
			list = append(list, s.messageJSON(s.messages[id], false))
		}
	}
	return list, nil
}

// older compares two ids, which are numbers.
func older(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

// Edits of messages older than this are throttled, to so many in a minute.
const (
	oldMessage = time.Hour
	oldEdits   = 3
)

func (s *Server) editMessage(c *call) (any, *failure) {
	ch, m, f := s.find(c, 0)
	if f != nil {
		return nil, f
	}
	if m.author != BotID {
		return nil, fail(403, 50005, "Cannot edit a message authored by another user")
	}
	if ch.archived {
		return nil, fail(400, 50083, "Thread is archived")
	}
	if ch.kind == DM && s.users[ch.recipient].closed {
		return nil, fail(403, 50007, "Cannot send messages to this user")
	}
	var k checker
	k.message("an edit", c.body, fieldsOfEdit, flagSuppressEmbeds)
	if f := k.failure(); f != nil {
		return nil, f
	}
	now := s.clock.Now()
	m.edits = slices.DeleteFunc(m.edits, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if now.Sub(m.made) >= oldMessage && len(m.edits) >= oldEdits {
		return nil, fail(429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later.")
	}
	if f := s.rewrite(m, c.body); f != nil {
		return nil, f
	}
	m.edits = append(m.edits, now)
	s.tellUpdate(m)
	return s.messageJSON(m, false), nil
}

// rewrite puts what a body says into a message. What it does not name stays.
func (s *Server) rewrite(m *message, body obj) *failure {
	next := *m
	if _, there := body["content"]; there {
		next.content = str(body, "content")
	}
	if _, there := body["embeds"]; there {
		next.embeds = objects(body, "embeds")
	}
	if _, there := body["components"]; there {
		next.components = numbered(objects(body, "components"))
	}
	if hasNothing(next.content, next.embeds, next.components) {
		s.violated("an edit leaves an empty message")
		return fail(400, 50006, "Cannot send an empty message")
	}
	next.edited, next.pending = s.clock.Now(), false
	*m = next
	s.change()
	return nil
}

func (s *Server) pin(c *call, pinned bool) *failure {
	ch, m, f := s.find(c, PinMessages)
	if f != nil {
		return f
	}
	if pinned && !m.pinned {
		count := 0
		for _, id := range ch.messages {
			if s.messages[id].pinned {
				count++
			}
		}
		if count >= 250 {
			return fail(400, 30003, "Maximum number of pins reached for the channel (250)")
		}
	}
	m.pinned = pinned
	event := obj{"channel_id": ch.id, "last_pin_timestamp": s.clock.Now().Format(time.RFC3339Nano)}
	if ch.guild != "" {
		event["guild_id"] = ch.guild
	}
	s.dispatch(intentGuilds, "CHANNEL_PINS_UPDATE", event)
	return nil
}

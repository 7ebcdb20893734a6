package discordtest

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// message is what stands in a channel. Embeds and components are as they were
// sent, and are never changed in place.
type message struct {
	id, channel, guild, author string
	content                    string
	embeds, components         []obj
	flags                      int64
	kind                       int
	nonce                      any
	made                       time.Time
	edited                     time.Time
	pinned                     bool
	reactions                  []*reaction
	pings                      []string // whom it notified, by id; or "everyone"
	only                       string   // the user who alone sees it
	edits                      []time.Time
	pending                    bool // a deferred answer that has not come
	webhook                    bool // an answer to an interaction
	deleted                    bool
}

type reaction struct {
	emoji string
	users []string // in the order of their ids at Discord; here as they came
}

func (m *message) reaction(emoji string) *reaction {
	for _, r := range m.reactions {
		if r.emoji == emoji {
			return r
		}
	}
	return nil
}

func (s *Server) messageJSON(m *message, event bool) obj {
	o := obj{
		"id": m.id, "channel_id": m.channel, "author": s.users[m.author].json(), "content": m.content,
		"timestamp": m.made.Format(time.RFC3339Nano), "edited_timestamp": nil, "flags": m.flags, "type": m.kind, "pinned": m.pinned,
		"embeds": orEmpty(m.embeds), "components": orEmpty(m.components), "attachments": []obj{}, "mentions": s.mentionedUsers(m),
		"mention_roles": []string{}, "mention_everyone": slices.Contains(m.pings, "everyone"), "tts": false,
	}
	if !m.edited.IsZero() {
		o["edited_timestamp"] = m.edited.Format(time.RFC3339Nano)
	}
	if m.nonce != nil {
		o["nonce"] = m.nonce
	}
	if m.webhook {
		o["application_id"], o["webhook_id"] = ApplicationID, ApplicationID
	}
	if len(m.reactions) > 0 {
		list := []obj{}
		for _, r := range m.reactions {
			list = append(list, obj{
				"count": len(r.users), "me": slices.Contains(r.users, BotID), "emoji": emojiJSON(r.emoji), "me_burst": false,
				"count_details": obj{"burst": 0, "normal": len(r.users)}, "burst_colors": []string{},
			})
		}
		o["reactions"] = list
	}
	if event && m.guild != "" {
		o["guild_id"] = m.guild
		if who := s.guilds[m.guild].members[m.author]; who != nil {
			o["member"] = who.json(nil)
		}
	}
	return o
}

func emojiJSON(emoji string) obj { return obj{"id": nil, "name": emoji} }

var mention = regexp.MustCompile(`<@!?(\d+)>`)

// mentioned are the users who are named in a content, each once.
func mentioned(content string) []string {
	var ids []string
	for _, found := range mention.FindAllStringSubmatch(content, -1) {
		if !slices.Contains(ids, found[1]) {
			ids = append(ids, found[1])
		}
	}
	return ids
}

func (s *Server) mentionedUsers(m *message) []obj {
	list := []obj{}
	for _, id := range mentioned(m.content) {
		if u := s.users[id]; u != nil {
			list = append(list, u.json())
		}
	}
	return list
}

var (
	roleMention = regexp.MustCompile(`<@&(\d+)>`)
	massMention = regexp.MustCompile(`@(everyone|here)\b`)
)

// pinged works out whom a message notifies: what allowed_mentions lets through
// of what its content names. Embeds notify nobody.
func pinged(content string, allowed obj) []string {
	parse := texts(allowed, "parse")
	var ids []string
	for _, id := range mentioned(content) {
		if slices.Contains(parse, "users") || slices.Contains(texts(allowed, "users"), id) {
			ids = append(ids, id)
		}
	}
	for _, found := range roleMention.FindAllStringSubmatch(content, -1) {
		if slices.Contains(parse, "roles") || slices.Contains(texts(allowed, "roles"), found[1]) {
			ids = append(ids, "role "+found[1])
		}
	}
	if massMention.MatchString(content) && slices.Contains(parse, "everyone") {
		ids = append(ids, "everyone")
	}
	return ids
}

// post puts a message into its channel and tells the gateway.
func (s *Server) post(c *channel, m *message) { s.postAs(c, m, s.newID()) }

// postAs is post for a message whose id is known.
func (s *Server) postAs(c *channel, m *message, id string) {
	m.id, m.channel, m.guild, m.made = id, c.id, c.guild, s.clock.Now()
	s.messages[m.id] = m
	c.messages = append(c.messages, m.id)
	if c.isThread() && c.archived && !c.locked {
		c.archived = false
		s.channelChanged(c)
	}
	if c.kind == DM {
		s.show(c.recipient, m)
	}
	s.dispatchMessage("MESSAGE_CREATE", c, m)
	s.change()
}

// dispatchMessage tells the gateway of a message. Without the privileged intent
// its content is there only in a direct chat, and if it is the bot's own or
// names the bot.
func (s *Server) dispatchMessage(name string, c *channel, m *message) {
	intent := intentMessages
	if c.kind == DM {
		intent = intentDirect
	} else if s.permissions(BotID, s.guilds[c.guild], c)&ViewChannel == 0 {
		return
	}
	full := s.messageJSON(m, true)
	if c.kind == DM || m.author == BotID || slices.Contains(mentioned(m.content), BotID) {
		s.dispatch(intent, name, full)
		return
	}
	bare := s.messageJSON(m, true)
	bare["content"], bare["embeds"], bare["components"] = "", []obj{}, []obj{}
	s.dispatchEither(intent, intentContent, name, full, bare)
}

// show keeps that only one user sees a message.
func (s *Server) show(userID string, m *message) {
	if feed := s.feeds[userID]; !slices.Contains(feed, m.id) {
		s.feeds[userID] = append(feed, m.id)
	}
	s.keep(m)
	s.change()
}

// keep remembers what somebody alone was shown at this moment.
func (s *Server) keep(m *message) {
	userID := m.only
	if c := s.channels[m.channel]; userID == "" && c != nil {
		userID = c.recipient
	}
	if userID != "" && !m.pending && m.author == BotID {
		s.versions[userID] = append(s.versions[userID], s.view(m))
	}
}

// removeMessage takes a message away and tells the gateway.
func (s *Server) removeMessage(c *channel, m *message) {
	m.deleted = true
	delete(s.messages, m.id)
	c.messages = slices.DeleteFunc(c.messages, func(id string) bool { return id == m.id })
	event := obj{"id": m.id, "channel_id": c.id}
	intent := intentDirect
	if c.guild != "" {
		event["guild_id"] = c.guild
		intent = intentMessages
	}
	s.dispatch(intent, "MESSAGE_DELETE", event)
	s.change()
}

// messageIn finds a message and its channel among what everybody there sees.
func (s *Server) messageIn(channelID, messageID string) (*channel, *message, *failure) {
	c := s.channels[channelID]
	if c == nil {
		return nil, nil, fail(404, 10003, "Unknown Channel")
	}
	m := s.messages[messageID]
	if m == nil || m.channel != channelID || m.only != "" || m.deleted {
		return c, nil, fail(404, 10008, "Unknown Message")
	}
	return c, m, nil
}

func (m *message) String() string { return fmt.Sprintf("message %s", m.id) }

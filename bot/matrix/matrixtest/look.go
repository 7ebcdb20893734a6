//go:build goolm

package matrixtest

import (
	"slices"
	"strings"
	"time"

	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// Message is a message as somebody can read it now.
type Message struct {
	ID     id.EventID // of the original, however often it was edited
	Room   id.RoomID
	Sender id.UserID
	Type   event.MessageType
	Body   string
	HTML   string // empty if it is not formatted
	// Mentions are the people whom the last version names in m.mentions.
	Mentions     []id.UserID
	MentionsRoom bool
	HasMentions  bool // has m.mentions at all, if only an empty one
	Encrypted    bool // the original and every edit of it
	// Signed tells whether the device that sent it is signed by its owner. Not
	// looked at for what this device sent itself.
	Signed     bool
	Edits      []id.EventID
	ReplyTo    id.EventID
	Thread     id.EventID
	Reactions  []Reaction
	At         time.Time      // the server's time of the original, in UTC
	Content    map[string]any // of the last version
	Unreadable error          // why it cannot be read, or its last edit cannot
}

// Reaction is an emoji under a message.
type Reaction struct {
	ID     id.EventID
	Sender id.UserID
	Key    string
}

// Messages are what can be read in a room now, oldest first: edits are applied,
// and what was taken back is gone. What cannot be decrypted is in it, with the
// reason.
func (c *Client) Messages(room id.RoomID) []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rooms[room]
	if r == nil {
		return nil
	}
	var found []Message
	at := map[id.EventID]int{}
	for _, e := range r.events {
		if e.redacted || !e.says() {
			continue
		}
		rel := e.relation()
		target, edits := at[rel.EventID]
		if rel.Type == event.RelReplace {
			if edits && found[target].Sender == e.sent.Sender {
				c.apply(&found[target], e)
			}
			continue
		}
		at[e.sent.ID] = len(found)
		found = append(found, c.message(e, e.content()))
	}
	for _, e := range r.events {
		if e.sent.Type != event.EventReaction || e.redacted {
			continue
		}
		if target, ok := at[e.relation().EventID]; ok {
			found[target].Reactions = append(found[target].Reactions, Reaction{ID: e.sent.ID, Sender: e.sent.Sender, Key: e.relation().Key})
		}
	}
	return found
}

// Message is one message of a room, if it can be seen.
func (c *Client) Message(room id.RoomID, wanted id.EventID) (Message, bool) {
	all := c.Messages(room)
	i := slices.IndexFunc(all, func(m Message) bool { return m.ID == wanted })
	if i < 0 {
		return Message{}, false
	}
	return all[i], true
}

// says tells whether an event is a message, or may be one.
func (e *entry) says() bool { return e.clear.Type == event.EventMessage || e.unreadable != nil }

// content is what the event says, as JSON.
func (e *entry) content() map[string]any { return e.clear.Content.Raw }

// relation is what the event belongs to. It is readable on encrypted ones too.
func (e *entry) relation() event.RelatesTo {
	switch content := e.clear.Content.Parsed.(type) {
	case *event.ReactionEventContent:
		return content.RelatesTo
	case event.Relatable:
		if rel := content.OptionalGetRelatesTo(); rel != nil {
			return *rel
		}
	}
	return event.RelatesTo{}
}

// message makes a message of an event and a content of it.
func (c *Client) message(e *entry, content map[string]any) Message {
	rel := e.relation()
	m := Message{
		ID: e.sent.ID, Room: e.sent.RoomID, Sender: e.sent.Sender, Encrypted: e.encrypted, Unreadable: e.unreadable,
		At: time.UnixMilli(e.sent.Timestamp).UTC(), ReplyTo: rel.GetNonFallbackReplyTo(), Thread: rel.GetThreadParent(),
		Signed: c.signed(c.life, e.device),
	}
	if e.unreadable == nil {
		m.fill(content)
	}
	return m
}

// apply makes of a message what an edit makes of it.
func (c *Client) apply(m *Message, e *entry) {
	m.Edits = append(m.Edits, e.sent.ID)
	m.Encrypted = m.Encrypted && e.encrypted
	m.Unreadable = e.unreadable
	if content, ok := e.content()["m.new_content"].(map[string]any); ok && e.unreadable == nil {
		m.Signed = c.signed(c.life, e.device)
		m.fill(content)
	}
}

// fill reads a content into a message.
func (m *Message) fill(content map[string]any) {
	text := func(key string) string {
		s, _ := content[key].(string)
		return s
	}
	m.Content, m.Type, m.Body, m.HTML = content, event.MessageType(text("msgtype")), text("body"), ""
	if text("format") == string(event.FormatHTML) {
		m.HTML = text("formatted_body")
	}
	m.Mentions, m.MentionsRoom = nil, false
	mentions, ok := content["m.mentions"].(map[string]any)
	m.HasMentions = ok
	m.MentionsRoom, _ = mentions["room"].(bool)
	people, _ := mentions["user_ids"].([]any)
	for _, person := range people {
		if name, ok := person.(string); ok {
			m.Mentions = append(m.Mentions, id.UserID(name))
		}
	}
}

// Pings are the messages that ring at somebody's, in every room that this
// client reads, by the default push rules: a notice never rings, a text does
// that mentions them, or that has no m.mentions and their name in it. What was
// taken back rang all the same. That a direct chat rings for every text is
// left out.
func (c *Client) Pings(of id.UserID) []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []Message
	for _, r := range c.rooms {
		for _, e := range r.events {
			if e.clear.Type != event.EventMessage || e.sent.Sender == of {
				continue
			}
			// An edit's own mentions ring, not those of the new content.
			if m := c.message(e, e.content()); r.rings(&m, of) {
				found = append(found, m)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Message) int { return a.At.Compare(b.At) })
	return found
}

// rings tells whether a message rings at somebody's who is in the room.
func (r *room) rings(m *Message, of id.UserID) bool {
	if m.Type == event.MsgNotice || r.membership(of) != event.MembershipJoin {
		return false
	}
	if m.HasMentions {
		return m.MentionsRoom || slices.Contains(m.Mentions, of)
	}
	names := []string{of.Localpart()}
	if seen := r.state[stateKey{event.StateMember.Type, of.String()}]; seen != nil {
		names = append(names, seen.Content.AsMember().Displayname)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return name != "" && strings.Contains(strings.ToLower(m.Body), strings.ToLower(name))
	})
}

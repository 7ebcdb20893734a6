package discordtest

import "slices"

// Message is a message as it is now.
type Message struct {
	ID, Channel, Guild string
	Author             string // an id
	Content            string // as it was sent
	Embeds             []Embed
	Buttons            []Button
	Selects            []SelectMenu
	Reactions          []Reaction
	// Pings are the ids of whom it notified: users, "role ID", "everyone".
	Pings     []string
	Flags     int64
	Ephemeral bool
	Pinned    bool
	Pending   bool // a deferred answer that has not come
	Edited    bool
	Nonce     string
	// Text is what a person reads, in plain words; see Server.Text.
	Text string
	// Words is Text without what stands under the message: buttons, selects and
	// reactions.
	Words string
}

// Embed is a box in a message.
type Embed struct{ Title, Description string }

// Button is a button under a message.
type Button struct {
	Label, CustomID string
	Style           int
	Disabled        bool
}

// SelectMenu is a list to choose from.
type SelectMenu struct {
	Placeholder, CustomID string
	Options               []Option
}

// Option is one entry of a select.
type Option struct {
	Label, Value string
	Default      bool
}

// Reaction is an emoji under a message, with who put it there.
type Reaction struct {
	Emoji string
	Users []string
}

// view is a message as it is now. The lock is held.
func (s *Server) view(m *message) *Message {
	v := &Message{
		ID: m.id, Channel: m.channel, Guild: m.guild, Author: m.author, Content: m.content, Pings: slices.Clone(m.pings), Flags: m.flags,
		Ephemeral: m.only != "", Pinned: m.pinned, Pending: m.pending, Edited: !m.edited.IsZero(), Text: s.render(m), Words: s.words(m),
	}
	v.Nonce, _ = m.nonce.(string)
	for _, e := range m.embeds {
		v.Embeds = append(v.Embeds, Embed{Title: str(e, "title"), Description: str(e, "description")})
	}
	for _, c := range parts(m.components) {
		if num(c, "type") == typeButton {
			v.Buttons = append(v.Buttons, Button{
				Label: str(c, "label"), CustomID: str(c, "custom_id"), Style: int(num(c, "style")), Disabled: boolean(c, "disabled"),
			})
			continue
		}
		v.Selects = append(v.Selects, menu(c))
	}
	for _, r := range m.reactions {
		v.Reactions = append(v.Reactions, Reaction{Emoji: r.emoji, Users: slices.Clone(r.users)})
	}
	return v
}

func menu(c obj) SelectMenu {
	m := SelectMenu{Placeholder: str(c, "placeholder"), CustomID: str(c, "custom_id")}
	for _, o := range objects(c, "options") {
		m.Options = append(m.Options, Option{Label: str(o, "label"), Value: str(o, "value"), Default: boolean(o, "default")})
	}
	return m
}

// Has says whether a message has a button of a label.
func (m *Message) Has(label string) bool {
	return slices.ContainsFunc(m.Buttons, func(b Button) bool { return b.Label == label })
}

// Message is a message by its id, or nil if it is gone. It can be one that only
// one person sees.
func (s *Server) Message(id string) *Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[id]; m != nil {
		return s.view(m)
	}
	return nil
}

// Channel lists what stands in a channel for everybody, oldest first.
func (s *Server) Channel(id string) []*Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	if c == nil {
		return nil
	}
	var list []*Message
	for _, id := range c.messages {
		list = append(list, s.view(s.messages[id]))
	}
	return list
}

// ThreadView is a thread or a forum post.
type ThreadView struct {
	ID, Name, Parent string
	Archived, Locked bool
}

// Threads lists the threads of a channel, or the posts of a forum, in the order
// in which they were made.
func (s *Server) Threads(channelID string) []ThreadView {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channelID]
	if c == nil || s.guilds[c.guild] == nil {
		return nil
	}
	var list []ThreadView
	for _, id := range s.guilds[c.guild].channels {
		if t := s.channels[id]; t.parent == channelID && t.isThread() {
			list = append(list, ThreadView{ID: t.id, Name: t.name, Parent: t.parent, Archived: t.archived, Locked: t.locked})
		}
	}
	return list
}

// SeenBy lists everything that is shown to one person and to nobody else, oldest
// first, each as it is now: answers that only they see, and what the bot wrote
// to them. What the person wrote is not in it.
func (s *Server) SeenBy(userID string) []*Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*Message
	for _, id := range s.feeds[userID] {
		if m := s.messages[id]; m != nil && m.author == BotID {
			list = append(list, s.view(m))
		}
	}
	return list
}

// Versions lists everything that was ever shown to one person alone, each time
// that it was new or changed, as it was then.
func (s *Server) Versions(userID string) []*Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.versions[userID])
}

// Form is the form that is open before somebody, or nil.
type Form struct {
	Title, CustomID string
	Fields          []Field
	Text            string
}

// Field is one part of a form. Options are those of a select.
type Field struct {
	Label, Description, CustomID, Value, Placeholder string
	Required                                         bool
	Options                                          []Option
}

// OpenForm is the form that somebody was shown last and has not sent, or nil.
func (s *Server) OpenForm(userID string) *Form {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil || u.form == nil {
		return nil
	}
	f := &Form{Title: str(u.form.form, "title"), CustomID: str(u.form.form, "custom_id"), Text: s.renderForm(u.form.form)}
	for _, p := range objects(u.form.form, "components") {
		c := object(p, "component")
		if num(p, "type") == typeRow {
			c = objects(p, "components")[0]
		}
		field := Field{Label: str(p, "label") + str(c, "label"), Description: str(p, "description"), Required: required(c), Options: menu(c).Options}
		field.CustomID, field.Value, field.Placeholder = str(c, "custom_id"), str(c, "value"), str(c, "placeholder")
		f.Fields = append(f.Fields, field)
	}
	return f
}

package discordtest

import (
	"crypto/rand"
	"maps"
	"slices"
	"time"
)

// SetLocale sets the language of somebody's Discord; en-US unless set.
func (s *Server) SetLocale(userID, locale string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[userID]; u != nil && slices.Contains(locales, locale) {
		u.locale = locale
	}
}

// Direct is the direct chat between somebody and the bot. An empty place means
// it too, wherever a place is asked for.
func (s *Server) Direct(userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[userID] == nil {
		s.violated("Direct: no user %s", userID)
		return ""
	}
	return s.directWith(userID).id
}

// place finds where somebody acts, and says why they cannot.
func (s *Server) place(userID, channelID string, needed int64) (*channel, *Interaction) {
	if s.users[userID] == nil {
		return nil, s.wrong(userID, "no user %q", userID)
	}
	if channelID == "" {
		return s.directWith(userID), nil
	}
	ch := s.channels[channelID]
	if ch == nil {
		return nil, s.refused(userID, "no channel %s", channelID)
	}
	if ch.kind == DM {
		if ch.recipient != userID {
			return nil, s.wrong(userID, "user %s in the direct chat of another", userID)
		}
		return ch, nil
	}
	g := s.guilds[ch.guild]
	if g.members[BotID] == nil || s.permissions(userID, g, ch)&needed != needed {
		return nil, s.refused(userID, "user %s may not do that in the channel %s, or the bot is gone", userID, ch.name)
	}
	return ch, nil
}

// send makes an interaction and tells the bot of it.
func (s *Server) send(kind int, userID string, ch *channel, data obj, source *message) *Interaction {
	u := s.users[userID]
	i := &Interaction{
		s: s, id: s.newID(), token: "aW50ZXJhY3Rpb24" + rand.Text() + rand.Text() + rand.Text(), kind: kind, user: userID,
		channel: ch.id, guild: ch.guild, made: s.clock.Now(), source: source,
	}
	p := obj{
		"id": i.id, "application_id": ApplicationID, "type": kind, "token": i.token, "version": 1, "channel_id": ch.id,
		"channel": s.channelJSON(ch), "locale": u.locale, "data": data, "entitlements": []obj{}, "attachment_size_limit": 10485760,
		"app_permissions": jsonInt(s.permissions(BotID, s.guilds[ch.guild], ch)), "authorizing_integration_owners": obj{"0": "0"},
		"context": 1,
	}
	if p["locale"] == "" {
		p["locale"] = "en-US"
	}
	if ch.kind == DM {
		p["user"] = u.json()
	} else {
		g := s.guilds[ch.guild]
		m := g.members[userID]
		if m == nil {
			m = &member{user: userID, joined: i.made} // they were one a moment ago
		}
		who := m.json(u)
		who["permissions"] = jsonInt(s.permissions(userID, g, ch))
		p["member"], p["guild_id"], p["guild_locale"], p["context"] = who, g.id, "en-US", 0
		p["guild"] = obj{"id": g.id, "locale": "en-US", "features": []string{}}
		p["authorizing_integration_owners"] = obj{"0": g.id}
	}
	if source != nil {
		p["message"] = s.messageJSON(source, false)
	}
	i.payload = p
	if s.sent.late > 0 {
		s.sent.late--
		i.expired, i.made = true, i.made.Add(-tokenLife-time.Second)
	}
	s.sent.byID[i.id], s.sent.byToken[i.token] = i, i
	s.dispatch(always, "INTERACTION_CREATE", p)
	s.change()
	return i
}

// visible finds a message that somebody sees.
func (s *Server) visible(userID, messageID string) (*channel, *message, *Interaction) {
	m := s.messages[messageID]
	if m == nil || m.only != "" && m.only != userID {
		return nil, nil, s.refused(userID, "user %s sees no message %s", userID, messageID)
	}
	ch, no := s.place(userID, m.channel, ViewChannel)
	return ch, m, no
}

// Press has somebody press the button of a label on a message that they see.
func (s *Server) Press(userID, messageID, label string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, no := s.visible(userID, messageID)
	if no != nil {
		return no
	}
	for _, c := range parts(m.components) {
		if num(c, "type") != typeButton || str(c, "label") != label {
			continue
		}
		if boolean(c, "disabled") || num(c, "style") == 5 {
			return s.refused(userID, "the button %q does nothing", label)
		}
		return s.component(userID, ch, m, c, nil)
	}
	return s.refused(userID, "there is no button %q on:\n%s", label, s.render(m))
}

// component sends that somebody used a part of a message.
func (s *Server) component(userID string, ch *channel, m *message, c obj, values []string) *Interaction {
	data := obj{"custom_id": str(c, "custom_id"), "component_type": num(c, "type"), "id": num(c, "id")}
	if num(c, "type") != typeButton {
		data["values"] = orEmpty(values)
		data["resolved"] = obj{}
	}
	return s.send(kindComponent, userID, ch, data, m)
}

// parts are the buttons and selects of rows, in order.
func parts(rows []obj) []obj {
	var list []obj
	for _, row := range rows {
		list = append(list, objects(row, "components")...)
	}
	return list
}

// Select has somebody choose options of a select, which is named by its
// placeholder; empty is the first select.
func (s *Server) Select(userID, messageID, placeholder string, labels ...string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, no := s.visible(userID, messageID)
	if no != nil {
		return no
	}
	for _, c := range parts(m.components) {
		if num(c, "type") == typeButton || placeholder != "" && str(c, "placeholder") != placeholder {
			continue
		}
		values, missing := chosen(c, labels)
		if missing != "" {
			return s.refused(userID, "there is no option %q in the select %q", missing, str(c, "placeholder"))
		}
		if why := wrongCount(c, len(values)); why != "" || boolean(c, "disabled") {
			return s.refused(userID, "the select %q: %s", str(c, "placeholder"), why)
		}
		return s.component(userID, ch, m, c, values)
	}
	return s.refused(userID, "there is no select %q on:\n%s", placeholder, s.render(m))
}

// chosen are the values of options, in the order of the select.
func chosen(c obj, labels []string) (values []string, missing string) {
	left := map[string]bool{}
	for _, l := range labels {
		left[l] = true
	}
	for _, o := range objects(c, "options") {
		label, value := str(o, "label"), str(o, "value")
		if left[label] || left[value] {
			values = append(values, value)
			delete(left, label)
			delete(left, value)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(left)) {
		return nil, l
	}
	return values, ""
}

func wrongCount(c obj, n int) string {
	least, most := int64(1), int64(1)
	if c["min_values"] != nil {
		least = num(c, "min_values")
	}
	if c["max_values"] != nil {
		most = num(c, "max_values")
	}
	if int64(n) < least || int64(n) > most {
		return "takes " + jsonInt(least) + " to " + jsonInt(most) + " options"
	}
	return ""
}

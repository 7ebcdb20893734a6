package discordtest

import "time"

// React has somebody put a reaction on a message that they see. It reports
// whether it was not there yet.
func (s *Server) React(userID, messageID, emoji string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, no := s.visible(userID, messageID)
	if no != nil || m.only != "" || !isEmoji(emoji) {
		s.violated("user %s cannot put %q on the message %s", userID, emoji, messageID)
		return false
	}
	return s.addReaction(ch, m, userID, emoji)
}

// Unreact has somebody take their reaction back. It reports whether there was
// one.
func (s *Server) Unreact(userID, messageID, emoji string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil || s.channels[m.channel] == nil {
		s.violated("Unreact: no message %s", messageID)
		return false
	}
	return s.removeReaction(s.channels[m.channel], m, userID, emoji)
}

// ClearReactions has a moderator take all reactions off a message.
func (s *Server) ClearReactions(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[messageID]; m != nil {
		s.clearReactions(s.channels[m.channel], m)
	}
}

// ClearEmoji has a moderator take all reactions of one kind off a message.
func (s *Server) ClearEmoji(messageID, emoji string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil || m.reaction(emoji) == nil {
		return
	}
	kept := []*reaction{}
	for _, r := range m.reactions {
		if r.emoji != emoji {
			kept = append(kept, r)
		}
	}
	m.reactions = kept
	ch := s.channels[m.channel]
	s.dispatchReaction(ch, "MESSAGE_REACTION_REMOVE_EMOJI", s.reactionEvent(ch, m, emoji))
}

// Type has somebody write to the bot in their direct chat.
func (s *Server) Type(userID, text string) (messageID string) { return s.Say(userID, "", text) }

// Say has somebody write in a channel, or to the bot if the place is empty.
func (s *Server) Say(userID, place, text string) (messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, no := s.place(userID, place, 0)
	if no == nil && ch.kind != DM && s.permissions(userID, s.guilds[ch.guild], ch)&sendRight(ch) == 0 || text == "" || size(text) > 2000 {
		no = s.refused(userID, "user %s cannot write that there", userID)
	}
	if no != nil {
		s.violated("%s", no.reason)
		return ""
	}
	m := &message{author: userID, content: text}
	s.post(ch, m)
	return m.id
}

// DeleteMessage has a moderator delete a message.
func (s *Server) DeleteMessage(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil || s.channels[m.channel] == nil || m.only != "" {
		s.violated("DeleteMessage: no message %s", messageID)
		return
	}
	s.removeMessage(s.channels[m.channel], m)
}

// DeleteMessages has a moderator delete several messages of a channel at once.
func (s *Server) DeleteMessages(channelID string, messageIDs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.inGuild("DeleteMessages", channelID)
	if ch == nil {
		return
	}
	lose := s.gateway.lose
	for _, id := range messageIDs {
		if m := s.messages[id]; m != nil {
			s.gateway.lose = 1 // the one event below says it
			s.removeMessage(ch, m)
		}
	}
	s.gateway.lose = lose
	s.dispatch(intentMessages, "MESSAGE_DELETE_BULK", obj{"ids": messageIDs, "channel_id": ch.id, "guild_id": ch.guild})
}

// Dismiss has somebody dismiss a message that only they see.
func (s *Server) Dismiss(userID, messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[messageID]; m != nil && m.only == userID {
		m.deleted = true
		delete(s.messages, m.id)
		s.change()
	}
}

// Forge sends a press with a custom_id of the attacker's own, on a message or on
// none. The attacker need not be a member any more.
func (s *Server) Forge(userID, messageID, customID string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil || s.users[userID] == nil || s.channels[m.channel] == nil {
		return s.wrong(userID, "Forge: no user %s or message %s", userID, messageID)
	}
	return s.component(userID, s.channels[m.channel], m, obj{"custom_id": customID, "type": typeButton, "id": 1}, nil)
}

// ForgeSelect is Forge for a select with values that were not offered.
func (s *Server) ForgeSelect(userID, messageID, customID string, values ...string) *Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil || s.users[userID] == nil || s.channels[m.channel] == nil {
		return s.wrong(userID, "ForgeSelect: no user %s or message %s", userID, messageID)
	}
	return s.component(userID, s.channels[m.channel], m, obj{"custom_id": customID, "type": typeSelect, "id": 1}, values)
}

// Repeat sends an interaction again, with the same id and token.
func (s *Server) Repeat(i *Interaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.payload != nil {
		s.dispatch(always, "INTERACTION_CREATE", i.payload)
	}
}

// Expire makes an interaction's token worthless: a first answer is too late,
// and so is every other.
func (s *Server) Expire(i *Interaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i.expired = true
	i.made = i.made.Add(-tokenLife - time.Second)
	i.current()
	s.change()
}

// ExpireNext makes the next interactions arrive when it is too late to answer
// them.
func (s *Server) ExpireNext(n int) { s.locked(func() { s.sent.late = n }) }

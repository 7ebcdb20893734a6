package discordtest

// channel finds the channel of a request and makes sure that the bot sees it.
func (s *Server) channel(c *call, needed int64) (*channel, *failure) {
	ch := s.channels[c.PathValue("channel")]
	if ch == nil {
		return nil, fail(404, 10003, "Unknown Channel")
	}
	if ch.kind != DM && (s.guilds[ch.guild].unavailable) {
		return nil, fail(503, 130000, "API resource is currently overloaded. Try again a little later")
	}
	return ch, s.may(ch, needed)
}

func (s *Server) channelRoutes(on func(string, handler)) {
	on("GET /channels/{channel}", func(c *call) (any, *failure) {
		ch, f := s.channel(c, 0)
		if f != nil {
			return nil, f
		}
		return s.channelJSON(ch), nil
	})
	on("PATCH /channels/{channel}", s.changeChannel)
	on("DELETE /channels/{channel}", func(c *call) (any, *failure) {
		ch, f := s.channel(c, 0)
		if f != nil {
			return nil, f
		}
		needed := int64(ManageChannels)
		if ch.isThread() {
			needed = ManageThreads
		}
		if ch.kind == DM {
			return nil, fail(400, 50003, "Cannot execute action on a DM channel")
		}
		if f := s.may(ch, needed); f != nil {
			return nil, f
		}
		was := s.channelJSON(ch)
		s.deleteChannel(ch)
		return was, nil
	})
	on("POST /channels/{channel}/threads", s.createPost)
}

// changeChannel changes a thread: its name, and whether it is archived.
func (s *Server) changeChannel(c *call) (any, *failure) {
	ch, f := s.channel(c, 0)
	if f != nil {
		return nil, f
	}
	if !ch.isThread() {
		if f := s.may(ch, ManageChannels); f != nil {
			return nil, f
		}
	}
	var k checker
	k.only("a changed channel", c.body, "name", "archived", "locked", "auto_archive_duration", "rate_limit_per_user", "flags", "applied_tags")
	if c.body["name"] != nil {
		k.text("a changed channel", c.body, "name", 1, 100)
	}
	if f := k.failure(); f != nil {
		return nil, f
	}
	if ch.isThread() {
		if f := s.mayChangeThread(ch, c.body); f != nil {
			return nil, f
		}
	}
	if c.body["archived"] != nil {
		ch.archived = boolean(c.body, "archived")
	}
	if c.body["locked"] != nil {
		ch.locked = boolean(c.body, "locked")
	}
	if name := str(c.body, "name"); name != "" {
		ch.name = name
	}
	s.channelChanged(ch)
	return s.channelJSON(ch), nil
}

// mayChangeThread: who may write in a thread can take it out of the archive
// unless it is locked. The rest is for its owner and for moderators.
func (s *Server) mayChangeThread(ch *channel, body obj) *failure {
	if s.may(ch, ManageThreads) == nil {
		return nil
	}
	reopens := len(body) == 1 && body["archived"] == false
	if reopens && !ch.locked {
		return s.may(ch, SendMessagesInThreads)
	}
	if ch.owner == BotID && body["locked"] == nil && !ch.locked {
		if ch.archived && body["archived"] != false {
			return fail(400, 50083, "Thread is archived")
		}
		return nil
	}
	return fail(403, 50013, "Missing Permissions")
}

// createPost makes a post in a forum: a thread with its first message, which
// has the thread's id.
func (s *Server) createPost(c *call) (any, *failure) {
	forum, f := s.channel(c, SendMessages)
	if f != nil {
		return nil, f
	}
	if forum.kind != Forum {
		return nil, fail(400, 50024, "Cannot execute action on this channel type")
	}
	var k checker
	k.only("a forum post", c.body, "name", "auto_archive_duration", "rate_limit_per_user", "message", "applied_tags")
	k.text("a forum post", c.body, "name", 1, 100)
	body := object(c.body, "message")
	k.message("a forum post's message", body, fieldsOfStarter, flagSuppressEmbeds|flagSilent)
	m := fresh(body)
	if hasNothing(m.content, m.embeds, m.components) {
		k.add("a forum post without a message")
	}
	if f := k.failure(); f != nil {
		return nil, f
	}
	if forum.flags&flagRequireTag != 0 && len(texts(c.body, "applied_tags")) == 0 {
		return nil, fail(400, 40067, "A tag is required to create a forum post in this channel")
	}
	if len(m.embeds) > 0 {
		if f := s.may(forum, EmbedLinks); f != nil {
			return nil, f
		}
	}
	t := s.addChannel(s.guilds[forum.guild], str(c.body, "name"), Thread)
	t.parent, t.owner = forum.id, BotID
	event := s.channelJSON(t)
	event["newly_created"] = true
	s.dispatch(intentGuilds, "THREAD_CREATE", event)
	s.postAs(t, m, t.id)
	answer := s.channelJSON(t)
	answer["message"] = s.messageJSON(m, false)
	return answer, nil
}

package discordtest

import "slices"

func (s *Server) interactionRoutes(on func(string, handler)) {
	const hook = "/webhooks/{application}/{token}"
	on("POST /interactions/{interaction}/{token}/callback", s.respond)
	on("POST "+hook, s.followUp)
	for _, path := range []string{hook + "/messages/@original", hook + "/messages/{message}"} {
		on("GET "+path, func(c *call) (any, *failure) {
			_, m, f := s.answerOf(c)
			if f != nil {
				return nil, f
			}
			return s.messageJSON(m, false), nil
		})
		on("PATCH "+path, s.editAnswer)
		on("DELETE "+path, func(c *call) (any, *failure) {
			_, m, f := s.answerOf(c)
			if f == nil {
				m.deleted = true
				if ch := s.channels[m.channel]; m.only == "" && ch != nil {
					s.removeMessage(ch, m)
				}
				s.change()
			}
			return nil, f
		})
	}
}

// The types of first answers.
const (
	answerMessage = 4
	answerLater   = 5
	answerNothing = 6
	answerUpdate  = 7
	answerSuggest = 8
	answerForm    = 9
)

// respond takes the first answer to an interaction.
func (s *Server) respond(c *call) (any, *failure) {
	i := s.sent.byID[c.PathValue("interaction")]
	if i == nil || i.token != c.PathValue("token") || i.current() == Failed {
		return nil, fail(404, 10062, "Unknown interaction")
	}
	if i.state != Waiting {
		return nil, fail(400, 40060, "Interaction has already been acknowledged.")
	}
	var k checker
	k.only("an answer", c.body, "type", "data")
	kind, data := int(num(c.body, "type")), object(c.body, "data")
	if !slices.Contains(possible(i), kind) {
		k.add("an answer of type %d to an interaction of kind %d", kind, i.kind)
	}
	var next *failure
	switch kind {
	case answerMessage:
		next = s.answerShown(&k, i, data)
	case answerLater:
		next = s.answerDeferred(&k, i, data)
	case answerUpdate:
		next = s.answerUpdated(&k, i, data)
	case answerSuggest:
		s.answerSuggested(&k, i, data)
	case answerForm:
		if k.form(data); len(k.wrong) == 0 {
			i.state, i.form = FormShown, data
			s.users[i.user].form = &shown{form: data, interaction: i}
		}
	case answerNothing:
		if len(k.wrong) == 0 {
			i.state, i.original = Noted, i.source
		}
	}
	if f := k.failure(); f != nil {
		return nil, f
	}
	s.change()
	return nil, next
}

// possible are the types of answers that an interaction can get. A form cannot
// follow a form.
func possible(i *Interaction) []int {
	switch {
	case i.kind == kindSuggest:
		return []int{answerSuggest}
	case i.kind == kindCommand:
		return []int{answerMessage, answerLater, answerForm}
	case i.kind == kindForm && i.source == nil:
		return []int{answerMessage, answerLater}
	case i.kind == kindForm:
		return []int{answerMessage, answerLater, answerNothing, answerUpdate}
	}
	return []int{answerMessage, answerLater, answerNothing, answerUpdate, answerForm}
}

func (s *Server) answerShown(k *checker, i *Interaction, data obj) *failure {
	k.message("an answer", data, fieldsOfAnswer, flagSuppressEmbeds|flagEphemeral|flagSilent)
	m := fresh(data)
	if len(k.wrong) > 0 {
		return nil
	}
	if hasNothing(m.content, m.embeds, m.components) {
		return fail(400, 50006, "Cannot send an empty message").with("an empty answer")
	}
	i.state, i.original = Shown, m
	s.showAnswer(i, m)
	return nil
}

func (s *Server) answerDeferred(k *checker, i *Interaction, data obj) *failure {
	k.only("a deferred answer", data, "flags")
	if num(data, "flags")&^flagEphemeral != 0 {
		k.add("a deferred answer with the flags %d", num(data, "flags"))
	}
	if len(k.wrong) > 0 {
		return nil
	}
	i.state, i.original = Deferred, &message{author: BotID, flags: num(data, "flags") | flagLoading, pending: true}
	s.showAnswer(i, i.original)
	return nil
}

// showAnswer puts an answer where it belongs: into the channel, or before the
// person alone.
func (s *Server) showAnswer(i *Interaction, m *message) {
	m.webhook = true
	ch := s.channels[i.channel]
	if m.flags&flagEphemeral == 0 && ch != nil {
		s.post(ch, m)
		return
	}
	m.id, m.channel, m.guild, m.made, m.only, m.pings = s.newID(), i.channel, i.guild, s.clock.Now(), i.user, nil
	s.messages[m.id] = m
	s.show(i.user, m)
}

func (s *Server) answerUpdated(k *checker, i *Interaction, data obj) *failure {
	flags := int64(flagSuppressEmbeds)
	if i.source != nil && i.source.only != "" {
		flags |= flagEphemeral // it is one already; nothing shown to all can become private
	}
	k.message("an update", data, fieldsOfAnswer, flags)
	if len(k.wrong) > 0 || i.source == nil {
		return nil
	}
	if i.source.deleted {
		return fail(404, 10008, "Unknown Message")
	}
	if f := s.rewrite(i.source, data); f != nil {
		return f
	}
	i.state, i.original = Updated, i.source
	s.tellUpdate(i.source)
	return nil
}

// tellUpdate says that an answer changed: to everybody, or to the one person.
func (s *Server) tellUpdate(m *message) {
	if ch := s.channels[m.channel]; m.only == "" && ch != nil {
		s.dispatchMessage("MESSAGE_UPDATE", ch, m)
	}
	s.keep(m)
}

func (s *Server) answerSuggested(k *checker, i *Interaction, data obj) {
	k.only("suggestions", data, "choices")
	list := objects(data, "choices")
	if _, isList := data["choices"].([]any); !isList || len(list) > 25 {
		k.add("%d suggestions; a list of 25 is possible", len(list))
	}
	choices := []Choice{}
	for _, c := range list {
		k.choice("suggestions", c, 3)
		choices = append(choices, Choice{Name: str(c, "name"), Value: str(c, "value")})
	}
	if len(k.wrong) == 0 {
		i.state, i.choices = Suggested, choices
	}
}

// hook finds the interaction of a token that can be used for later answers.
func (s *Server) hook(c *call) (*Interaction, *failure) {
	token := c.PathValue("token")
	if s.sent.gone[token] {
		s.violated("%s %s: this webhook has answered 404 before", c.Method, c.URL.Path)
	}
	i := s.sent.byToken[token]
	if i == nil || c.PathValue("application") != ApplicationID || i.state == Waiting || i.state == Failed || i.state == Suggested {
		s.sent.gone[token] = true
		return nil, fail(404, 10015, "Unknown Webhook")
	}
	if i.expired || s.clock.Now().Sub(i.made) > tokenLife {
		return nil, fail(401, 50027, "Invalid Webhook Token")
	}
	return i, nil
}

func (s *Server) answerOf(c *call) (*Interaction, *message, *failure) {
	i, f := s.hook(c)
	if f != nil {
		return nil, nil, f
	}
	m := i.original
	if id := c.PathValue("message"); id != "" && (m == nil || m.id != id) {
		m = nil
		for _, other := range i.more {
			if other.id == id {
				m = other
			}
		}
	}
	if m == nil || m.deleted {
		return nil, nil, fail(404, 10008, "Unknown Message")
	}
	return i, m, nil
}

func (s *Server) editAnswer(c *call) (any, *failure) {
	i, m, f := s.answerOf(c)
	if f != nil {
		return nil, f
	}
	var k checker
	k.message("an edited answer", c.body, fieldsOfEdit, flagSuppressEmbeds)
	if f := k.failure(); f != nil {
		return nil, f
	}
	if f := s.complete(i, m, c.body); f != nil {
		return nil, f
	}
	return s.messageJSON(m, false), nil
}

// complete changes an answer; what was deferred is there then.
func (s *Server) complete(i *Interaction, m *message, body obj) *failure {
	if f := s.rewrite(m, body); f != nil {
		return f
	}
	m.flags &^= flagLoading
	switch {
	case m == i.original && i.state == Deferred:
		i.state = Shown
	case m == i.original && i.state == Noted:
		i.state = Updated
	}
	s.tellUpdate(m)
	s.change()
	return nil
}

// followUp takes a later answer. The first one after a deferral fills its place.
func (s *Server) followUp(c *call) (any, *failure) {
	i, f := s.hook(c)
	if f != nil {
		return nil, f
	}
	var k checker
	k.message("a later answer", c.body, fieldsOfAnswer, flagSuppressEmbeds|flagEphemeral|flagSilent)
	m := fresh(c.body)
	if hasNothing(m.content, m.embeds, m.components) {
		k.add("an empty answer")
	}
	if f := k.failure(); f != nil {
		return nil, f
	}
	if i.state == Deferred && i.original.pending {
		if f := s.complete(i, i.original, c.body); f != nil {
			return nil, f
		}
		return s.messageJSON(i.original, false), nil
	}
	i.more = append(i.more, m)
	s.showAnswer(i, m)
	return s.messageJSON(m, false), nil
}

package discordtest

import (
	"testing"
	"time"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	id := str(w.want(200, 0, "POST", w.messages(), says("a")), "id")
	thread := w.s.AddThread(w.room, w.sam, "talk")
	box := with(embeds(obj{"description": "x"}), "content", "")
	for _, c := range []struct {
		without      int64
		code         int
		method, path string
		body         any
	}{
		{ViewChannel, 50001, "POST", w.messages(), says("a")},
		{ViewChannel, 50001, "GET", "/channels/" + w.room, nil},
		{SendMessages, 50013, "POST", w.messages(), says("a")},
		{EmbedLinks, 50013, "POST", w.messages(), box},
		{ReadMessageHistory, 50013, "GET", w.messages() + "/" + id, nil},
		{ReadMessageHistory, 50013, "GET", w.messages() + "/" + id + "/reactions/✋", nil},
		{ReadMessageHistory, 50013, "PUT", w.messages() + "/" + id + "/reactions/✋/@me", nil},
		{AddReactions, 50013, "PUT", w.messages() + "/" + id + "/reactions/✋/@me", nil},
		{PinMessages, 50013, "PUT", "/channels/" + w.room + "/pins/" + id, nil},
		{PinMessages, 50013, "PUT", w.messages() + "/pins/" + id, nil},
		{SendMessagesInThreads, 50013, "POST", "/channels/" + thread + "/messages", says("a")},
		{ManageThreads, 50013, "PATCH", "/channels/" + thread, obj{"locked": true}},
		{ManageThreads, 50013, "DELETE", "/channels/" + thread, nil},
		{ManageChannels, 50013, "PATCH", "/channels/" + w.room, obj{"name": "x"}},
		{ManageChannels, 50013, "DELETE", "/channels/" + w.room, nil},
	} {
		w.s.SetOverwrite(w.room, BotID, 0, c.without)
		w.want(403, c.code, c.method, c.path, c.body)
	}
	w.s.SetOverwrite(w.room, BotID, 0, 0)
	w.want(204, 0, "PUT", "/channels/"+w.room+"/pins/"+id, nil)
	if !w.s.Message(id).Pinned {
		t.Error("the message is not pinned")
	}
	w.want(204, 0, "DELETE", w.messages()+"/pins/"+id, nil)
	if n := w.s.Invalid(); n != 15 {
		t.Errorf("%d invalid answers were counted, want 15", n)
	}
}

// TestOverwrites: @everyone first, then all roles together, then the member.
func TestOverwrites(t *testing.T) {
	t.Parallel()
	s := New(t, Options{})
	g, owner := s.AddGuild("g")
	room := s.AddChannel(g, "r", Text)
	writer, muted, admin := s.AddRole(g, "writer", 0), s.AddRole(g, "muted", 0), s.AddRole(g, "admin", Administrator)
	plain, both, boss := s.Join(g, "p"), s.Join(g, "b", writer, muted), s.Join(g, "a", admin)
	can := func(user string) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.permissions(user, s.guilds[g], s.channels[room])&SendMessages != 0
	}
	check := func(step string, want ...bool) {
		t.Helper()
		for i, user := range []string{plain, both, boss, owner} {
			if can(user) != want[i] {
				t.Errorf("%s: person %d can write: %v, want %v", step, i, !want[i], want[i])
			}
		}
	}
	check("at first", true, true, true, true)
	s.SetOverwrite(room, g, 0, SendMessages)
	check("denied to everyone", false, false, true, true)
	s.SetOverwrite(room, writer, SendMessages, 0)
	s.SetOverwrite(room, muted, 0, SendMessages)
	check("allowed to one role and denied to another", false, true, true, true)
	s.SetOverwrite(room, both, 0, SendMessages)
	check("denied to a member", false, false, true, true)
	s.SetOverwrite(room, g, SendMessages, ViewChannel)
	check("not seen at all", false, false, true, true)
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	w.connect()
	w.event("GUILD_CREATE")
	for _, c := range []struct {
		event string
		do    func()
	}{
		{"CHANNEL_UPDATE", func() { w.s.RenameChannel(w.room, "needs") }},
		{"CHANNEL_UPDATE", func() { w.s.SetReadOnly(w.room, true) }},
		{"CHANNEL_CREATE", func() { w.s.AddChannel(w.guild, "news", Announcement) }},
		{"GUILD_ROLE_CREATE", func() { w.s.AddRole(w.guild, "volunteer", 0) }},
		{"GUILD_UPDATE", func() { w.s.RenameGuild(w.guild, "Larch") }},
		{"GUILD_DELETE", func() { w.s.SetUnavailable(w.guild, true) }},
	} {
		c.do()
		w.event(c.event)
	}
	w.want(503, 0, "GET", "/guilds/"+w.guild, nil)
	w.want(503, 0, "POST", w.messages(), says("a"))
	w.s.SetUnavailable(w.guild, false)
	if g := w.event("GUILD_CREATE"); str(g, "name") != "Larch" || len(objects(g, "channels")) != 2 {
		t.Errorf("GUILD_CREATE says %s", raw(g))
	}
	w.want(403, 50013, "POST", w.messages(), says("a"))
	w.s.DeleteChannel(w.room)
	w.event("CHANNEL_DELETE")
	w.want(404, 10003, "POST", w.messages(), says("a"))
	w.s.Ban(w.guild, w.sam)
	w.want(404, 10007, "GET", "/guilds/"+w.guild+"/members/"+w.sam, nil)
	w.want(404, 10013, "GET", "/guilds/"+w.guild+"/members/1", nil)
	w.s.KickBot(w.guild)
	if g := w.event("GUILD_DELETE"); g["unavailable"] != nil {
		t.Errorf("a kick says %v", g)
	}
	w.want(403, 50001, "GET", "/guilds/"+w.guild, nil)
	w.want(404, 10004, "GET", "/guilds/"+w.room, nil)
}

func TestDirectChats(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	direct := str(w.want(200, 0, "POST", "/users/@me/channels", obj{"recipient_id": w.rosa}), "id")
	again := str(w.want(200, 0, "POST", "/users/@me/channels", obj{"recipient_id": w.rosa}), "id")
	if direct != again || len(w.s.NewDirects()) != 1 || direct != w.s.Direct(w.rosa) {
		t.Errorf("the chats %s and %s; %d new", direct, again, len(w.s.NewDirects()))
	}
	w.want(400, 50033, "POST", "/users/@me/channels", obj{"recipient_id": "1"})
	path := "/channels/" + direct + "/messages"
	id := str(w.want(200, 0, "POST", path, says("hello")), "id")
	if got := w.s.SeenBy(w.rosa); len(got) != 1 || got[0].Text != "hello" || len(w.s.SeenBy(w.sam)) != 0 {
		t.Errorf("Rosa sees %s", raw(got))
	}
	w.s.CloseDMs(w.rosa)
	w.want(403, 50007, "POST", path, says("hello"))
	w.want(403, 50007, "PATCH", path+"/"+id, says("hello"))
	w.want(403, 50007, "PUT", path+"/"+id+"/reactions/✋/@me", nil)
	w.s.OpenDMs(w.rosa)
	w.want(400, 50003, "DELETE", path+"/"+id+"/reactions/✋/"+w.rosa, nil)
	w.s.Leave(w.guild, w.rosa)
	w.want(403, 50278, "POST", path, says("hello"))
}

func TestForum(t *testing.T) {
	t.Parallel()
	w := newTown(t, Options{})
	forum := w.s.AddChannel(w.guild, "needs", Forum)
	path := "/channels/" + forum + "/threads"
	body := obj{"name": "N1", "message": says("soup")}
	w.want(400, 40058, "POST", "/channels/"+forum+"/messages", says("a"))
	w.want(400, 50024, "POST", "/channels/"+w.room+"/threads", body)
	w.wantWrong("name is 0", "POST", path, with(body, "name", ""))
	w.wantWrong("allowed_mentions is missing", "POST", path, with(body, "message", obj{"content": "x"}))
	w.wantWrong(`the field "nonce"`, "POST", path, with(body, "message", with(says("x"), "nonce", "1")))
	made := w.want(200, 0, "POST", path, body)
	thread := str(made, "id")
	if m := object(made, "message"); str(m, "id") != thread || str(made, "parent_id") != forum {
		t.Errorf("the post is %s", raw(made))
	}
	messages := "/channels/" + thread + "/messages"
	w.s.SetArchived(thread, true, false)
	w.want(400, 50083, "PATCH", messages+"/"+thread, says("b"))
	w.want(400, 50083, "PUT", messages+"/"+thread+"/reactions/✋/@me", nil)
	if _, list := w.ask("GET", "/guilds/"+w.guild+"/threads/active", nil); len(objects(list, "threads")) != 0 {
		t.Error("an archived thread is active")
	}
	w.want(200, 0, "PATCH", "/channels/"+thread, obj{"archived": false})
	w.want(200, 0, "PATCH", messages+"/"+thread, says("b"))
	w.s.SetArchived(thread, true, false)
	w.want(200, 0, "POST", messages, says("more"))
	if got := w.s.Threads(forum); len(got) != 1 || got[0].Archived {
		t.Errorf("a new message did not reopen the thread: %+v", got)
	}
	w.s.SetArchived(thread, true, true)
	w.s.SetBotPermissions(w.guild, BotDefault&^ManageThreads)
	w.want(400, 50083, "POST", messages, says("more"))
	w.want(403, 50013, "PATCH", "/channels/"+thread, obj{"archived": false})
	w.s.RequireTag(forum)
	w.want(400, 40067, "POST", path, body)
}

func TestUntil(t *testing.T) {
	t.Parallel()
	s := New(t, Options{})
	if err := s.Until(t.Context(), func() bool { return true }); err != nil {
		t.Error(err)
	}
	other, err := Start(Options{})
	ok(t, err)
	done := make(chan error)
	go func() { done <- other.Until(t.Context(), func() bool { return false }) }()
	other.Close()
	select {
	case err = <-done:
	case <-time.After(patience):
	}
	if err == nil {
		t.Error("nobody was told that the server has closed")
	}
}

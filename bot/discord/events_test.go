package discord

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, data, want string }{
		{"INTERACTION_CREATE", `{"id":"1","application_id":"2","type":2,"token":"t","member":{"user":{"id":"3"}},"guild_id":"4","channel_id":"5",
			"data":{"name":"need","options":[{"name":"what","type":3,"value":"milk"}]}}`, "*discord.interaction"},
		{"INTERACTION_CREATE", `{"id":"1","application_id":"2","type":5,"token":"t","user":{"id":"3"},
			"data":{"custom_id":"x","components":[{"type":18,"component":{"type":4,"custom_id":"a","value":"b"}},{"type":99,"new":[]}]}}`, "*discord.interaction"},
		{"INTERACTION_CREATE", `{"id":"1","application_id":"2","type":3,"token":"t","user":{"id":"3"},
			"data":{"id":2,"custom_id":"1r1:claim N-12","component_type":2}}`, "*discord.interaction"},
		{"MESSAGE_CREATE", `{"id":"1","channel_id":"2","author":{"id":"3"},"content":"help"}`, "*discord.message"},
		{"MESSAGE_CREATE", `{"id":"1","channel_id":"2","guild_id":"9","author":{"id":"3"},"content":""}`, "<nil>"},
		{"MESSAGE_DELETE", `{"id":"1","channel_id":"2","guild_id":"3"}`, "*discord.messageGone"},
		{"MESSAGE_DELETE_BULK", `{"ids":["1","4"],"channel_id":"2","guild_id":"3"}`, "*discord.messageGone"},
		{"MESSAGE_REACTION_ADD", `{"user_id":"1","channel_id":"2","message_id":"3","emoji":{"id":null,"name":"✋"}}`, "*discord.reactionChange"},
		{"MESSAGE_REACTION_REMOVE", `{"user_id":"1","channel_id":"2","message_id":"3","emoji":{"name":"✋"}}`, "*discord.reactionChange"},
		{"MESSAGE_REACTION_REMOVE_ALL", `{"channel_id":"2","message_id":"3"}`, "*discord.reactionChange"},
		{"MESSAGE_REACTION_REMOVE_EMOJI", `{"channel_id":"2","message_id":"3","emoji":{"name":"✋"}}`, "*discord.reactionChange"},
		{"GUILD_CREATE", `{"id":"1","name":"n","channels":[{"id":"2","type":99}],"threads":[]}`, "*discord.guildSeen"},
		{"GUILD_UPDATE", `{"id":"1","name":"n"}`, "*discord.guildSeen"},
		{"GUILD_DELETE", `{"id":"1","unavailable":true}`, "*discord.guildGone"},
		{"GUILD_ROLE_UPDATE", `{"guild_id":"1","role":{"id":"2"}}`, "*discord.roleSeen"},
		{"GUILD_ROLE_DELETE", `{"guild_id":"1","role_id":"2"}`, "*discord.roleGone"},
		{"CHANNEL_CREATE", `{"id":"1"}`, "*discord.channelSeen"},
		{"CHANNEL_UPDATE", `{"id":"1"}`, "*discord.channelSeen"},
		{"CHANNEL_DELETE", `{"id":"1"}`, "*discord.channelGone"},
		{"THREAD_UPDATE", `{"id":"1"}`, "*discord.channelSeen"},
		{"THREAD_DELETE", `{"id":"1","guild_id":"2","parent_id":"3"}`, "*discord.threadGone"},
		{"TYPING_START", `{}`, "<nil>"},
	} {
		got, err := decode(event{Type: c.kind, Data: json.RawMessage(c.data)})
		if err != nil || fmt.Sprintf("%T", got) != c.want {
			t.Errorf("%s %s is %T: %v", c.kind, c.data, got, err)
		}
		if _, ok := eventNames[string(c.kind[0]|0x20)+c.kind[1:]]; ok == (c.kind == "TYPING_START") {
			t.Errorf("%s is let through: %v", c.kind, ok)
		}
		for _, hostile := range []string{`null`, `[]`, `"x"`, `{"id":5}`, `{"id":"1/../2","channel_id":"1","user_id":"x"}`, `{`, ``} {
			if got, err := decode(event{Type: c.kind, Data: json.RawMessage(hostile)}); err == nil && got != nil {
				t.Errorf("%s %s is taken for %T", c.kind, hostile, got)
			}
		}
	}
}

func TestDecodeDetails(t *testing.T) {
	t.Parallel()
	gone, err := decode(event{Type: "MESSAGE_DELETE", Data: json.RawMessage(`{"id":"7","channel_id":"2"}`)})
	if m, ok := gone.(*messageGone); err != nil || !ok || !reflect.DeepEqual(m.IDs, []string{"7"}) {
		t.Errorf("a deleted message is %+v: %v", gone, err)
	}
	for kind, want := range map[string]changeKind{
		"MESSAGE_REACTION_ADD": reactionAdded, "MESSAGE_REACTION_REMOVE": reactionRemoved,
		"MESSAGE_REACTION_REMOVE_ALL": reactionsCleared, "MESSAGE_REACTION_REMOVE_EMOJI": reactionsOfCleared,
	} {
		got, err := decode(event{Type: kind, Data: json.RawMessage(`{"user_id":"1","channel_id":"2","message_id":"3","emoji":{"name":"✋"}}`)})
		if r, ok := got.(*reactionChange); err != nil || !ok || r.Change != want || r.Emoji.Name != "✋" {
			t.Errorf("%s is %+v: %v", kind, got, err)
		}
	}
	for data, full := range map[string]bool{`{"id":"1"}`: true, `{"id":"1","unavailable":true}`: false} {
		got, err := decode(event{Type: "GUILD_CREATE", Data: json.RawMessage(data)})
		if g, ok := got.(*guildSeen); err != nil || !ok || g.Full != full {
			t.Errorf("%s is %+v: %v", data, got, err)
		}
	}
	press, err := decode(event{Type: "INTERACTION_CREATE", Data: json.RawMessage(`{"id":"1","application_id":"2","type":3,"token":"t","user":{"id":"3"},
		"data":{"id":2,"custom_id":"1r1:claim N-12","component_type":2}}`)})
	if i, ok := press.(*interaction); err != nil || !ok || i.Data.CustomID != "1r1:claim N-12" || i.Data.ComponentType != 2 {
		t.Errorf("a press is %+v: %v", press, err)
	}
	form, err := decode(event{Type: "INTERACTION_CREATE", Data: json.RawMessage(`{"id":"1","application_id":"2","type":5,"token":"t","user":{"id":"3"},
		"data":{"components":[{"type":18,"component":{"type":4,"custom_id":"a","value":"b"}}]}}`)})
	if i, ok := form.(*interaction); err != nil || !ok || i.Data.Components[0].Component.Value != "b" {
		t.Errorf("a form is %+v: %v", form, err)
	}
}

func TestSnowflake(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"1": true, "18446744073709551615": true, "": false, "-1": false, "1a": false, "１": false, "1/2": false, strings.Repeat("1", 21): false,
	} {
		if snowflake(id) != want {
			t.Errorf("%q", id)
		}
	}
}

// Nothing that comes can make decoding panic, and no id that is let through
// can change the address of a request.
func FuzzDecode(f *testing.F) {
	kinds := make([]string, 0, len(eventNames))
	for _, kind := range eventNames {
		kinds = append(kinds, kind)
		for _, data := range []string{
			`null`, `{"id":"1","channel_id":"2","message_id":"3","user_id":"4","guild_id":"5","application_id":"6","token":"t","user":{"id":"7"}}`,
			`{"components":[{"component":{"component":{}}}],"member":{"user":null},"emoji":null,"role":{},"ids":["1",""]}`,
		} {
			f.Add(kind, []byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		if _, err := decodeReady(data); err == nil && !json.Valid(data) {
			t.Fatal("READY was read out of what is no JSON")
		}
		for _, kind := range append(kinds, kind) {
			got, err := decode(event{Type: kind, Data: data})
			if err != nil && got != nil {
				t.Fatalf("%s is %T and an error", kind, got)
			}
			switch v := got.(type) {
			case *interaction:
				if v.who() == nil || !snowflake(v.ID) || !snowflake(v.who().ID) {
					t.Fatalf("an interaction of nobody: %+v", v)
				}
			case *message:
				if v.Author == nil || !snowflake(v.ID+v.ChannelID) {
					t.Fatalf("a message of nobody: %+v", v)
				}
			case *reactionChange:
				if !snowflake(v.MessageID) || !snowflake(v.ChannelID) || v.UserID != "" && v.Change <= reactionRemoved && !snowflake(v.UserID) {
					t.Fatalf("a reaction on nothing: %+v", v)
				}
			}
		}
	})
}

package discordtest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// checker looks at a body and collects everything that Discord would refuse.
type checker struct{ wrong []string }

func (k *checker) add(format string, args ...any) {
	k.wrong = append(k.wrong, fmt.Sprintf(format, args...))
}

// failure is the answer to a body in which something was wrong, or nil.
func (k *checker) failure() *failure {
	if len(k.wrong) == 0 {
		return nil
	}
	return fail(400, 50035, "Invalid Form Body").with(k.wrong...)
}

// size is a length as Discord counts it: UTF-16 units, the stricter of the two
// ways in which its clients and its server count.
func size(text string) int { return len(utf16.Encode([]rune(text))) }

// only makes sure that an object has no other fields than these.
func (k *checker) only(what string, o obj, fields ...string) {
	for key := range o {
		if !slices.Contains(fields, key) {
			k.add("%s has the field %q, which means nothing there", what, key)
		}
	}
}

// text looks at a text field: its kind and its length.
func (k *checker) text(what string, o obj, key string, shortest, longest int) string {
	v, there := o[key]
	s, isText := v.(string)
	switch {
	case (!there || v == nil) && shortest == 0:
		return ""
	case !isText:
		k.add("%s: %s is no text", what, key)
	case size(s) < shortest || size(s) > longest:
		k.add("%s: %s is %d characters long; it may be %d to %d", what, key, size(s), shortest, longest)
	}
	return s
}

// Fields that a message may have, by what is done with it.
var (
	fieldsOfPost = []string{
		"content", "nonce", "enforce_nonce", "tts", "embeds", "allowed_mentions", "message_reference", "components", "sticker_ids",
		"attachments", "flags", "poll",
	}
	fieldsOfStarter = []string{"content", "embeds", "allowed_mentions", "components", "sticker_ids", "attachments", "flags"}
	fieldsOfEdit    = []string{"content", "embeds", "flags", "allowed_mentions", "components", "attachments"}
	fieldsOfAnswer  = []string{"tts", "content", "embeds", "allowed_mentions", "flags", "components", "attachments", "poll"}
)

// Flags of messages.
const (
	flagSuppressEmbeds = 1 << 2
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagSilent         = 1 << 12
)

// message looks at the body of a message. An empty one is refused unless it may
// be an edit.
func (k *checker) message(what string, o obj, fields []string, flags int64) {
	k.only(what, o, fields...)
	k.text(what, o, "content", 0, 2000)
	k.mentions(what, o)
	k.embeds(what, o)
	k.rows(what, o)
	if num(o, "flags")&^flags != 0 {
		k.add("%s: the flags %d are not possible here", what, num(o, "flags"))
	}
	if o["attachments"] != nil && len(texts(o, "attachments"))+len(objects(o, "attachments")) > 0 || o["poll"] != nil || o["sticker_ids"] != nil {
		k.add("%s: files, polls and stickers are not made here", what)
	}
}

// mentions makes sure that a message says itself whom it notifies. Discord lets
// it leave that out and then notifies everybody who is named.
func (k *checker) mentions(what string, o obj) {
	allowed := object(o, "allowed_mentions")
	if allowed == nil {
		k.add("%s: allowed_mentions is missing: everybody who is named would be notified", what)
		return
	}
	k.only(what+": allowed_mentions", allowed, "parse", "users", "roles", "replied_user")
	if parse, isList := allowed["parse"].([]any); !isList || len(parse) > 0 {
		k.add("%s: allowed_mentions has parse %v; it has to be []", what, allowed["parse"])
	}
	for _, key := range []string{"users", "roles"} {
		list, isList := allowed[key].([]any)
		if allowed[key] != nil && !isList || len(list) > 100 || len(list) != len(texts(allowed, key)) {
			k.add("%s: allowed_mentions: %s is %v", what, key, allowed[key])
		}
	}
	if len(texts(allowed, "roles")) > 0 {
		k.add("%s: a role would be notified", what)
	}
}

// embeds looks at embeds. Together they hold 6,000 characters.
func (k *checker) embeds(what string, o obj) {
	list := objects(o, "embeds")
	if len(list) > 10 {
		k.add("%s has %d embeds; 10 are possible", what, len(list))
	}
	total := 0
	for _, e := range list {
		k.only(what+": an embed", e, "title", "type", "description", "url", "timestamp", "color", "footer", "image", "thumbnail", "author", "fields")
		total += size(k.text(what, e, "title", 0, 256)) + size(k.text(what, e, "description", 0, 4096))
		total += size(k.text(what+": footer", object(e, "footer"), "text", 0, 2048)) + size(k.text(what+": author", object(e, "author"), "name", 0, 256))
		fields := objects(e, "fields")
		if len(fields) > 25 {
			k.add("%s: an embed has %d fields; 25 are possible", what, len(fields))
		}
		for _, f := range fields {
			total += size(k.text(what+": a field", f, "name", 1, 256)) + size(k.text(what+": a field", f, "value", 1, 1024))
		}
		if empty(e) {
			k.add("%s has an empty embed", what)
		}
	}
	if total > 6000 {
		k.add("%s has %d characters in its embeds; 6000 are possible", what, total)
	}
}

func empty(e obj) bool {
	return strings.TrimSpace(str(e, "title")+str(e, "description")) == "" && len(objects(e, "fields")) == 0 &&
		object(e, "footer") == nil && object(e, "author") == nil && object(e, "image") == nil
}

// hasNothing says that a message shows nothing, which Discord refuses.
func hasNothing(content string, embeds, components []obj) bool {
	return strings.TrimSpace(content) == "" && len(embeds) == 0 && len(components) == 0
}

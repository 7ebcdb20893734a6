package discordtest

import (
	"regexp"
	"slices"
	"strings"
)

// commandName is the form of a slash command's name and of its options' names.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales are those that Discord's clients can be set to.
var locales = strings.Fields("id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th " +
	"zh-CN ja zh-TW ko ar he")

// The kinds of commands, and how many of each an application has.
const (
	slashCommand    = 1
	userCommand     = 2
	messageCommand  = 3
	slashCommands   = 100
	contextCommands = 5
	commandLetters  = 8000
)

// commands looks at a whole set of commands.
func (k *checker) commands(list []obj) {
	count := map[int64]int{}
	seen := map[string]bool{}
	for _, c := range list {
		kind := num(c, "type")
		if c["type"] == nil {
			kind = slashCommand
		}
		count[kind]++
		k.command(c, kind)
		names := map[string]string{"": str(c, "name")}
		for locale := range object(c, "name_localizations") {
			names[locale] = str(object(c, "name_localizations"), locale)
		}
		for locale, name := range names {
			key := jsonInt(kind) + locale + ":" + name
			if seen[key] {
				k.add("two commands are called %s in the language %q", name, locale)
			}
			seen[key] = true
		}
	}
	if count[slashCommand] > slashCommands || count[messageCommand] > contextCommands || count[userCommand] > contextCommands {
		k.add("there are %d slash commands, %d for messages and %d for people", count[slashCommand], count[messageCommand], count[userCommand])
	}
}

func (k *checker) command(c obj, kind int64) {
	what := "the command " + str(c, "name")
	k.only(what, c, "id", "type", "name", "name_localizations", "description", "description_localizations", "options",
		"default_member_permissions", "dm_permission", "default_permission", "integration_types", "contexts", "nsfw", "handler")
	k.name(what, c, kind == slashCommand)
	switch kind {
	case slashCommand:
		k.text(what, c, "description", 1, 100)
		k.localized(what, c, "description_localizations", 100, false)
	case userCommand, messageCommand:
		if str(c, "description") != "" || len(objects(c, "options")) > 0 || len(object(c, "description_localizations")) > 0 {
			k.add("%s is not typed, so it has neither a description nor options", what)
		}
	default:
		k.add("%s has the type %d", what, kind)
	}
	k.options(what, objects(c, "options"))
	if p := c["default_member_permissions"]; p != nil {
		if s, isText := p.(string); !isText || !regexp.MustCompile(`^\d{1,20}$`).MatchString(s) {
			k.add("%s has the default permissions %v; they are a number written as a text", what, p)
		}
	}
	k.numbers(what, c, "contexts", 0, 2)
	k.numbers(what, c, "integration_types", 0, 1)
	if n := letters(c); n > commandLetters {
		k.add("%s has %d characters in all; %d are possible", what, n, commandLetters)
	}
}

// name looks at a name in every language.
func (k *checker) name(what string, o obj, typed bool) {
	k.text(what, o, "name", 1, 32)
	if typed && !properName(str(o, "name")) {
		k.add("%s: a name has letters, numbers, - and _, in lower case", what)
	}
	k.localized(what, o, "name_localizations", 32, typed)
}

func properName(name string) bool {
	return commandName.MatchString(name) && strings.ToLower(name) == name
}

func (k *checker) localized(what string, o obj, key string, longest int, typed bool) {
	if _, isObject := o[key].(obj); o[key] != nil && !isObject {
		k.add("%s: %s is no object", what, key)
	}
	list := object(o, key)
	for locale := range list {
		if !slices.Contains(locales, locale) {
			k.add("%s: %s has the language %q, which Discord does not know", what, key, locale)
		}
		v := k.text(what+": "+key, list, locale, 1, longest)
		if typed && !properName(v) {
			k.add("%s: the name %q in %s has to be letters, numbers, - and _, in lower case", what, v, locale)
		}
	}
}

func (k *checker) numbers(what string, o obj, key string, least, most int64) {
	if o[key] == nil {
		return
	}
	list, isList := o[key].([]any)
	seen := map[int64]bool{}
	for _, v := range list {
		n := num(obj{"": v}, "")
		if n < least || n > most || seen[n] {
			k.add("%s: %s is %v", what, key, o[key])
		}
		seen[n] = true
	}
	if !isList || len(list) == 0 {
		k.add("%s: %s is %v", what, key, o[key])
	}
}

func (k *checker) options(what string, list []obj) {
	if len(list) > 25 {
		k.add("%s has %d options; 25 are possible", what, len(list))
	}
	seen := map[string]bool{}
	optional := false
	for _, o := range list {
		name := str(o, "name")
		if seen[name] {
			k.add("%s has the option %s twice", what, name)
		}
		seen[name] = true
		if boolean(o, "required") && optional {
			k.add("%s: the required option %s comes after one that is not", what, name)
		}
		optional = optional || !boolean(o, "required")
		k.option(what+": the option "+name, o)
	}
}

func (k *checker) option(what string, o obj) {
	k.only(what, o, "type", "name", "name_localizations", "description", "description_localizations", "required", "choices", "options",
		"channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete")
	k.name(what, o, true)
	k.text(what, o, "description", 1, 100)
	k.localized(what, o, "description_localizations", 100, false)
	kind := num(o, "type")
	if kind < 3 || kind > 11 {
		k.add("%s has the type %d", what, kind)
	}
	values := kind == 3 || kind == 4 || kind == 10
	choices := objects(o, "choices")
	if len(choices) > 25 || len(choices) > 0 && (boolean(o, "autocomplete") || !values) || boolean(o, "autocomplete") && !values {
		k.add("%s has %d choices, and autocomplete is %v", what, len(choices), boolean(o, "autocomplete"))
	}
	for _, c := range choices {
		k.choice(what, c, kind)
	}
	if (o["min_value"] != nil || o["max_value"] != nil) && kind != 4 && kind != 10 {
		k.add("%s is no number, and has a smallest or greatest value", what)
	}
	if (o["min_length"] != nil || o["max_length"] != nil) && kind != 3 {
		k.add("%s is no text, and has a length", what)
	}
	if o["max_length"] != nil && (num(o, "max_length") < 1 || num(o, "max_length") > 6000) || num(o, "min_length") > 6000 {
		k.add("%s is to be %v to %v long", what, o["min_length"], o["max_length"])
	}
	if o["channel_types"] != nil && kind != 7 {
		k.add("%s is no channel, and has types of channels", what)
	}
}

// choice looks at a choice of an option, or one that was suggested.
func (k *checker) choice(what string, c obj, kind int64) {
	k.only(what+": a choice", c, "name", "name_localizations", "value")
	k.text(what+": a choice", c, "name", 1, 100)
	k.localized(what+": a choice", c, "name_localizations", 100, false)
	if kind == 3 {
		k.text(what+": a choice", c, "value", 0, 100)
	}
}

// letters counts what Discord counts: names, descriptions and values, each in
// its longest language.
func letters(o obj) int {
	longest := func(key string) int {
		n := size(str(o, key))
		for locale := range object(o, key+"_localizations") {
			n = max(n, size(str(object(o, key+"_localizations"), locale)))
		}
		return n
	}
	n := longest("name") + longest("description") + size(str(o, "value"))
	for _, key := range []string{"options", "choices"} {
		for _, inside := range objects(o, key) {
			n += letters(inside)
		}
	}
	return n
}

package openapi

import (
	"fmt"
	"strings"
)

// kept are the parts of the interface that are looked at; the whole of it takes
// several times as long to read.
var kept = []string{
	"/applications/@me", "/applications/{application_id}/commands", "/applications/{application_id}/guilds/{guild_id}/commands",
	"/channels/{channel_id}", "/gateway", "/guilds/{guild_id}", "/interactions/", "/oauth2/applications/@me", "/users/", "/webhooks/{webhook_id}/{webhook_token}",
}

// unused are parts within those that nothing of ours asks for.
var unused = []string{
	"/soundboard", "/stickers", "/emojis", "/scheduled-events", "/auto-moderation", "/onboarding", "/widget", "/welcome-screen", "/templates",
	"/audit-logs", "/integrations", "/polls", "/search", "/slack", "/github", "/invites", "/voice", "/regions", "/prune", "/bans",
}

// exception is a place where the description is wrong: the documentation, and
// what Discord takes, are right.
type exception struct {
	schema, property string
	instead          any
	reason           string
}

var exceptions = []exception{
	{
		"ApplicationCommandUpdateRequest", "default_member_permissions",
		map[string]any{"type": []any{"string", "null"}, "pattern": `^\d{1,20}$`},
		"the documentation has permissions as a number written as a text; 2^53 would lose digits otherwise",
	},
}

// correct takes out what is not looked at, and puts right what is wrong.
func correct(whole map[string]any) error {
	paths, _ := whole["paths"].(map[string]any)
	for path, item := range paths {
		if !hasAny(path, kept, strings.HasPrefix) || hasAny(path, unused, strings.Contains) {
			delete(paths, path)
			continue
		}
		operations, _ := item.(map[string]any)
		for _, operation := range operations {
			if o, isOperation := operation.(map[string]any); isOperation {
				onlyRequest(o)
			}
		}
	}
	components, _ := whole["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	for _, e := range exceptions {
		schema, _ := schemas[e.schema].(map[string]any)
		properties, _ := schema["properties"].(map[string]any)
		if properties[e.property] == nil {
			return fmt.Errorf("the description has no %s.%s any more: look at the exceptions again", e.schema, e.property)
		}
		properties[e.property] = e.instead
	}
	delete(components, "responses")
	delete(components, "headers")
	needed := map[string]bool{}
	referred(paths, schemas, needed)
	for name := range schemas {
		if !needed[name] {
			delete(schemas, name)
		}
	}
	return nil
}

// onlyRequest leaves of an operation what is said of requests in JSON. Answers
// are not looked at: they are the fake's own, and most of the description.
func onlyRequest(operation map[string]any) {
	if operation["responses"] == nil {
		return
	}
	operation["responses"] = map[string]any{"200": map[string]any{"description": "not looked at"}}
	body, _ := operation["requestBody"].(map[string]any)
	content, _ := body["content"].(map[string]any)
	for kind := range content {
		if kind != "application/json" {
			delete(content, kind)
		}
	}
}

const schemaPath = "#/components/schemas/"

// referred collects the names of all schemas that a part of the description
// needs.
func referred(part any, schemas map[string]any, needed map[string]bool) {
	switch v := part.(type) {
	case map[string]any:
		for key, inside := range v {
			if name, isText := inside.(string); isText && key == "$ref" {
				if name = strings.TrimPrefix(name, schemaPath); !needed[name] {
					needed[name] = true
					referred(schemas[name], schemas, needed)
				}
			}
			referred(inside, schemas, needed)
		}
	case []any:
		for _, inside := range v {
			referred(inside, schemas, needed)
		}
	}
}

func hasAny(path string, list []string, test func(string, string) bool) bool {
	for _, s := range list {
		if test(path, s) {
			return true
		}
	}
	return false
}

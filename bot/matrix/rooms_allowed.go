//go:build goolm

package matrix

import (
	"strings"

	"maunium.net/go/mautrix/id"
)

// allowed reports whether somebody is on a list of names, with * for any part of
// one. An empty list stands for the people of the bot's own homeserver.
func allowed(list []string, self, user id.UserID) bool {
	if len(list) == 0 {
		list = []string{"*:" + self.Homeserver()}
	}
	local, server, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(user.String(), "@")), ":")
	for _, pattern := range list {
		pattern = strings.ToLower(strings.TrimSpace(pattern))
		people, servers, named := strings.Cut(strings.TrimPrefix(pattern, "@"), ":")
		if !named && people == "*" {
			servers = "*"
		}
		if wild(people, local) && wild(servers, server) {
			return true
		}
	}
	return false
}

// wild reports whether a name is as a pattern says. Nothing else than * means
// more than itself.
func wild(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern != "" && pattern == name
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, found := strings.Cut(name, part)
		if !found {
			return false
		}
		name = rest
	}
	return true
}

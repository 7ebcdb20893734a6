package discord

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What a button, a list or a form does when it comes back is written in its
// custom id: nothing has to be kept for it, and it works after a restart. Who
// acts is not in it, and neither is what they may do: that is asked when it
// comes back, so a forged id can do what its forger may do anyway.
//
//	1rk:claim N12       version, kind, coalition, what
//	1rk.2:claim N12     the same once more in one message

// actionKind is what a custom id stands for.
type actionKind byte

const (
	actionRun    actionKind = 'r' // run the line
	actionOpen   actionKind = 'f' // open the form that Line names
	actionSubmit actionKind = 's' // the form that Line names was filled in
	actionChoose actionKind = 'c' // this coalition is meant in a direct chat
	actionShow   actionKind = 'v' // show a private answer, by its line
	actionList   actionKind = 'l' // a list: what was chosen is in its values
	// actionOld is that of another version of the program.
	actionOld actionKind = 'o'
)

const (
	idVersion = '1'
	maxID     = 100 // characters
)

// action is what a custom id says.
type action struct {
	Kind      actionKind
	Coalition models.ID
	Line      string
}

// customID is the action as a custom id, as it stands in a message for the first
// time. It is empty if the line is too long for one.
func (a action) customID() string { return a.nthID(1) }

// nthID is the custom id of the nth component with this action in a message:
// Discord refuses two that are the same.
func (a action) nthID(n int) string {
	var b strings.Builder
	b.WriteByte(idVersion)
	b.WriteByte(byte(a.Kind))
	b.WriteString(strconv.FormatInt(int64(a.Coalition), 36))
	if n > 1 {
		b.WriteByte('.')
		b.WriteString(strconv.Itoa(n))
	}
	b.WriteByte(':')
	b.WriteString(a.Line)
	if utf8.RuneCountInString(b.String()) > maxID {
		return ""
	}
	return b.String()
}

// parseAction reads a custom id. It is false for what this program never wrote.
func parseAction(id string) (action, bool) {
	if !utf8.ValidString(id) || utf8.RuneCountInString(id) > maxID || len(id) < 3 || id[0] < '0' || id[0] > '9' {
		return action{}, false
	}
	if id[0] != idVersion {
		return action{Kind: actionOld}, true
	}
	kind := actionKind(id[1])
	switch kind {
	case actionRun, actionOpen, actionSubmit, actionChoose, actionShow, actionList:
	default:
		return action{}, false
	}
	head, line, found := strings.Cut(id[2:], ":")
	number, repeat, repeated := strings.Cut(head, ".")
	coalition, err := strconv.ParseInt(number, 36, 64)
	if !found || err != nil || coalition < 0 || seen(line) != line || strings.Contains(line, "\n") {
		return action{}, false
	}
	if repeated {
		if n, err := strconv.Atoi(repeat); err != nil || n < 2 {
			return action{}, false
		}
	}
	return action{kind, models.ID(coalition), line}, true
}

// pressed reads what somebody pressed, chose from a list, or filled in.
func pressed(data interactionData) (action, bool) {
	a, ok := parseAction(data.CustomID)
	if !ok || a.Kind != actionList {
		return a, ok
	}
	if len(data.Values) != 1 {
		return action{}, false
	}
	chosen, ok := parseAction(data.Values[0])
	if !ok || chosen.Kind == actionList {
		return action{}, false
	}
	return chosen, true
}

package discord

import (
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

// What a message takes.
const (
	maxRows    = 5
	rowButtons = 5
	maxListed  = 25
	maxLabel   = 80
	maxChoice  = 100 // characters of an option's label
)

// labels are the words that the adapter itself puts on buttons and lists.
type labels struct {
	Answer string // opens a form to answer a question
	Choose string // stands in a list of which nothing is chosen yet
}

// answerForm is the form in which an open question is answered.
const answerForm = "answer"

// buttonRows lays out what a message offers, at most five rows: lists first,
// then the buttons, since the final act comes last. More buttons than there is
// room for become a list.
func buttonRows(coalition models.ID, selects []commands.Select, buttons []commands.Button, l labels) []component {
	ids := actionIDs{coalition: coalition, used: map[action]int{}}
	rows := []component{}
	if len(buttons) > maxRows*rowButtons {
		selects = append(selects[:len(selects):len(selects)], commands.Select{Label: l.Choose, Options: buttons, Chosen: -1})
		buttons = nil
	}
	rowsOfButtons := (len(buttons) + rowButtons - 1) / rowButtons
	for _, s := range selects {
		for _, row := range ids.lists(s) {
			if len(rows)+rowsOfButtons < maxRows {
				rows = append(rows, row)
			}
		}
	}
	row := component{Type: componentRow}
	for _, b := range buttons {
		if c, ok := ids.button(b); ok {
			row.Components = append(row.Components, c)
		}
		if len(row.Components) == rowButtons {
			rows = append(rows, row)
			row.Components = nil
		}
	}
	if len(row.Components) > 0 {
		rows = append(rows, row)
	}
	return rows
}

// actionIDs gives each component of a message a custom id of its own.
type actionIDs struct {
	coalition models.ID
	used      map[action]int
}

func (ids actionIDs) next(a action) string {
	ids.used[a]++
	return a.nthID(ids.used[a])
}

// actionOf is what a button does.
func (ids actionIDs) actionOf(b commands.Button) action {
	if b.Form != "" {
		return action{actionOpen, ids.coalition, b.Form}
	}
	return action{actionRun, ids.coalition, b.Line}
}

// button is a button; false if it cannot be one, since its line is too long.
// All look alike: a color would say what only some can see.
func (ids actionIDs) button(b commands.Button) (component, bool) {
	id := ids.next(ids.actionOf(b))
	return component{Type: componentButton, Style: styleSecondary, Label: label(b.Label, b.Line, maxLabel), CustomID: id}, id != ""
}

// lists are the rows of one list: a second one holds what the first has no room
// for.
func (ids actionIDs) lists(s commands.Select) []component {
	var rows []component
	for first := 0; first < len(s.Options); first += maxListed {
		list := component{Type: componentSelect, Placeholder: cut(s.Label, maxPlaceholder), CustomID: ids.next(action{Kind: actionList, Coalition: ids.coalition})}
		values := actionIDs{ids.coalition, map[action]int{}}
		for i := first; i < min(first+maxListed, len(s.Options)); i++ {
			b := s.Options[i]
			if id := values.next(values.actionOf(b)); id != "" {
				list.Options = append(list.Options, selectOption{Label: label(b.Label, b.Line, maxChoice), Value: id, Default: i == s.Chosen})
			}
		}
		if len(list.Options) > 0 {
			rows = append(rows, component{Type: componentRow, Components: []component{list}})
		}
	}
	return rows
}

// maxPlaceholder is the most that stands in an empty list or field.
const maxPlaceholder = 100

// label is what a button or an option says. Nothing is markup there, and an
// empty one would be refused together with its message.
func label(words, line string, limit int) string {
	for _, s := range []string{words, line} {
		if s = cut(s, limit); s != "" {
			return s
		}
	}
	return cutMark
}

// cut leaves plain words on one line that is short enough; where some were left
// out, a mark says so.
func cut(s string, limit int) string {
	s = strings.TrimSpace(oneLine(seen(s)))
	if size(s) <= limit {
		return s
	}
	n, used := 0, size(cutMark)
	for i := 0; i < len(s); i += n {
		n = plainPiece(s[i:])
		if used += size(s[i : i+n]); used > limit {
			return strings.TrimRight(s[:i], " ") + cutMark
		}
	}
	return s
}

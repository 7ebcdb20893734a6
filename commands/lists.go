package commands

import (
	"fmt"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// A list is read on a phone: at most five entries of two lines, and a line is
// cut at a word.
const (
	pageSize  = 5
	lineWidth = 60
)

func listParams() []Param {
	return []Param{
		{Name: "page", Type: TypeCount, Max: 1000},
		{Name: "category", Type: TypeCategory, Named: true},
		{Name: "area", Type: TypeArea, Named: true},
	}
}

// filter reads what a list is narrowed to, and says so.
func (v *View) filter(args Values) (store.Filter, error) {
	var f store.Filter
	var words []string
	if c, ok := args["category"]; ok {
		f.Category = c.category
		words = append(words, v.word("category."+string(c.category)))
	}
	if a, ok := args["area"]; ok {
		if a.area == nil {
			areas, err := v.reader.Areas()
			if err != nil {
				return f, err
			}
			return f, badArea(a.areaName, areas)
		}
		f.AreaID = a.area.ID
		words = append(words, User(a.area.Name))
	}
	v.set("Filter", catalogue.List(v.lang, words))
	return f, nil
}

// page works out which entries to show, and sets what the list's lines say of
// it. A page that is not there is a mistake.
func (v *View) page(args Values) (offset int, page int) {
	page = max(1, args.Count("page"))
	return (page - 1) * pageSize, page
}

// paged is what the head and foot of a list say.
func (v *View) paged(offset, shown, page int, total int64, prefix string) error {
	pages := int((total + pageSize - 1) / pageSize)
	if page > pages {
		return mistake("board.no_page", models.Args{"Count": models.CountArg(pages)})
	}
	v.set("From", number(offset+1))
	v.set("To", number(offset+shown))
	v.set("Count", int(total))
	v.set("Page", number(page+1))
	v.say(prefix + ".head")
	if v.fields["Filter"] != "" {
		v.say("board.filter")
	}
	return nil
}

// quoted is a person's own line in quotation marks, cut at a word.
func quoted(what string) string { return `"` + User(cut(what, lineWidth-2)) + `"` }

func cut(s string, width int) string {
	runes := []rune(s)
	if len(runes) <= width {
		return s
	}
	short := string(runes[:width-1])
	if i := strings.LastIndex(short, " "); i > width/2 {
		short = short[:i]
	}
	return short + "…"
}

// priority sets the field to a need's priority in words.
func (v *View) priority(n *models.Need) {
	v.set("Priority", v.word("priority."+string(n.Priority)))
}

// again is the command line of a list's next page, with the same filter.
func again(command string, page int, args Values) string {
	line := fmt.Sprintf("%s %d", command, page)
	if c, ok := args["category"]; ok {
		line += " category:" + string(c.category)
	}
	if a, ok := args["area"]; ok && a.area != nil {
		line += ` area:"` + a.area.Name + `"`
	}
	return line
}

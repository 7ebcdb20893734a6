package commands

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// saidWith are the arguments that handlers give with a message, where what it
// is about is not enough. A message that needs more and is not here fails.
func saidWith(person models.ID) map[string]models.Args {
	command := models.CodeArg("command.claim.name")
	name := models.PersonArg(person)
	role := models.CodeArg("role.organizer")
	friday := func(hour int) models.Arg {
		return models.WhenArg(models.When{Kind: models.WhenMoment, At: time.Date(2026, 12, 11, hour+5, 0, 0, 0, time.UTC)})
	}
	options := models.Args{"Option0": friday(3), "Option1": friday(15)}
	return map[string]models.Args{
		"crisis.asked":            {"At": models.AtArg(friday(3).When.At)},
		"crisis.team_ask":         {"Who": name, "Languages": models.CodeArg("language.es")},
		"crisis.taken":            {"Name": name},
		"crisis.taken_told":       {"Name": name},
		"claim.neighbor_told":     {"Helper": name},
		"start.neighbor_told":     {"Helper": name},
		"welcome.ask":             {"Name": name},
		"welcome.done":            {"Name": name},
		"welcome.declined":        {"Name": name},
		"welcome.already":         {"Name": name},
		"role.granted":            {"Name": name, "Role": role},
		"role.removed":            {"Name": name, "Role": role},
		"role.same_has":           {"Name": name, "Role": role},
		"role.same_has_not":       {"Name": name, "Role": role},
		"role.told_granted":       {"By": name, "Role": role},
		"role.told_removed":       {"Role": role},
		"role.announced":          {"Name": name, "By": name},
		"role.admin_ask":          {"Name": name, "By": name},
		"role.mapped":             {"Name": name, "Role": role},
		"role.mapped_still":       {"Name": name, "Role": role},
		"linkrole.added":          {"Role": role},
		"linkrole.added_told":     {"Role": role, "By": name},
		"linkrole.removed":        {"Role": role},
		"linkrole.removed_told":   {"Role": role, "By": name},
		"linkrole.already":        {"Role": role},
		"linkrole.not_there":      {"Role": role},
		"linkrole.full":           {"Max": models.CountArg(linksAtMost)},
		"delivery.named":          {"Name": name},
		"delivery.away":           {"From": models.AtArg(monday), "To": models.AtArg(monday.Add(time.Hour))},
		"role.admin_asked":        {"Name": name},
		"role.admin_declined":     {"Name": name},
		"role.blocked":            {"Name": name},
		"agree.done":              {"Name": name},
		"block.already":           {"Name": name},
		"block.done":              {"Name": name},
		"block.not_there":         {"Name": name},
		"block.removed":           {"Name": name},
		"keepaway.added":          {"Name": name},
		"keepaway.already":        {"Name": name},
		"keepaway.full":           {"Max": models.CountArg(maxKeepAways)},
		"keepaway.not_there":      {"Name": name},
		"keepaway.removed":        {"Name": name},
		"details.limit":           {"Count": models.CountArg(models.TeamLooks), "At": models.AtArg(monday)},
		"edit.helper_told":        {"Field": models.CodeArg("field.when")},
		"setup.saved_one":         {"Field": models.CodeArg("setup.field.areas")},
		"setup.room_language":     {"Languages": models.CodeArg("language.es")},
		"join.told":               {"Name": name},
		"setup.areas_count":       {"Max": models.CountArg(maxAreas)},
		"board.no_page":           {"Count": models.CountArg(2)},
		"help.not_for_you":        {"Name": command, "Role": role},
		"when.which":              options,
		"error.when_ambiguous":    options,
		"error.choice":            {"Count": models.CountArg(4)},
		"error.slots_taken":       {"Count": models.CountArg(2)},
		"error.too_long":          {"Limit": models.CountArg(200), "Length": models.CountArg(1201)},
		"error.missing":           {"Param": models.CodeArg("param.person.name")},
		"error.missing_need":      {"Command": command},
		"error.missing_ref":       {"Command": command},
		"error.need_wanted":       {"Command": command, "Ref": models.RefArg(models.Ref{Kind: models.KindOffer, Number: 7})},
		"error.not_found":         {"Ref": models.RefArg(models.Ref{Kind: models.KindNeed, Number: 99})},
		"error.not_allowed.team":  {"Command": command},
		"error.not_allowed.admin": {"Command": command},
		"error.bad_value":         {"Param": models.CodeArg("param.category.name")},
		"error.bad_number":        {"Param": models.CodeArg("param.people.name"), "Min": models.CountArg(1), "Max": models.CountArg(99)},
		"error.bad_option_none":   {"Command": command},
		"error.unknown":           {"Suggestion": models.CodeArg("command.need.name")},
	}
}

// echoed are the words of the person themselves that a mistake repeats. The
// last come from its Fill.
var echoed = map[string][]string{
	"error.option_twice": {"Option"}, "error.bad_option": {"Option", "Suggestion"}, "error.bad_option_none": {"Option"},
	"error.no_person": {"Name"}, "error.many_persons": {"Name"}, "error.area_nearest": {"Value", "Suggestion"},
	"error.when_past": {"When"}, "error.when_unknown": {"Text"}, "error.bad_ref": {"Text"}, "error.bad_number": {"Value"},
	"error.unknown_none": {"Word"}, "help.unknown": {"Word"}, "setup.zone_unknown": {"Value"}, "terminal.room_unknown": {"Room", "Rooms"},
	"error.bad_value": {"Value", "Choices"}, "error.bad_area": {"Value", "Areas"}, "error.unknown": {"Word", "Command"},
	"join.code": {"Code"}, "join.told": {"Space"}, "room.gone": {"Room"}, "room.read_only": {"Room"}, "room.unusable": {"Room"}, "setup.room_language": {"Room"},
	"error.missing": {"Example"}, "error.no_server_role": {"Value"}, "error.no_power_level": {"Value"}, "error.too_much": {"Text", "Example"},
}

// Every message that the code can say is written in both languages, about a
// need and with what handlers give.
func TestEveryMessageIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t).cast()
	sam := w.actor("sam")
	w.posts("rosa", "need milk and bread category:food area:Stonebridge when:tomorrow contact:413-555-0142")
	w.posts("rosa", "offer two coats category:supplies")
	about := map[bool]models.Entity{}
	n, err := w.reader().Need(models.Ref{Kind: models.KindNeed, Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	o, err := w.reader().Offer(models.Ref{Kind: models.KindOffer, Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	about[false], about[true] = n.Entity(), o.Entity()
	args := saidWith(sam.Person.ID)
	for _, key := range append(keysInCode(t), slices.Collect(maps.Keys(w.reg.speech))...) {
		for _, lang := range models.Langs() {
			v := w.reg.view(t.Context(), &viewer{actor: sam, lang: lang, now: w.clock()})
			echo := map[string]string{}
			for _, field := range echoed[key] {
				echo[field] = "their words"
			}
			m := models.Message{Key: key, About: about[strings.HasPrefix(key, "offer.")], Args: args[key]}
			if err := v.render(m, echo, nil); err != nil {
				t.Errorf("%s in %s: %v", key, lang, err)
				continue
			}
			text := shown(v.reply())
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s in %s is empty", key, lang)
			}
			lacks(t, key+" in "+string(lang), text, "<no value>", "..", " ,", "%!", "\n\n\n")
		}
	}
}

// keysInCode lists the keys of messages: of models.Message, of mistakes, and of
// the tables that turn a rule's no into one.
func keysInCode(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	take := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if key, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(key, ".") && !strings.HasPrefix(key, ".") {
				found[key] = true
			}
		}
	}
	says := map[string]int{"mistake": 0, "mistakeAbout": 0, "exampleMistake": 0, "needFor": 1}
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Key" {
					take(n.Value)
				}
			case *ast.CompositeLit:
				if m, ok := n.Type.(*ast.MapType); ok && isString(m.Key) && isString(m.Value) {
					for _, e := range n.Elts {
						take(e.(*ast.KeyValueExpr).Value)
					}
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok && id.Name == "key" && i < len(n.Rhs) {
						take(n.Rhs[i])
					}
				}
			case *ast.CallExpr:
				called := n.Fun
				if s, ok := called.(*ast.SelectorExpr); ok {
					called = s.Sel
				}
				if id, ok := called.(*ast.Ident); ok {
					if i, ok := says[id.Name]; ok && i < len(n.Args) {
						take(n.Args[i])
					}
				}
			}
			return true
		})
	}
	if len(found) < 90 {
		t.Errorf("only %d keys were found: the test looks in the wrong place", len(found))
	}
	return slices.Sorted(maps.Keys(found))
}

func isString(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "string"
}

package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
)

// An id that stands in the code and not in the catalogue would be found only
// when somebody is to be told just that.
func TestEveryTextNamedInTheCodeExists(t *testing.T) {
	t.Parallel()
	cat, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	prefixes := map[string]bool{}
	for _, id := range cat.IDs() {
		first, _, _ := strings.Cut(id, ".")
		prefixes[first] = true
	}
	looksLikeID := regexp.MustCompile(`^[a-z_]+(\.[a-z_0-9]+)+$`)
	found := 0
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			id, err := strconv.Unquote(lit.Value)
			first, _, _ := strings.Cut(id, ".")
			if err != nil || !looksLikeID.MatchString(id) || !prefixes[first] || strings.HasSuffix(id, "_") || isPrefix(cat, id) {
				return true
			}
			found++
			if !cat.Has(id) && !composed[id] {
				t.Errorf("there is no text %s", id)
			}
			return true
		})
	}
	if found < 100 {
		t.Errorf("only %d ids were found in the code: the test looks in the wrong place", found)
	}
}

// isPrefix reports whether the id is the beginning of ids that are put together.
func isPrefix(cat *catalogue.Catalogue, id string) bool {
	for _, have := range cat.IDs() {
		if strings.HasPrefix(have, id+".") || strings.HasPrefix(have, id+"_") {
			return true
		}
	}
	return false
}

// composed are messages that are written in code from other texts.
var composed = map[string]bool{"crisis.answer": true, "need.preview": true, "offer.preview": true, "show.one": true, "role.listed": true, "linkrole.listed": true}

// sources are the package's files, parsed.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

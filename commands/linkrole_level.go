package commands

import (
	"strconv"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
)

const (
	// levelsPlatform has power levels in place of roles: Matrix.
	levelsPlatform = "matrix"
	// levelPrefix begins the name of a power level as a platform's role, which
	// whoever reaches it has: "pl50".
	levelPrefix = "pl"
	// topLevel is the highest that can stand for something.
	topLevel = 100
)

// powerLevel reads a power level: pl50, PL 50 or 50.
func powerLevel(typed string) (value, error) {
	number := strings.TrimSpace(strings.TrimPrefix(catalogue.Fold(unquote(typed)), levelPrefix))
	level, err := strconv.ParseUint(number, 10, 64)
	if err != nil || level < 1 || level > topLevel {
		return value{}, mistake("error.no_power_level", nil).echo("Value", strings.TrimSpace(typed))
	}
	return value{text: levelPrefix + strconv.FormatUint(level, 10)}, nil
}

// platformRole is how a role of the platform's own is written, so that it names
// itself there.
func (v *View) platformRole(remote string) string {
	level, ok := strings.CutPrefix(remote, levelPrefix)
	if !ok {
		return "<@&" + remote + ">"
	}
	v.set("Level", level)
	return v.text("linkrole.level")
}

package commands

import (
	"slices"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/commands/catalogue"
	"github.com/berkshire-mutual-aid/shirebot/models"
)

const dialogSetup = "setup"

// SuggestedNumbers is what a coalition in the United States is suggested to show
// to someone in danger: 988 (Suicide and Crisis Lifeline), 911, and the
// National Domestic Violence Hotline.
const SuggestedNumbers = "988, 911, 1-800-799-7233"

// setupSteps are the questions in their order; each is a parameter as well.
var setupSteps = []string{"name", "zone", "language", "areas", "board", "numbers"}

// setupCommand sets a coalition up in six questions, or one thing alone.
func setupCommand() *Command {
	langs := []string{string(models.English), string(models.Spanish)}
	says := map[string]Speech{
		"setup.saved": {Fill: func(v *View) error {
			v.set("Name", "lee")
			return fillBoard(v)
		}},
		"setup.again":     {Fill: fillCoalition, Buttons: yesNo},
		"setup.saved_one": {Fill: fillSetting},
	}
	for _, step := range setupSteps {
		says["setup.next."+step] = Speech{Write: writeSetupStep, Buttons: setupButtons}
	}
	return &Command{
		Name: "setup", Group: GroupRun, Right: models.RightSetup,
		Params: []Param{
			{Name: "name", Type: TypeText, Named: true, Max: models.MaxName},
			{Name: "zone", Type: TypeText, Named: true, Max: models.MaxName},
			{Name: "language", Type: TypeChoice, Named: true, Prefix: "language.", Codes: langs},
			{Name: "areas", Type: TypeText, Named: true, Max: maxAreas * models.MaxArea},
			{Name: "board", Type: TypeRoom, Named: true, Max: models.MaxName},
			{Name: "numbers", Type: TypeText, Named: true, Max: models.MaxPrivate},
			{Name: "room_language", Type: TypeChoice, Named: true, Prefix: "language.", Codes: langs},
		},
		Do: (*Call).setup, Says: says,
	}
}

func (c *Call) setup() (models.Message, error) {
	if len(c.Args) == 0 {
		if c.Actor.Coalition.SetUpAt != nil {
			c.open(dialogSetup, "again", models.Entity{})
			return models.Message{Key: "setup.again"}, nil
		}
		return c.askSetup(c.open(dialogSetup, setupSteps[0], models.Entity{}), 0), nil
	}
	last := ""
	room, err := c.setRoomLanguage()
	if err != nil {
		return models.Message{}, err
	}
	for _, step := range setupSteps {
		if !c.Args.Has(step) {
			continue
		}
		if err := c.set(step, c.Args.Text(step)); err != nil {
			return models.Message{}, err
		}
		last = step
	}
	if last == "" {
		return room, c.showWelcome()
	}
	return models.Message{Key: "setup.saved_one", Args: models.Args{"Field": models.CodeArg("setup.field." + last)}}, c.showWelcome()
}

// askSetup asks the question of a step. What was answered before it is repeated
// back with it.
func (c *Call) askSetup(d *models.Dialog, i int) models.Message {
	c.step(d, setupSteps[i])
	return models.Message{Key: "setup.next." + setupSteps[i]}
}

func setupConversation() conversation {
	next := func(c *Call, d *models.Dialog) (models.Message, error) {
		i := slices.Index(setupSteps, d.Step)
		if i+1 < len(setupSteps) {
			return c.askSetup(d, i+1), nil
		}
		c.Remove(d)
		c.asking = false
		coalition := c.Actor.Coalition
		if coalition.SetUpAt == nil {
			now := c.Now
			coalition.SetUpAt = &now
		}
		c.Save(coalition)
		saved := models.Message{Key: "setup.saved"}
		if boards, err := c.boards(); err != nil || len(boards) == 0 {
			return models.Message{Key: "setup.saved_no_board"}, err
		}
		return saved, c.showWelcome()
	}
	return conversation{
		free: func(step string) bool { return step == "name" || step == "areas" || step == "numbers" },
		cancel: func(*Call, *models.Dialog) (models.Message, error) {
			return models.Message{Key: "setup.stopped"}, nil
		},
		back: func(c *Call, d *models.Dialog) (models.Message, error) {
			i := slices.Index(setupSteps, d.Step)
			if i <= 0 {
				return models.Message{}, mistake("draft.no_back", nil)
			}
			return c.askSetup(d, i-1), nil
		},
		skip:  next,
		again: (*Call).againSetup,
		take: func(c *Call, d *models.Dialog, text string) (models.Message, error) {
			if d.Step == "again" {
				return c.setupAgain(d, text)
			}
			set := c.set
			if strings.TrimSpace(text) == "" || c.reg.vocab.same(text, "keep") {
				set = c.keep
			}
			if err := set(d.Step, text); err != nil {
				return models.Message{}, err
			}
			return next(c, d)
		},
	}
}

func (c *Call) setupAgain(d *models.Dialog, text string) (models.Message, error) {
	switch {
	case c.reg.vocab.word("yes", text):
		return c.askSetup(d, 0), nil
	case c.reg.vocab.word("no", text):
		c.Remove(d)
		c.asking = false
		return models.Message{Key: "setup.kept"}, nil
	}
	return models.Message{}, mistakeAboutChoice(2)
}

// set checks one setting and keeps it.
func (c *Call) set(step, text string) error {
	coalition := c.Actor.Coalition
	text, err := Clean(text, setupLimit(step))
	if err != nil {
		return err
	}
	switch step {
	case "name":
		coalition.Name = text
	case "zone":
		zone, err := time.LoadLocation(strings.ReplaceAll(text, " ", "_"))
		if err != nil || !strings.Contains(zone.String(), "/") && zone.String() != "UTC" {
			return mistake("setup.zone_unknown", nil).echo("Value", text)
		}
		coalition.Zone = zone.String()
	case "language":
		code, ok := c.reg.vocab.code("language.", []string{"en", "es"}, text)
		if !ok {
			return choiceMistake(setupCommand().param("language"), "language.", []string{"en", "es"}, text)
		}
		coalition.Language = models.Lang(code)
	case "areas":
		return c.setAreas(text)
	case "board":
		return c.setBoard(text)
	case "numbers":
		coalition.CrisisNumbers = text
	}
	c.Save(coalition)
	return nil
}

func setupLimit(step string) int {
	switch step {
	case "areas":
		return maxAreas * models.MaxArea
	case "numbers":
		return models.MaxPrivate
	}
	return models.MaxName
}

// setAreas makes the list of areas what was written. An area that is no longer
// on it is kept for the needs that show it, but not offered any more.
func (c *Call) setAreas(text string) error {
	var names []string
	for _, part := range strings.Split(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, err := Clean(part, models.MaxArea)
		if err != nil {
			return err
		}
		names = append(names, name)
	}
	if len(names) == 0 || len(names) > maxAreas {
		return mistake("setup.areas_count", models.Args{"Max": models.CountArg(maxAreas)})
	}
	known, err := c.AllAreas()
	if err != nil {
		return err
	}
	byName := map[string]*models.Area{}
	for i := range known {
		known[i].Position = -1
		byName[known[i].Folded] = &known[i]
	}
	for i, name := range names {
		folded := catalogue.Fold(name)
		area := byName[folded]
		if area == nil {
			area = &models.Area{ID: c.ID(), CoalitionID: c.Actor.Coalition.ID, Folded: folded}
			byName[folded] = area
			c.Add(area)
		}
		area.Name, area.Position = name, i
	}
	for i := range known {
		c.Save(&known[i])
	}
	return nil
}

// showWelcome posts the welcome, or brings it up to date.
func (c *Call) showWelcome() error {
	if c.Actor.Coalition.SetUpAt == nil {
		return nil
	}
	return c.Show(models.Entity{Kind: models.KindWelcome, ID: c.Actor.Coalition.ID})
}

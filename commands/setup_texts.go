package commands

import (
	"slices"
	"strings"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func fillCoalition(v *View) error {
	v.set("Coalition", User(v.actor.Coalition.Name))
	return nil
}

// setting is what a question of setup is answered with so far, in words.
func (v *View) setting(step string) (string, error) {
	c := v.actor.Coalition
	switch step {
	case "name":
		return User(c.Name), nil
	case "zone":
		return c.Zone, nil
	case "language":
		return v.word("language." + string(c.Language)), nil
	case "numbers":
		return User(c.CrisisNumbers), nil
	case "areas":
		areas, err := v.reader.Areas()
		names := make([]string, len(areas))
		for i, a := range areas {
			names[i] = User(a.Name)
		}
		return strings.Join(names, ", "), err
	}
	return v.boardName(false)
}

// fillSetting sets Value to the setting that the message's field names.
func fillSetting(v *View) error {
	step := strings.TrimPrefix(v.message.Args["Field"].Code, "setup.field.")
	value, err := v.setting(step)
	v.set("Value", value)
	return err
}

// writeSetupStep repeats the last answer back and asks the next question.
func writeSetupStep(v *View) error {
	step := strings.TrimPrefix(v.message.Key, "setup.next.")
	if i := slices.Index(setupSteps, step); i > 0 {
		answer, err := v.setting(setupSteps[i-1])
		if err != nil {
			return err
		}
		if answer != "" {
			v.set("Answer", answer)
			v.say("setup.heard")
		}
	}
	suggestion, err := v.setting(step)
	if step == "board" {
		suggestion, err = v.boardName(true)
	}
	if err != nil {
		return err
	}
	v.set("Suggestion", suggestion)
	v.say("setup.ask." + step)
	return nil
}

func setupButtons(v *View) {
	if strings.HasSuffix(v.message.Key, ".language") {
		for _, l := range models.Langs() {
			v.button("language."+string(l), "answer "+string(l))
		}
		return
	}
	if v.fields["Suggestion"] != "" {
		v.button("setup.keep", "answer keep")
	}
}

func yesNo(v *View) {
	v.button("button.yes", "answer yes")
	v.button("button.no", "answer no")
}

// beginning is how somebody begins in a room of a platform: what stands before a
// command's name, and the catalogue id of what happens then.
type beginning struct{ prefix, how string }

// beginnings are those that differ from the terminal's.
var beginnings = map[string]beginning{
	"discord": {"/", "post.how_form"},
	"matrix":  {"!", "post.how_private"},
}

// welcomeCard is the post that a coalition's board begins with. It is always in
// both languages, the room's first: strangers read it, and it has to serve
// while the bot is off.
func (v *View) welcomeCard(card *CardText) error {
	card.Pin = true
	begin := beginning{how: "post.how_private"}
	if other, ok := beginnings[v.who.Platform]; ok {
		begin = other
	}
	if err := fillTeam(v); err != nil {
		return err
	}
	var lines []Text
	own := v.lang
	langs := append([]models.Lang{own}, slices.DeleteFunc(models.Langs(), func(l models.Lang) bool { return l == own })...)
	for i, lang := range langs {
		v.lang = lang
		if err := fillCoalition(v); err != nil {
			return err
		}
		crisis, err := v.crisis("crisis.us")
		if err != nil {
			return err
		}
		v.set("Crisis", crisis)
		v.set("How", v.text(begin.how))
		v.set("Prefix", begin.prefix)
		if i > 0 {
			lines = append(lines, "")
		}
		for _, line := range strings.Split(v.text("post.welcome"), "\n") {
			lines = append(lines, Text(line))
		}
	}
	v.lang = own
	card.Title, card.Lines = lines[0], lines[1:]
	return nil
}

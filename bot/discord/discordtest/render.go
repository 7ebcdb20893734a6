package discordtest

import (
	"fmt"
	"strings"
)

// render is a message as a person reads it, in plain words:
//
//	the content
//	the text of the embed
//	[First button] [Second button]
//	(Choose an area: North, *South, East)
//	✋ 2  ✅ 1
//
// A chosen option has a star before it, and a button that does nothing stands
// in round brackets.
func (s *Server) render(m *message) string {
	if m.pending {
		return "(thinking)"
	}
	lines := []string{}
	if w := s.words(m); w != "" {
		lines = append(lines, w)
	}
	for _, row := range m.components {
		if line := renderRow(row); line != "" {
			lines = append(lines, line)
		}
	}
	var counts []string
	for _, r := range m.reactions {
		counts = append(counts, fmt.Sprintf("%s %d", r.emoji, len(r.users)))
	}
	if len(counts) > 0 {
		lines = append(lines, strings.Join(counts, "  "))
	}
	return strings.Join(lines, "\n")
}

// words are the content and the embeds of a message in plain words.
func (s *Server) words(m *message) string {
	var lines []string
	if m.content != "" {
		lines = append(lines, s.plain(m.content))
	}
	for _, e := range m.embeds {
		for _, part := range []string{str(object(e, "author"), "name"), str(e, "title"), str(e, "description")} {
			if part != "" {
				lines = append(lines, s.plain(part))
			}
		}
		for _, f := range objects(e, "fields") {
			lines = append(lines, s.plain(str(f, "name"))+": "+s.plain(str(f, "value")))
		}
		if footer := str(object(e, "footer"), "text"); footer != "" {
			lines = append(lines, visible(footer)) // a footer has no markup
		}
	}
	return strings.Join(lines, "\n")
}

func renderRow(row obj) string {
	var buttons, lines []string
	for _, c := range objects(row, "components") {
		if num(c, "type") != typeButton {
			lines = append(lines, renderSelect(c))
			continue
		}
		label := str(c, "label")
		if e := str(object(c, "emoji"), "name"); e != "" {
			label = strings.TrimSpace(e + " " + label)
		}
		if boolean(c, "disabled") {
			buttons = append(buttons, "("+label+")")
		} else {
			buttons = append(buttons, "["+label+"]")
		}
	}
	if len(buttons) > 0 {
		lines = append(lines, strings.Join(buttons, " "))
	}
	return strings.Join(lines, "\n")
}

func renderSelect(c obj) string {
	var options []string
	for _, o := range objects(c, "options") {
		label := str(o, "label")
		if boolean(o, "default") {
			label = "*" + label
		}
		options = append(options, label)
	}
	title := str(c, "placeholder")
	if title == "" {
		title = "Choose"
	}
	return "(" + title + ": " + strings.Join(options, ", ") + ")"
}

// renderForm is a form as a person reads it.
func (s *Server) renderForm(form obj) string {
	lines := []string{"== " + str(form, "title") + " =="}
	for _, p := range objects(form, "components") {
		c := object(p, "component")
		label := str(p, "label")
		switch num(p, "type") {
		case typeText:
			lines = append(lines, s.plain(str(p, "content")))
			continue
		case typeRow:
			c = objects(p, "components")[0]
			label = str(c, "label")
		}
		if required(c) {
			label += " *"
		}
		lines = append(lines, label)
		if d := str(p, "description"); d != "" {
			lines = append(lines, "  "+d)
		}
		lines = append(lines, "  "+renderField(c))
	}
	return strings.Join(append(lines, "[Cancel] [Submit]"), "\n")
}

func renderField(c obj) string {
	if num(c, "type") != typeInput {
		return renderSelect(c)
	}
	if v := str(c, "value"); v != "" {
		return "> " + strings.ReplaceAll(v, "\n", "\n  > ")
	}
	if p := str(c, "placeholder"); p != "" {
		return "> (" + p + ")"
	}
	return ">"
}

func renderChoices(choices []Choice) string {
	var names []string
	for _, c := range choices {
		names = append(names, c.Name)
	}
	return strings.Join(names, "\n")
}

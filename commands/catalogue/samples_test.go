package catalogue

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// samples are fields as a caller fills them. Spanish ones follow the English
// where they differ.
var samples = map[string][]any{
	"Answer": {"Larch County Mutual Aid"}, "Area": {"Quarry Falls"}, "Areas": {"Quarry Falls and Stonebridge", "Quarry Falls y Stonebridge"},
	"At": {"at 3:00 PM", "a las 3:00 p. m."}, "Before": {"N11"}, "Board": {"#board"}, "By": {"Ana"},
	"Choices": {"urgent, soon, this week or any time", "urgente, pronto, esta semana o sin prisa"},
	"Code":    {"K7M-4QD"}, "Coalition": {"Larch County Mutual Aid"}, "Command": {"claim", "tomar"},
	"Commands": {"board, claim N12, release N12, done N12, offer", "tablero, tomar N12, devolver N12, hecho N12, ofrecer"},
	"Contact":  {"your phone number", "su teléfono"}, "Count": {2},
	"Crisis":   {"In danger: 911. To talk to someone: 988.", "En peligro: 911. Para hablar: 988, oprima 2."},
	"Data":     {"~/.local/share/shirebot"},
	"Link":     {"https://discord.com/oauth2/authorize"},
	"Missing":  {"Pin Messages"},
	"Platform": {"Discord"},
	"Date":     {"Tuesday, December 8", "martes 8 de diciembre"},
	"Event":    {"Sam took it.", "Sam lo tomó."},
	"Example":  {"claim N12", "tomar N12"},
	"Examples": {"show N12", "ver N12"},
	"Field":    {"When", "Cuándo"}, "Filter": {"Groceries, Quarry Falls", "Compras, Quarry Falls"},
	"From": {1}, "Helper": {"Sam"}, "Helpers": {"Sam and Dee", "Sam y Dee"},
	"How":       {"I'll write to you in private.", "Le escribo en privado."},
	"Kind":      {"Ride", "Transporte"},
	"Languages": {"Spanish", "español"},
	"Length":    {230}, "Limit": {200}, "Max": {20}, "Min": {1},
	"Name": {"Rosa"}, "Names": {"Lee Marsh and Lee Pond", "Lee Marsh y Lee Pond"},
	"Note": {"bring a shovel", "llevar una pala"}, "Numbers": {"988 and 911", "988 y 911"},
	"Option": {"catgory", "tpo"}, "Outcome": {"it worked out", "salió bien"},
	"Page": {2}, "Param": {"area", "zona"}, "People": {"Lee and Ana", "Lee y Ana"},
	"Prefix": {""}, "Priority": {"soon", "pronto"}, "Private": {"Rosa, 413-555-0142"},
	"Reactions": {"✋"}, "Reason": {"No longer needed", "Ya no hace falta"},
	"Ref": {"N12"}, "Refs": {"N3, N5 and N7", "N3, N5 y N7"},
	"Role": {"organizer", "equipo"}, "Roles": {"organizer and volunteer", "equipo y voluntariado"},
	"Room": {"#board"}, "Rooms": {"#board"}, "Some": {1}, "Space": {"Quarry Falls Neighbors"}, "Shown": {5}, "Server": {"Larch County"}, "ServerRole": {"@Helpers"}, "Level": {"50"},
	"State": {"closed", "cerrado"}, "Suggestion": {"need", "pedir"},
	"Summary": {"Take a need, to help with it.", "Tome un pedido, para ayudar."},
	"Text":    {"14 Mill Lane"}, "To": {2}, "Until": {"Tuesday, December 8, 9:40 AM", "martes 8 de diciembre, 9:40 a. m."},
	"Value": {"somewhere"}, "Version": {"0.1"}, "What": {"round trip to the clinic", "ida y vuelta a la clínica"},
	"When": {"Thursday 2:00 PM", "jueves 2:00 p. m."}, "Who": {"Sam"}, "Word": {"nede", "pedri"},
}

// rendering is one text with sample fields.
type rendering struct {
	lang models.Lang
	id   string
	text string
}

// renderAll renders every text in every language, also with its optional
// fields empty and in both plural forms.
func renderAll(t *testing.T, c *Catalogue) []rendering {
	t.Helper()
	var all []rendering
	for _, lang := range models.Langs() {
		for _, id := range c.IDs() {
			n := needs(t, c, lang, id)
			full, bare := map[string]any{}, map[string]any{}
			for field, optional := range n.fields {
				sample, ok := samples[field]
				if !ok {
					t.Fatalf("%s: no sample for the field %s", id, field)
				}
				full[field] = sample[0]
				if lang == models.Spanish {
					full[field] = sample[len(sample)-1]
				}
				bare[field] = full[field]
				if optional {
					bare[field] = ""
				}
			}
			if _, counts := bare["Count"]; counts {
				bare["Count"] = 1
			}
			for _, fields := range []map[string]any{full, bare} {
				text, err := c.Text(lang, id, fields)
				if err != nil {
					t.Errorf("%s in %s: %v", id, lang, err)
				}
				all = append(all, rendering{lang, id, text})
			}
		}
	}
	return all
}

// isList reports whether the text is a list of words to compare with, which is
// never shown.
func isList(id string) bool {
	return strings.HasSuffix(id, ".words") || strings.HasSuffix(id, ".aliases") || strings.HasPrefix(id, "word.")
}

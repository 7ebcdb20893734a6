package when

import (
	"strings"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

type sentence struct{ text, span, want string }

// checkSentences wants a span of "" where nothing may be found.
func checkSentences(t *testing.T, prefer models.Lang, table []sentence) {
	t.Helper()
	now := wednesday(t)
	for _, s := range table {
		f, ok := Find(s.text, now, prefer)
		if !ok {
			if s.span != "" {
				t.Errorf("Find(%q) finds nothing, want %q: %s", s.text, s.span, s.want)
			}
			continue
		}
		got := describe(f.When, f.Err, now.Location())
		if span := s.text[f.Start:f.End]; span != s.span || got != s.want {
			t.Errorf("Find(%q)\n got %q: %s\nwant %q: %s", s.text, span, got, s.span, s.want)
		}
	}
}

func TestFindEnglish(t *testing.T) {
	t.Parallel()
	checkSentences(t, models.English, []sentence{
		{"a ride to the clinic Thursday at 2 PM", "Thursday at 2 PM", "moment 2026-10-29 14:00"},
		{"Thursday at 2 p.m. a ride to the clinic", "Thursday at 2 p.m.", "moment 2026-10-29 14:00"},
		{"groceries by tonight", "by tonight", "evening 2026-10-28"},
		{"groceries for tomorrow, milk and bread", "for tomorrow", "day 2026-10-29"},
		{"clear snow from front steps (tomorrow morning).", "tomorrow morning", "morning 2026-10-29"},
		{"ride on saturday 2pm please", "on saturday 2pm please", "moment 2026-10-31 14:00"},
		{"ride in 2 days", "in 2 days", "day 2026-10-30"},
		{"ride a week from Thursday at noon", "a week from Thursday at noon", "moment 2026-11-05 12:00"},
		{"food on the 15th at noon", "on the 15th at noon", "moment 2026-11-15 12:00"},
		{"December 10 to the clinic", "December 10", "day 2026-12-10"},
		{"stack firewood early next week", "early next week", "week 2026-11-02"},
		{"need food asap", "asap", "day 2026-10-28"},
		{"firewood, no hurry", "no hurry", "anytime"},
		{"firewood whenever you can", "whenever you can", "anytime"},
		{"call 413-555-0142 tomorrow", "tomorrow", "day 2026-10-29"},
		{"my heater broke yesterday, need help tomorrow", "tomorrow", "day 2026-10-29"},
		{"1/2 gallon of milk tomorrow", "tomorrow", "day 2026-10-29"},
		{"on the 5th floor tomorrow", "tomorrow", "day 2026-10-29"},
		{"I sat today", "today", "day 2026-10-28"},
		{"power is out since last night, need ice today", "today", "day 2026-10-28"},
		{"May I get a ride tomorrow", "tomorrow", "day 2026-10-29"},
		{"no sun tomorrow", "tomorrow", "ask day 2026-10-29"},
	})
}

func TestFindEnglishAsks(t *testing.T) {
	t.Parallel()
	checkSentences(t, models.English, []sentence{
		{"need a ride tomorrow at 3", "tomorrow at 3", "ask moment 2026-10-29 15:00; moment 2026-10-29 03:00"},
		{"ride at 2 PM", "at 2 PM", "ask moment 2026-10-28 14:00; moment 2026-10-29 14:00"},
		// The day and the hour stand apart.
		{"On Thursday I need a ride at 2 PM", "at 2 PM", "ask moment 2026-10-29 14:00"},
		{"On Thursday I need a ride in the morning", "On Thursday", "ask morning 2026-10-29"},
		{"Thursday I need a ride at 3 please", "Thursday", "ask moment 2026-10-29 15:00; moment 2026-10-29 03:00"},
		// Several times, ranges, denials.
		{"Monday or Tuesday", "Monday", "ask day 2026-11-02; day 2026-11-03"},
		{"2 to 4 PM tomorrow", "4 PM tomorrow", "ask moment 2026-10-29 16:00"},
		{"2pm-4pm tomorrow", "tomorrow", "ask day 2026-10-29"},
		{"tomorrow 2-4", "tomorrow", "ask day 2026-10-29"},
		{"Nov 12 and 13", "Nov 12", "ask day 2026-11-12"},
		{"between 2 and 4 PM Thursday", "4 PM Thursday", "ask moment 2026-10-29 16:00"},
		{"I can't drive tomorrow", "tomorrow", "ask day 2026-10-29"},
		{"every Monday I work, so tomorrow, if not until Friday", "tomorrow", "ask day 2026-10-29"},
		// The number may belong to what follows, the word may be another.
		{"December 10 boxes", "December 10", "ask day 2026-12-10"},
		{"may 5 people come tomorrow?", "may 5", "ask day 2027-05-05; day 2026-10-29"},
		{"bring 8 in the morning tomorrow", "8 in the morning tomorrow", "ask moment 2026-10-29 08:00"},
		{"ride sat 2pm", "sat 2pm", "ask moment 2026-10-31 14:00"},
		{"someone to sit with my dad Friday 1 to 4", "Friday", "ask day 2026-10-30"},
		{"Friday from 1 to 4", "Friday", "ask day 2026-10-30"},
		{"my appointment is Thursday at 2:30 PM, pick me up at 2 PM", "Thursday at 2:30 PM",
			"ask moment 2026-10-29 14:30; moment 2026-10-28 14:00; moment 2026-10-29 14:00"},
		{"back in a minute", "in a minute", "ask moment 2026-10-28 10:01"},
		{"food on the 15th", "on the 15th", "ask day 2026-11-15"},
		{"on 12/10 a ride", "on 12/10", "ask day 2026-12-10; day 2027-10-12"},
		{"in the next week", "the next week", "ask week 2026-10-28; week 2026-11-02"},
		{"by the end of next week", "of next week", "ask week 2026-11-02"},
		// Past.
		{"a ride today at 8 AM", "today at 8 AM", "past"},
		{"my heater broke yesterday", "yesterday", "past"},
	})
}

func TestFindEnglishNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "a ride to the clinic", "I may need help", "the sun is out", "march with us", "a second opinion",
		"the second floor", "the 5th floor", "3 people at 5", "deliver at 12 Oak Lane", "bring 8", "24/7 help",
		"1/2 gallon of milk", "I live alone now", "call me anytime", "whenever it rains", "every Thursday at 3 PM",
		"every other Friday", "open until Thursday", "not on Thursday", "after 5 PM tomorrow", "since Monday",
		"until 5 tomorrow", "call me at 7pm every night", "no heat since last night",
		"two days before Thursday", "the Thursday after next", "week of Nov 9", "any day but Friday",
		"Thursday through Saturday", "a@thursday.com", "tomorrow's appointment", "Thursday/Friday",
		"Thursday-Friday", "#tomorrow", "x2pm", "2pmx", "v2.30pm", "once upon a time", "in the morning I work",
		"from 2 to 4", "in 2021", "year 2027", "12:30:15 pm", "december", "dec", "fri",
	} {
		checkSentences(t, models.English, []sentence{{text: text}})
	}
}

func TestFindSpanish(t *testing.T) {
	t.Parallel()
	checkSentences(t, models.Spanish, []sentence{
		{"transporte a la clínica el jueves a las 2 p. m.", "el jueves a las 2 p. m.", "moment 2026-10-29 14:00"},
		{"el jueves a las 2 de la tarde, ida y vuelta a la clínica", "el jueves a las 2 de la tarde", "moment 2026-10-29 14:00"},
		{"necesito comida para mañana", "para mañana", "day 2026-10-29"},
		{"comida para 5 personas mañana por la tarde", "mañana por la tarde", "afternoon 2026-10-29"},
		{"compras para el sábado en la mañana", "para el sábado en la mañana", "morning 2026-10-31"},
		{"comida para el 15 de noviembre", "para el 15 de noviembre", "day 2026-11-15"},
		{"transporte el jueves 12 a la clínica", "el jueves 12", "day 2026-11-12"},
		{"ayuda con papeles la próxima semana", "la próxima semana", "week 2026-11-02"},
		{"llevarme el domingo al doctor", "el domingo", "day 2026-11-01"},
		{"leña, sin prisa", "sin prisa", "anytime"},
		{"cuando puedan, leña", "cuando puedan", "anytime"},
		{"entregar a las 5 familias mañana", "mañana", "day 2026-10-29"},
		{"comida para esta noche 🙏 gracias", "para esta noche", "evening 2026-10-28"},
		// Asked back.
		{"recordarme mañana a las 3 lo de la farmacia", "mañana a las 3", "ask moment 2026-10-29 15:00; moment 2026-10-29 03:00"},
		{"el jueves me pueden llevar a las 3 de la tarde", "a las 3 de la tarde", "ask moment 2026-10-29 15:00"},
		{"necesito el jueves 12 cajas de leche", "el jueves 12", "ask day 2026-11-12; day 2026-10-29"},
		{"alguien que cuide a mi papá el viernes de 1 a 4", "el viernes", "ask day 2026-10-30"},
		{"jueves o viernes", "jueves", "ask day 2026-10-29; day 2026-10-30"},
		{"pasado mañana tengo cita a las 9:15 de la mañana", "a las 9:15 de la mañana", "ask moment 2026-10-30 09:15"},
		{"el 12 y 13 de noviembre", "13 de noviembre", "ask day 2026-11-13"},
		{"de 2 a 4 de la tarde", "4 de la tarde", "ask moment 2026-10-28 16:00; moment 2026-10-29 16:00"},
		{"comida el 15", "el 15", "ask day 2026-11-15"},
		{"no tengo comida para mañana", "para mañana", "ask day 2026-10-29"},
		{"la cita de mañana", "de mañana", "ask day 2026-10-29"},
		{"la reunión del jueves", "del jueves", "ask day 2026-10-29"},
		{"el mar 3", "el mar 3", "ask day 2026-11-03"},
		{"el lunes pasado se rompió la estufa", "el lunes pasado", "past"},
	})
}

func TestFindSpanishNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"ida y vuelta a la clínica", "hoy en día no tengo carro", "ya no tengo comida", "llevar a Domingo al doctor",
		"los jueves a las 3 pm", "cada jueves", "todos los lunes", "hasta el jueves", "a partir del lunes",
		"desde mañana", "después del jueves", "después de las 5 de la tarde", "dos días antes del jueves",
		"el jueves siguiente", "del lunes en adelante", "cerca del mar", "una vez a la semana", "por la mañana trabajo",
		"entregar a las 5 familias", "3 cajas de mayo", "marzo", "cuando sea mayor", "ahora vivo en Larch", "el 15 personas",
	} {
		checkSentences(t, models.Spanish, []sentence{{text: text}})
	}
}

// A text that is too long is not searched, rather than searched in part.
func TestFindBounds(t *testing.T) {
	t.Parallel()
	for _, n := range []int{maxRunes, maxRunes + 1} {
		text := "tomorrow at 3 PM " + strings.Repeat("ñ", n-len("tomorrow at 3 PM "))
		if _, ok := Find(text, wednesday(t), models.English); ok != (n <= maxRunes) {
			t.Errorf("of %d characters: found %v", n, ok)
		}
	}
}

package models

// Category is the stable code of a kind of help. Its names in each language
// are in the catalogue, under category.CODE.
type Category string

// categoryInfo is what the rules and the cards need to know of a category.
type categoryInfo struct {
	code   Category
	emoji  string
	vetted bool
}

// The list is the coalition's own (docs/domain.md); the order is the one in
// which the categories are offered.
var categories = []categoryInfo{
	{"food", "🥫", false},
	{"errands", "🛒", false},
	{"rides", "🚗", true},
	{"supplies", "📦", false},
	{"care", "🤝", true},
	{"home", "🔧", true},
	{"housing", "🏠", false},
	{"paperwork", "📄", false},
	{"health", "🩹", false},
	{"technology", "💻", false},
	{"interpreting", "💬", false},
	{"company", "☕", false},
	{"garden", "🌱", false},
	{"money", "💵", true},
	{"other", "📌", false},
}

// CategoryOther is what a need has whose filer was not sure.
const CategoryOther Category = "other"

// Categories lists all codes in the order in which they are offered.
func Categories() []Category {
	codes := make([]Category, len(categories))
	for i, c := range categories {
		codes[i] = c.code
	}
	return codes
}

func (c Category) info() categoryInfo {
	for _, known := range categories {
		if known.code == c {
			return known
		}
	}
	return categoryInfo{code: CategoryOther, emoji: "📌"}
}

// Emoji is the one that ends a card's first line, beside the category's name.
func (c Category) Emoji() string { return c.info().emoji }

// VettedOnly reports whether only volunteers whom an organizer has welcomed
// may take such a need: one is alone with somebody, in their home, or handles
// their money.
func (c Category) VettedOnly() bool { return c.info().vetted }

// ForNavigators reports whether navigators see to such needs, and so to their
// private details: information and emotional support are what they are on call
// for.
func (c Category) ForNavigators() bool { return c == "paperwork" || c == "company" }

// Valid reports whether c is a known code.
func (c Category) Valid() bool { return c.info().code == c }

package commands

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/berkshire-mutual-aid/shirebot/models"
	"github.com/berkshire-mutual-aid/shirebot/models/store"
)

// exportPage is how many characters of a copy go into one message: with what is
// around them fewer than the 2,000 that Discord allows.
const exportPage = 1500

// writeExport is a page of the copy of everything, as JSON.
func writeExport(v *View) error {
	text, err := v.export()
	if err != nil {
		return err
	}
	pages := paged(text, exportPage)
	page := 1
	if arg := v.message.Args["Page"]; arg.Count != nil {
		page = int(*arg.Count)
	}
	if page > len(pages) {
		v.set("Count", len(pages))
		v.say("board.no_page")
		return nil
	}
	v.private = true
	v.set("Page", number(page))
	v.set("Count", len(pages))
	v.say("privacy.exported")
	v.line(pages[page-1])
	if page < len(pages) {
		v.button("button.next_page", "privacy export page:"+number(page+1))
	}
	return nil
}

// paged cuts a text at line ends into pages of at most so many characters; a
// line that is longer is a page of its own.
func paged(text string, limit int) []string {
	var pages []string
	var page []string
	length := 0
	for line := range strings.SplitSeq(text, "\n") {
		n := utf8.RuneCountInString(line) + 1
		if length+n > limit && page != nil {
			pages, page, length = append(pages, strings.Join(page, "\n")), nil, 0
		}
		page, length = append(page, line), length+n
	}
	return append(pages, strings.Join(page, "\n"))
}

// The parts of a copy. Their names are for programs and the same in every
// language; what people wrote is marked as their own words.
type (
	exported struct {
		Name      string           `json:"name"`
		Language  string           `json:"language,omitempty"`
		Roles     []string         `json:"roles"`
		Known     string           `json:"known_since"`
		Accounts  []exportAccount  `json:"accounts"`
		Needs     []exportItem     `json:"needs,omitempty"`
		Offers    []exportItem     `json:"offers,omitempty"`
		Claims    []exportClaim    `json:"claims,omitempty"`
		Looks     []exportLook     `json:"looks_at_your_details,omitempty"`
		Looked    []exportLook     `json:"your_looks,omitempty"`
		KeepAway  []string         `json:"keep_away,omitempty"`
		History   []exportChange   `json:"history,omitempty"`
		Reactions []exportReaction `json:"reactions,omitempty"`
		Places    []exportPlace    `json:"server_roles,omitempty"`
		Events    []exportEvent    `json:"commands,omitempty"`
		Dialog    string           `json:"in_the_middle_of,omitempty"`
	}
	exportAccount struct {
		Platform string `json:"platform"`
		ID       string `json:"id"`
		Since    string `json:"since"`
	}
	exportItem struct {
		Ref       string            `json:"number,omitempty"`
		State     string            `json:"state"`
		What      string            `json:"what,omitempty"`
		Category  string            `json:"category"`
		Area      string            `json:"area,omitempty"`
		When      string            `json:"when,omitempty"`
		People    int               `json:"people,omitempty"`
		Languages string            `json:"languages,omitempty"`
		Outcome   string            `json:"outcome,omitempty"`
		Reason    string            `json:"closed_because,omitempty"`
		Filed     bool              `json:"typed_for_somebody_else,omitempty"`
		Consent   string            `json:"agreed,omitempty"`
		Made      string            `json:"made"`
		Ended     string            `json:"ended,omitempty"`
		Erased    string            `json:"words_erased,omitempty"`
		Private   map[string]string `json:"private,omitempty"`
	}
	exportClaim struct {
		Need  string `json:"need"`
		State string `json:"state"`
		From  string `json:"from"`
		To    string `json:"to,omitempty"`
	}
	exportLook struct {
		Need string `json:"need"`
		Who  string `json:"who,omitempty"`
		At   string `json:"at"`
	}
	exportChange struct {
		What string `json:"what"`
		Did  string `json:"did"`
		You  bool   `json:"you,omitempty"`
		At   string `json:"at"`
	}
	exportReaction struct {
		Emoji   string `json:"emoji"`
		Present bool   `json:"there"`
		At      string `json:"at"`
	}
	exportPlace struct {
		Roles   string `json:"roles,omitempty"`
		Present bool   `json:"there"`
		At      string `json:"at"`
	}
	exportEvent struct {
		Command string `json:"command"`
		At      string `json:"at"`
	}
)

// exporter turns rows into parts, with the references of what they are about.
type exporter struct {
	*View
	refs map[models.Entity]string
}

func (v *View) export() (string, error) {
	kept, err := v.reader.Everything(v.actor.Person.ID, keptAtMost)
	if err != nil {
		return "", err
	}
	x := &exporter{v, map[models.Entity]string{}}
	out, err := x.all(kept)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(out); err != nil {
		return "", err
	}
	return strings.TrimSpace(text.String()), nil
}

func (x *exporter) all(kept *store.Everything) (*exported, error) {
	p := kept.Person
	out := &exported{Name: User(p.Name), Language: string(p.Language), Roles: p.Roles.Codes(), Known: moment(p.CreatedAt)}
	for _, a := range kept.Accounts {
		out.Accounts = append(out.Accounts, exportAccount{a.Platform, User(a.Remote), moment(a.CreatedAt)})
	}
	for _, n := range kept.Needs {
		item, err := x.item(n.Entity(), exportItem{Ref: n.Ref().String(), State: string(n.State), What: User(n.What), Category: string(n.Category), People: n.People,
			Languages: n.Languages, Outcome: string(n.Outcome), Reason: string(n.CloseReason), Filed: n.ForOther || n.PersonID != p.ID, Consent: string(n.Consent),
			Made: moment(n.CreatedAt), Ended: ended(n.EndedAt), Erased: ended(n.PurgedAt)}, n.AreaID, n.When)
		if err != nil {
			return nil, err
		}
		out.Needs = append(out.Needs, item)
	}
	for _, o := range kept.Offers {
		item, err := x.item(o.Entity(), exportItem{Ref: o.Ref().String(), State: string(o.State), What: User(o.What), Category: string(o.Category),
			Languages: o.Languages, Made: moment(o.CreatedAt), Ended: ended(o.EndedAt), Erased: ended(o.PurgedAt)}, o.AreaID, o.When)
		if err != nil {
			return nil, err
		}
		out.Offers = append(out.Offers, item)
	}
	return out, x.rest(kept, out)
}

func (x *exporter) item(e models.Entity, item exportItem, area models.ID, when models.When) (exportItem, error) {
	x.refs[e] = item.Ref
	place, err := x.reader.Area(area)
	if err != nil {
		return item, err
	}
	if place != nil {
		item.Area = User(place.Name)
	}
	if item.When = string(when.Kind); !when.At.IsZero() {
		item.When += " " + moment(when.At)
	}
	private, err := x.reader.Private(e) // their own
	if err != nil {
		return item, err
	}
	for field, text := range private {
		if item.Private == nil {
			item.Private = map[string]string{}
		}
		item.Private[string(field)] = User(text)
	}
	return item, nil
}

// rest is what is about needs and offers, their own and other people's.
func (x *exporter) rest(kept *store.Everything, out *exported) error {
	me := kept.Person.ID
	for _, c := range kept.Claims {
		ref, err := x.ref(models.Entity{Kind: models.KindNeed, ID: c.NeedID})
		if err != nil {
			return err
		}
		out.Claims = append(out.Claims, exportClaim{ref, string(c.State), moment(c.CreatedAt), ended(c.EndedAt)})
	}
	for _, look := range kept.Looks {
		ref, err := x.ref(models.Entity{Kind: models.KindNeed, ID: look.NeedID})
		if err != nil {
			return err
		}
		who, err := x.lookedBy(look)
		if err != nil {
			return err
		}
		out.Looks = append(out.Looks, exportLook{ref, who, moment(look.At)})
	}
	for _, look := range kept.Looked {
		ref, err := x.ref(models.Entity{Kind: models.KindNeed, ID: look.NeedID})
		if err != nil {
			return err
		}
		out.Looked = append(out.Looked, exportLook{Need: ref, At: moment(look.At)})
	}
	for _, k := range kept.KeepAways {
		name, err := x.name(k.OtherID)
		if err != nil {
			return err
		}
		out.KeepAway = append(out.KeepAway, name)
	}
	for _, h := range kept.History {
		ref, err := x.ref(models.Entity{Kind: h.Kind, ID: h.EntityID})
		if err != nil {
			return err
		}
		out.History = append(out.History, exportChange{ref, h.Verb, h.PersonID == me, moment(h.At)})
	}
	for _, r := range kept.Reactions {
		out.Reactions = append(out.Reactions, exportReaction{r.Emoji, r.Present, moment(r.At)})
	}
	for _, m := range kept.Members {
		out.Places = append(out.Places, exportPlace{m.Roles, m.Present, moment(m.At)})
	}
	for _, in := range kept.Inbox {
		out.Events = append(out.Events, exportEvent{in.Command, moment(in.At)})
	}
	if kept.Dialog != nil {
		out.Dialog = kept.Dialog.Name
	}
	return nil
}

// ref is the reference of a need or an offer, empty for one that is gone.
func (x *exporter) ref(e models.Entity) (string, error) {
	if ref, known := x.refs[e]; known {
		return ref, nil
	}
	ref := ""
	switch e.Kind {
	case models.KindNeed:
		n, err := x.reader.NeedByID(e.ID)
		if err != nil && !store.IsNotFound(err) {
			return "", err
		}
		if n != nil {
			ref = n.Ref().String()
		}
	case models.KindOffer:
		o, err := x.reader.OfferByID(e.ID)
		if err != nil && !store.IsNotFound(err) {
			return "", err
		}
		if o != nil {
			ref = o.Ref().String()
		}
	}
	x.refs[e] = ref
	return ref, nil
}

package discord

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// shelf has commands that are published.
type shelf struct {
	mu     sync.Mutex
	kept   []map[string]any
	status int // of each answer; 0 is as it should be
}

func (s *shelf) serve(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status != 0 {
		w.WriteHeader(s.status)
		return
	}
	kept := s.kept
	if req.Method == http.MethodPut {
		kept = []map[string]any{}
	}
	_ = json.NewEncoder(w).Encode(kept) // a client that went away fails its own test
}

func (s *shelf) holds(kept []map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = kept
}

// asPublished is a set of commands as Discord lists it: in another order, with
// ids, versions and the values that it assumes.
func asPublished(t *testing.T, list []command) []map[string]any {
	t.Helper()
	body, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var kept []map[string]any
	if err := json.Unmarshal(body, &kept); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(kept)
	for _, c := range kept {
		c["id"], c["version"], c["application_id"], c["dm_permission"] = "1", "2", "3", true
		if options, ok := c["options"].([]any); ok {
			for _, o := range options {
				o := o.(map[string]any)
				o["required"] = false
				if types, ok := o["channel_types"].([]any); ok {
					slices.Reverse(types)
				}
			}
		} else {
			c["options"] = []any{}
		}
	}
	return kept
}

func puts(w *restWorld) (n int) {
	for _, r := range w.requests() {
		if r.method == http.MethodPut {
			n++
		}
	}
	return n
}

func TestPublishOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	want := declare(newRegistry(t))
	s := &shelf{}
	w := newRESTWorld(t, s.serve)
	publish := func(list []command, sent bool) {
		t.Helper()
		before := puts(w)
		changed, err := publishCommands(t.Context(), w.rest, "1", list)
		if err != nil || changed != sent || puts(w)-before != map[bool]int{true: 1}[sent] {
			t.Errorf("published: %v, %v, %d requests that change", changed, err, puts(w)-before)
		}
	}
	publish(want, true)
	s.holds(asPublished(t, want))
	publish(want, false)
	s.holds(asPublished(t, want)[1:])
	publish(want, true)

	for name, change := range map[string]func(c map[string]any){
		"a description":     func(c map[string]any) { c["description"] = "older" },
		"a translation":     func(c map[string]any) { c["name_localizations"].(map[string]any)["es-419"] = "viejo" },
		"one more language": func(c map[string]any) { c["name_localizations"].(map[string]any)["fr"] = "vieux" },
		"who may see it":    func(c map[string]any) { c["default_member_permissions"] = "8" },
		"where":             func(c map[string]any) { c["contexts"] = []int{0} },
		"an option":         func(c map[string]any) { c["options"] = c["options"].([]any)[1:] },
		"an option's type":  func(c map[string]any) { c["options"].([]any)[0].(map[string]any)["type"] = 4 },
		"that is required":  func(c map[string]any) { c["options"].([]any)[0].(map[string]any)["required"] = true },
	} {
		kept := asPublished(t, want)
		i := slices.IndexFunc(kept, func(c map[string]any) bool { return c["name"] == "need" })
		change(kept[i])
		s.holds(kept)
		before := puts(w)
		if changed, err := publishCommands(t.Context(), w.rest, "1", want); err != nil || !changed || puts(w) != before+1 {
			t.Errorf("%s differs: sent %v, %v", name, changed, err)
		}
	}
}

// What cannot be read is not overwritten.
func TestPublishFails(t *testing.T) {
	t.Parallel()
	s := &shelf{status: http.StatusForbidden}
	w := newRESTWorld(t, s.serve)
	if changed, err := publishCommands(t.Context(), w.rest, "1", declare(newRegistry(t))); err == nil || changed || puts(w) != 0 {
		t.Errorf("changed %v, %v, %d requests", changed, err, puts(w))
	}
}

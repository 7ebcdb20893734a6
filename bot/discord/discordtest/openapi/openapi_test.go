package openapi

import (
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestDescriptionIsHere says whether there is a description to check against.
// make test shows what it says.
func TestDescriptionIsHere(t *testing.T) {
	t.Parallel()
	if Need(t) == nil {
		t.Error("there is no check")
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	check := Need(t)
	const id = "123456789012345678"
	message := `{"content":"a","embeds":[{"description":"b"}],"components":[{"type":1,"components":[{"type":2,"style":1,"label":"c","custom_id":"d"}]}],` +
		`"allowed_mentions":{"parse":[],"users":["` + id + `"]},"nonce":"abc","enforce_nonce":true}`
	form := `{"type":9,"data":{"custom_id":"a","title":"b","components":[{"type":18,"label":"c","component":{"type":4,"custom_id":"d","style":1}}]}}`
	command := `[{"type":1,"name":"need","name_localizations":{"es-ES":"pedir"},"description":"Ask","default_member_permissions":"32",` +
		`"contexts":[0,1],"integration_types":[0],"nsfw":false,"options":[{"type":3,"name":"what","description":"What","max_length":100}]}]`
	for _, c := range []struct {
		method, path, body string
		fits               bool
	}{
		{"POST", "/channels/" + id + "/messages", message, true},
		{"POST", "/channels/" + id + "/messages", strings.Replace(message, `"style":1`, `"style":9`, 1), false},
		{"POST", "/channels/" + id + "/messages", `{"content":` + `"` + strings.Repeat("x", 4001) + `"}`, false},
		{"POST", "/channels/" + id + "/messages", `{"content":7}`, false},
		{"PATCH", "/channels/" + id + "/messages/" + id, `{"content":"a"}`, true},
		{"PATCH", "/channels/" + id + "/messages/" + id, `{"embeds":{}}`, false},
		{"GET", "/channels/" + id + "/messages?limit=100", "", true},
		{"GET", "/channels/" + id + "/messages?limit=101", "", false},
		{"GET", "/channels/" + id + "/messages/" + id + "/reactions/%E2%9C%8B?limit=100&after=" + id, "", true},
		{"PUT", "/channels/" + id + "/messages/" + id + "/reactions/%E2%9C%8B/@me", "", true},
		{"DELETE", "/channels/" + id + "/messages/" + id + "/reactions/%E2%9C%8B/" + id, "", true},
		{"PUT", "/channels/" + id + "/pins/" + id, "", true},
		{"PATCH", "/channels/" + id, `{"archived":false}`, true},
		{"POST", "/channels/" + id + "/threads", `{"name":"a","message":{"content":"b","allowed_mentions":{"parse":[]}}}`, true},
		{"POST", "/channels/" + id + "/threads", `{"message":{"content":"b"}}`, false},
		{"POST", "/interactions/" + id + "/token/callback", form, true},
		{"POST", "/interactions/" + id + "/token/callback", strings.Replace(form, `"title":"b",`, ``, 1), false},
		{"POST", "/interactions/" + id + "/token/callback", `{"type":4,"data":` + strings.Replace(message, `,"nonce":"abc","enforce_nonce":true`, `,"flags":64`, 1) + `}`, true},
		{"POST", "/interactions/" + id + "/token/callback", `{"type":5,"data":{"flags":64}}`, true},
		{"POST", "/interactions/" + id + "/token/callback", `{"type":8,"data":{"choices":[{"name":"a","value":"b"}]}}`, true},
		{"POST", "/interactions/" + id + "/token/callback", `{"type":99}`, false},
		{"PATCH", "/webhooks/" + id + "/token/messages/@original", `{"content":"a","components":[]}`, true},
		{"POST", "/webhooks/" + id + "/token", `{"content":"a","flags":64}`, true},
		{"PUT", "/applications/" + id + "/commands", command, true},
		{"PUT", "/applications/" + id + "/commands", strings.Replace(command, `"what"`, `7`, 1), false},
		{"GET", "/applications/" + id + "/commands?with_localizations=true", "", true},
		{"POST", "/users/@me/channels", `{"recipient_id":"` + id + `"}`, true},
		{"POST", "/users/@me/channels", `{"recipient_id":true}`, false},
		{"GET", "/gateway", "", true},
		{"GET", "/gateway/bot", "", true},
		{"GET", "/guilds/" + id, "", true},
		{"GET", "/guilds/" + id + "/members/" + id, "", true},
		{"GET", "/guilds/" + id + "/threads/active", "", true},
		{"GET", "/applications/@me", "", true},
		{"GET", "/nothing/of/the/sort", "", false},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, "https://discord.com/api/v9"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if err := check(r, []byte(c.body)); (err == nil) != c.fits {
			t.Errorf("%s %s with %.80s: %v; want it to fit: %v", c.method, c.path, c.body, err, c.fits)
		}
	}
}

func TestFileThatIsNamedHasToBeThere(t *testing.T) {
	t.Setenv(Variable, t.TempDir()+"/none.json")
	path, err := find()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) || !strings.HasSuffix(path, "none.json") {
		t.Errorf("found %s, %v", path, err)
	}
}

func TestExceptionsThatAreGone(t *testing.T) {
	t.Parallel()
	if _, err := parse([]byte(`{"openapi":"3.1.0","paths":{},"components":{"schemas":{}}}`)); err == nil {
		t.Error("a description without what an exception is about was taken")
	}
	if _, err := parse([]byte(`not JSON`)); err == nil {
		t.Error("what is no JSON was taken")
	}
}

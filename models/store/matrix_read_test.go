package store

import "testing"

// How far was read is known for the account and for each of its rooms.
func TestMatrixRead(t *testing.T) {
	t.Parallel()
	s := openSQLite(t)
	for _, step := range []struct {
		token string
		last  map[string]string
	}{
		{"s1", map[string]string{"!a:x": "$1", "!b:x": "$2"}},
		{"s2", nil},
		{"s3", map[string]string{"!b:x": "$3"}},
	} {
		if err := s.SetMatrixRead(t.Context(), "@bot:x", step.token, step.last); err != nil {
			t.Fatal(err)
		}
		if got, err := s.MatrixSync(t.Context(), "@bot:x"); err != nil || got != step.token {
			t.Errorf("%q, want %q: %v", got, step.token, err)
		}
	}
	for room, want := range map[string]string{"!a:x": "$1", "!b:x": "$3", "!c:x": ""} {
		if got, err := s.MatrixLast(t.Context(), "@bot:x", room); err != nil || got != want {
			t.Errorf("%s: %q, want %q: %v", room, got, want, err)
		}
	}
	if got, err := s.MatrixLast(t.Context(), "@other:x", "!a:x"); err != nil || got != "" {
		t.Errorf("another account has read up to %q: %v", got, err)
	}
}

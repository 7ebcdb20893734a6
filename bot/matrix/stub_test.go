//go:build !goolm

package matrix

import (
	"strings"
	"testing"
)

func TestStub(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{Homeserver: "https://example.org", User: "shirebot", Password: "x"}); err == nil || !strings.Contains(err.Error(), "-tags goolm") {
		t.Errorf("a program without Matrix says %v", err)
	}
}

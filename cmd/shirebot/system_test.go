package main

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// env is an environment with these variables alone.
func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestDefaultData(t *testing.T) {
	t.Parallel()
	home, elsewhere := filepath.Join(t.TempDir(), "rosa"), filepath.Join(t.TempDir(), "data")
	for _, test := range []struct {
		name, goos string
		env        map[string]string
		home, want string
	}{
		{"Linux", "linux", nil, home, filepath.Join(home, ".local", "share", "shirebot")},
		{"Linux with the variable", "linux", map[string]string{"XDG_DATA_HOME": elsewhere}, home, filepath.Join(elsewhere, "shirebot")},
		{"a relative path is ignored", "linux", map[string]string{"XDG_DATA_HOME": "data"}, home, filepath.Join(home, ".local", "share", "shirebot")},
		{"the variable is enough", "freebsd", map[string]string{"XDG_DATA_HOME": elsewhere}, "", filepath.Join(elsewhere, "shirebot")},
		{"no home", "linux", nil, "", ""},
		{"macOS", "darwin", map[string]string{"XDG_DATA_HOME": elsewhere}, home, filepath.Join(home, "Library", "Application Support", "shirebot")},
		{"macOS without a home", "darwin", nil, "", ""},
		{"Windows", "windows", map[string]string{"LocalAppData": elsewhere}, home, filepath.Join(elsewhere, "shirebot")},
		{"Windows without the variable", "windows", nil, home, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := defaultData(test.goos, env(test.env), test.home); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSystemLang(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env  map[string]string
		want models.Lang
	}{
		{nil, models.English},
		{map[string]string{"LANG": "es_MX.UTF-8"}, models.Spanish},
		{map[string]string{"LANG": "es"}, models.Spanish},
		{map[string]string{"LANG": "C.UTF-8"}, models.English},
		{map[string]string{"LANG": "pt_BR.UTF-8"}, models.English},
		{map[string]string{"LC_MESSAGES": "es_US.UTF-8", "LANG": "en_US.UTF-8"}, models.Spanish},
		{map[string]string{"LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "es_US.UTF-8"}, models.English},
		{map[string]string{"LC_ALL": "", "LANG": "es_AR"}, models.Spanish},
		{map[string]string{"LC_ALL": "C", "LANG": "es_AR"}, models.English},
	} {
		if got := systemLang(env(test.env)); got != test.want {
			t.Errorf("%v: got %s, want %s", test.env, got, test.want)
		}
	}
}

func TestSystemZone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ tz, link, want string }{
		{"", "", "UTC"},
		{"America/New_York", "", "America/New_York"},
		{":America/New_York", "/usr/share/zoneinfo/Europe/Berlin", "America/New_York"},
		{"/usr/share/zoneinfo/America/Denver", "", "America/Denver"},
		{"", "/usr/share/zoneinfo/America/Chicago", "America/Chicago"},
		{"", "../usr/share/zoneinfo/America/Chicago", "America/Chicago"},
		{"", "/var/db/timezone/zoneinfo/America/Chicago", "America/Chicago"},
		{"EST5EDT,M3.2.0,M11.1.0", "", "UTC"},
		{"Local", "", "UTC"},
		{"", "/etc/somewhere", "UTC"},
	} {
		readlink := func(string) (string, error) {
			if test.link == "" {
				return "", errors.New("no such file")
			}
			return test.link, nil
		}
		if got := systemZone(env(map[string]string{"TZ": test.tz}), readlink); got != test.want {
			t.Errorf("TZ=%q, link %q: got %q, want %q", test.tz, test.link, got, test.want)
		}
	}
}

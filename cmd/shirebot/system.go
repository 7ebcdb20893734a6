package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// defaultConfig is where the configuration file lies unless another is chosen:
// where the platform has such files; empty if there is no such place.
func defaultConfig() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "shirebot", "config.toml")
}

// defaultData is the folder for data by the platform's convention; empty if
// there is none. Elsewhere than on macOS and Windows it is that of the XDG Base
// Directory Specification, which has relative paths ignored.
func defaultData(goos string, getenv func(string) string, home string) string {
	base := ""
	switch goos {
	case "windows":
		base = getenv("LocalAppData")
	case "darwin", "ios":
		if home != "" {
			base = filepath.Join(home, "Library", "Application Support")
		}
	default:
		base = getenv("XDG_DATA_HOME")
		if !filepath.IsAbs(base) && home != "" {
			base = filepath.Join(home, ".local", "share")
		}
	}
	if !filepath.IsAbs(base) {
		return ""
	}
	return filepath.Join(base, "shirebot")
}

// systemLang is the language of the system's messages, by the first of the
// variables that is set, as POSIX has it; English if it is not one of ours.
func systemLang(getenv func(string) string) models.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(name); locale != "" {
			if lang, ok := models.ParseLang(locale); ok {
				return lang
			}
			break
		}
	}
	return models.English
}

// systemZone is the name of the system's time zone: of the variable TZ, or of
// the file that /etc/localtime points to; UTC if neither has one.
func systemZone(getenv func(string) string, readlink func(string) (string, error)) string {
	place := strings.TrimPrefix(getenv("TZ"), ":")
	if place == "" {
		place, _ = readlink("/etc/localtime") // not there on every system
	}
	if _, name, found := strings.Cut(place, "zoneinfo/"); found {
		place = name
	}
	if _, err := time.LoadLocation(place); err != nil || place == "" || place == "Local" {
		return "UTC"
	}
	return place
}

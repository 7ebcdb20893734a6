package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/alecthomas/kong"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// settings is what can be configured. The reference in docs/configuration.md
// is written from this declaration; "otherwise" says there what holds if
// nothing is set and the default is not a constant.
type settings struct {
	Config             string   `placeholder:"FILE" env:"SHIREBOT_CONFIG" otherwise:"see above" help:"Read settings from this file."`
	Data               string   `placeholder:"FOLDER" env:"SHIREBOT_DATA" otherwise:"see above" help:"Keep the database, the key to private details, and the log in this folder."`
	KeyFile            string   `placeholder:"FILE" env:"SHIREBOT_KEY_FILE" otherwise:"key in the data folder" help:"Read the key to private details from this file. The variable SHIREBOT_KEY can hold the key itself instead."`
	Lang               string   `placeholder:"en|es" env:"SHIREBOT_LANG" otherwise:"from LC_ALL, LC_MESSAGES or LANG, else en" help:"Language of this program's messages, and of a new coalition's rooms: en or es."`
	Zone               string   `placeholder:"NAME" env:"SHIREBOT_ZONE" otherwise:"the system's, else UTC" help:"Time zone of a new coalition, such as America/New_York. Its setup can change it."`
	Name               string   `default:"you" env:"SHIREBOT_NAME" help:"Who you are in the terminal. The first to come is the admin."`
	DiscordToken       secret   `secret:"" hidden:"" placeholder:"TOKEN" env:"DISCORD_TOKEN" otherwise:"no Discord" help:"The token of your Discord application's bot. Never as a flag: others on this machine could read it."`
	DiscordTokenFile   string   `placeholder:"FILE" env:"DISCORD_TOKEN_FILE" otherwise:"none" help:"Read the token of your Discord bot from this file. The variable DISCORD_TOKEN can hold the token itself instead. docs/discord.md leads through it."`
	MatrixHomeserver   string   `placeholder:"ADDRESS" env:"MATRIX_HOMESERVER" otherwise:"no Matrix" help:"The homeserver of your Matrix bot, such as https://matrix.example.org. docs/matrix.md leads through it."`
	MatrixUser         string   `placeholder:"NAME" env:"MATRIX_USER" otherwise:"none" help:"The Matrix bot's account, such as @shirebot:example.org."`
	MatrixPassword     secret   `secret:"" hidden:"" placeholder:"PASSWORD" env:"MATRIX_PASSWORD" otherwise:"none" help:"The account's password. Never as a flag."`
	MatrixPasswordFile string   `placeholder:"FILE" env:"MATRIX_PASSWORD_FILE" otherwise:"none" help:"Read the Matrix account's password from this file. The variable MATRIX_PASSWORD can hold the password itself instead."`
	MatrixToken        secret   `secret:"" hidden:"" placeholder:"TOKEN" env:"MATRIX_TOKEN" otherwise:"none" help:"An access token of the account, instead of its password. Never as a flag."`
	MatrixTokenFile    string   `placeholder:"FILE" env:"MATRIX_TOKEN_FILE" otherwise:"none" help:"Read a Matrix access token from this file, instead of a password."`
	MatrixRecoveryKey  secret   `secret:"" hidden:"" placeholder:"KEY" env:"MATRIX_RECOVERY_KEY" otherwise:"none" help:"The recovery key of an account whose identity was made elsewhere, needed once. Never as a flag."`
	MatrixAllow        []string `placeholder:"NAME" env:"MATRIX_ALLOW" otherwise:"people of the bot's homeserver" help:"Whose invites the Matrix bot accepts: @ana:example.org, or all of a server as *:example.org; several with commas."`
	MatrixSeeds        []string `default:"all" env:"MATRIX_SEEDS" help:"Which reactions the Matrix bot puts on cards for people to press: all, none, or some of ✋, ✅ and ❓ with commas."`
	Coalition          string   `placeholder:"NAME" env:"SHIREBOT_COALITION" otherwise:"one coalition without such a name" help:"Which coalition the terminal speaks to, if the database holds several. A new name makes a new coalition."`
	LogLevel           string   `default:"info" enum:"debug,info,warn,error" env:"SHIREBOT_LOG_LEVEL" help:"Log what is at least this severe: ${enum}."`
	LogFormat          string   `default:"text" enum:"text,json" env:"SHIREBOT_LOG_FORMAT" help:"Form of the log: ${enum}."`
	LogFile            string   `placeholder:"FILE" env:"SHIREBOT_LOG_FILE" otherwise:"shirebot.log in the data folder" help:"Append the log to this file; - is the standard error."`
}

// BeforeResolve lets kong ask the configuration file for what the command line
// does not say.
func (s *settings) BeforeResolve(ctx *kong.Context) error {
	path, chosen := configPath(ctx)
	file, err := readConfig(path)
	if errors.Is(err, fs.ErrNotExist) && !chosen {
		return nil
	}
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	ctx.AddResolver(file)
	return nil
}

// configPath is the configuration file, and whether somebody chose it.
func configPath(ctx *kong.Context) (path string, chosen bool) {
	for _, flag := range ctx.Model.Flags {
		if flag.Name != configFlag {
			continue
		}
		if path, _ := ctx.FlagValue(flag).(string); path != "" {
			return kong.ExpandPath(path), true
		}
	}
	return defaultConfig(), false
}

// AfterApply completes the settings from the system, and refuses what cannot
// be right before anything is opened.
func (s *settings) AfterApply(ctx *kong.Context) error {
	if err := refuseShown(ctx); err != nil {
		return err
	}
	if s.Lang == "" {
		s.Lang = string(systemLang(os.Getenv))
	} else if lang, ok := models.ParseLang(s.Lang); ok {
		s.Lang = string(lang)
	} else {
		return fmt.Errorf("--lang: %q is not a language of this program; there are en and es", s.Lang)
	}
	if s.Zone == "" {
		s.Zone = systemZone(os.Getenv, os.Readlink)
	}
	if zone, err := time.LoadLocation(s.Zone); err != nil || zone == time.Local {
		return fmt.Errorf("--zone: %q is not a time zone; write it like America/New_York", s.Zone)
	}
	if _, err := s.who(); err != nil {
		return fmt.Errorf("--name: %w", err)
	}
	if _, err := s.seeds(); err != nil {
		return fmt.Errorf("--matrix-seeds: %w", err)
	}
	if s.Data == "" {
		home, _ := os.UserHomeDir() // without one there may still be another folder
		s.Data = defaultData(runtime.GOOS, os.Getenv, home)
	} else {
		s.Data = kong.ExpandPath(s.Data)
	}
	if s.KeyFile != "" {
		s.KeyFile = kong.ExpandPath(s.KeyFile)
	}
	if s.DiscordTokenFile != "" {
		s.DiscordTokenFile = kong.ExpandPath(s.DiscordTokenFile)
	}
	if s.LogFile != "" && s.LogFile != standardError {
		s.LogFile = kong.ExpandPath(s.LogFile)
	}
	return nil
}

// lang is the language of who started the program.
func (s *settings) lang() models.Lang { return models.Lang(s.Lang) }

package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

const configurationHead = `# Configuration

<!-- Written by "make docs" from the declarations in cmd/shirebot/. Changes here are lost. -->

Nothing has to be configured. A setting comes from a flag, else from the environment, else from the configuration file, else
it has its default. A key in the file that is no setting is an error.

| | Linux and others | macOS | Windows |
|---|---|---|---|
| configuration file | ` + "`$XDG_CONFIG_HOME/shirebot/config.toml`, else `~/.config/shirebot/config.toml` | `~/Library/Application Support/shirebot/config.toml` | `%AppData%\\shirebot\\config.toml`" + ` |
| data folder | ` + "`$XDG_DATA_HOME/shirebot`, else `~/.local/share/shirebot` | `~/Library/Application Support/shirebot` | `%LocalAppData%\\shirebot`" + ` |

The data folder and what is in it can be read by its owner only. Its file ` + "`key`" + ` opens the private details: copy it to a safe
place of its own, because without it nobody can read them.

## Settings

| flag | environment | in the file | default | |
|---|---|---|---|---|
`

const configurationFile = `
## An example of the file

` + "```toml" + `
lang = "es"
zone = "America/New_York"
log-level = "warn"
` + "```" + `

## Subcommands

`

// configurationReference is the page about all settings and subcommands.
func configurationReference(app *kong.Application) []byte {
	var b bytes.Buffer
	b.WriteString(configurationHead)
	for _, f := range app.Flags {
		if len(f.Envs) == 0 {
			continue // --help
		}
		key := "no"
		if inFile(f) {
			key = "`" + f.Name + "`"
		}
		standard := f.Tag.Get("otherwise")
		if f.HasDefault {
			standard = "`" + f.Default + "`"
		}
		flag := "`--" + f.Name + "`"
		if f.Tag.Has(secretTag) {
			flag = "no"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", flag, strings.Join(f.Envs, "`, `"), key, standard, f.Help)
	}
	b.WriteString(configurationFile)
	subcommands(&b, app.Node)
	b.WriteString("\n" + endings)
	return b.Bytes()
}

const endings = `The program ends with 0 if all went well, also when it was told to stop (SIGINT, SIGTERM); with 1 if it could not do what it was
asked; with 2 if it was asked wrongly, or has nothing to run.
`

func subcommands(b *bytes.Buffer, node *kong.Node) {
	for _, n := range node.Children {
		if len(n.Children) > 0 {
			subcommands(b, n)
			continue
		}
		fmt.Fprintf(b, "- `shirebot %s`: %s\n", strings.TrimPrefix(n.Path(), "shirebot "), n.Help)
		for _, f := range n.Flags {
			fmt.Fprintf(b, "  - `--%s`: %s\n", f.Name, f.Help)
		}
	}
}

package discord

import (
	"encoding/json"
	"time"
)

// What Discord sends and takes, as far as this program uses it. The library's
// own types miss parts of it, and reading an unknown component with them voids
// the whole message. Ids are snowflakes, written as texts.

type user struct {
	ID         string `json:"id"`
	Username   string `json:"username"`
	GlobalName string `json:"global_name"`
	Bot        bool   `json:"bot"`
}

// member is somebody in a guild. User is missing in some events.
type member struct {
	User        *user    `json:"user"`
	Nick        string   `json:"nick"`
	Roles       []string `json:"roles"`
	Permissions string   `json:"permissions"` // only in interactions
}

type guild struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	OwnerID     string    `json:"owner_id"`
	Unavailable bool      `json:"unavailable"`
	Channels    []channel `json:"channels"` // only in GUILD_CREATE
	Roles       []role    `json:"roles"`
}

type role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions string `json:"permissions"`
	Position    int    `json:"position"`
	Managed     bool   `json:"managed"`
}

// The types of channels.
const (
	channelText         = 0
	channelDM           = 1
	channelAnnouncement = 5
	channelThread       = 11
	channelForum        = 15
)

type channel struct {
	ID         string          `json:"id"`
	Type       int             `json:"type"`
	GuildID    string          `json:"guild_id"`
	Name       string          `json:"name"`
	ParentID   string          `json:"parent_id"`
	OwnerID    string          `json:"owner_id"`
	Position   int             `json:"position"`
	Flags      int             `json:"flags"`
	Overwrites []overwrite     `json:"permission_overwrites"`
	Thread     *threadMetadata `json:"thread_metadata"`
	Message    *message        `json:"message"` // only in the answer to a new forum post
}

type threadMetadata struct {
	Archived bool `json:"archived"`
	Locked   bool `json:"locked"`
}

// overwrite changes what a role (type 0) or a member (type 1) may do in a
// channel.
type overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

type message struct {
	ID         string          `json:"id"`
	ChannelID  string          `json:"channel_id"`
	GuildID    string          `json:"guild_id"` // only in events; empty in a direct chat
	Author     *user           `json:"author"`
	Content    string          `json:"content"`
	Timestamp  time.Time       `json:"timestamp"`
	Flags      int             `json:"flags"`
	Type       int             `json:"type"`
	Nonce      json.RawMessage `json:"nonce"`
	Pinned     bool            `json:"pinned"`
	Embeds     []embed         `json:"embeds"`
	Components []component     `json:"components"`
	Reactions  []reactionCount `json:"reactions"`
}

type reactionCount struct {
	Count int   `json:"count"`
	Me    bool  `json:"me"`
	Emoji emoji `json:"emoji"`
}

// emoji is a Unicode emoji, which has no id, or one of a guild's own.
type emoji struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type embed struct {
	Description string `json:"description,omitempty"`
}

// flagEphemeral shows a message only to the one who acted.
const flagEphemeral = 1 << 6

// messageBody is what a new or changed message says. All fields are always
// sent: an edit then leaves nothing of what was there before.
type messageBody struct {
	Content         string          `json:"content"`
	Embeds          []embed         `json:"embeds"`
	Components      []component     `json:"components"`
	AllowedMentions allowedMentions `json:"allowed_mentions"`
	Flags           int             `json:"flags,omitempty"`
	Nonce           string          `json:"nonce,omitempty"`
	EnforceNonce    bool            `json:"enforce_nonce,omitempty"`
}

// allowedMentions says who is notified. Omitted, it would be everybody who is
// named; so both lists are always sent, as [] if empty.
type allowedMentions struct {
	Parse []string `json:"parse"`
	Users []string `json:"users"`
}

// The types of components.
const (
	componentRow    = 1
	componentButton = 2
	componentSelect = 3
	componentText   = 4
	componentLabel  = 18
)

// The styles of buttons and of text inputs.
const (
	stylePrimary   = 1
	styleSecondary = 2
	styleShort     = 1
	styleLong      = 2
)

// component is a part of a message or of a form.
type component struct {
	Type        int            `json:"type"`
	ID          int            `json:"id,omitempty"`
	CustomID    string         `json:"custom_id,omitempty"`
	Style       int            `json:"style,omitempty"`
	Label       string         `json:"label,omitempty"`
	Description string         `json:"description,omitempty"`
	Placeholder string         `json:"placeholder,omitempty"`
	Value       string         `json:"value,omitempty"`
	Values      []string       `json:"values,omitempty"` // only in what comes back
	MinLength   *int           `json:"min_length,omitempty"`
	MaxLength   int            `json:"max_length,omitempty"`
	Required    *bool          `json:"required,omitempty"`
	Disabled    bool           `json:"disabled,omitempty"`
	Options     []selectOption `json:"options,omitempty"`
	Components  []component    `json:"components,omitempty"`
	Component   *component     `json:"component,omitempty"` // of a label
}

type selectOption struct {
	Label   string `json:"label"`
	Value   string `json:"value"`
	Default bool   `json:"default,omitempty"`
}

// The types of interactions.
const (
	interactionCommand   = 2
	interactionComponent = 3
	interactionSuggest   = 4
	interactionForm      = 5
)

type interaction struct {
	ID            string          `json:"id"`
	ApplicationID string          `json:"application_id"`
	Type          int             `json:"type"`
	Token         string          `json:"token"`
	GuildID       string          `json:"guild_id"` // empty in a direct chat
	ChannelID     string          `json:"channel_id"`
	Member        *member         `json:"member"` // in a guild
	User          *user           `json:"user"`   // in a direct chat
	Message       *message        `json:"message"`
	Locale        string          `json:"locale"`
	Data          interactionData `json:"data"`
}

// who is the one who acted.
func (i *interaction) who() *user {
	if i.Member != nil && i.Member.User != nil {
		return i.Member.User
	}
	return i.User
}

type interactionData struct {
	// Of a command.
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Type     int      `json:"type"` // of the command
	Options  []option `json:"options"`
	TargetID string   `json:"target_id"`
	Resolved resolved `json:"resolved"`
	// Of a component or a form.
	CustomID      string      `json:"custom_id"`
	ComponentType int         `json:"component_type"`
	Values        []string    `json:"values"`
	Components    []component `json:"components"`
}

type resolved struct {
	Users    map[string]user    `json:"users"`
	Members  map[string]member  `json:"members"`
	Messages map[string]message `json:"messages"`
}

// The types of a command's options.
const (
	optionText    = 3
	optionInteger = 4
	optionUser    = 6
	optionChannel = 7
	optionRole    = 8
)

// option is a value given to a command: a text, a whole number, or an id.
type option struct {
	Name    string          `json:"name"`
	Type    int             `json:"type"`
	Value   json.RawMessage `json:"value"`
	Focused bool            `json:"focused"`
}

// The types of answers to an interaction.
const (
	answerMessage  = 4 // says something
	answerLater    = 5 // says that an answer will come
	answerNothing  = 6 // to a component: nothing to see yet
	answerUpdate   = 7 // to a component: the message becomes this one
	answerSuggest  = 8
	answerWithForm = 9
)

// response is the answer to an interaction. Data is a *messageBody, a
// *formBody, a *suggestions, or *deferral.
type response struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

type deferral struct {
	Flags int `json:"flags,omitempty"`
}

type formBody struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
}

type suggestions struct {
	Choices []choice `json:"choices"`
}

type choice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             string            `json:"value"`
}

// The types of commands.
const (
	commandSlash   = 1
	commandMessage = 3
)

// command is an application command as it is published.
type command struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Options                  []commandOption   `json:"options,omitempty"`
	DefaultMemberPermissions *string           `json:"default_member_permissions"`
	Contexts                 []int             `json:"contexts"`
	IntegrationTypes         []int             `json:"integration_types"`
	NSFW                     bool              `json:"nsfw"`
}

type commandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []choice          `json:"choices,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
	MinValue                 *int              `json:"min_value,omitempty"`
	MaxValue                 *int              `json:"max_value,omitempty"`
	MaxLength                int               `json:"max_length,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
}

type application struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Flags int    `json:"flags"`
	// BotPublic says that anybody can add the bot to a server of theirs.
	BotPublic bool `json:"bot_public"`
}

type gatewayInfo struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Total          int `json:"total"`
		Remaining      int `json:"remaining"`
		ResetAfter     int `json:"reset_after"` // milliseconds
		MaxConcurrency int `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// Events of the gateway beside interactions, guilds, channels and messages.

type reactionEvent struct {
	UserID    string  `json:"user_id"`
	ChannelID string  `json:"channel_id"`
	MessageID string  `json:"message_id"`
	GuildID   string  `json:"guild_id"`
	Member    *member `json:"member"` // only when one is added, in a guild
	Emoji     emoji   `json:"emoji"`
	AuthorID  string  `json:"message_author_id"` // only when one is added
}

type messageGone struct {
	ID        string   `json:"id"`
	IDs       []string `json:"ids"` // of several at once
	ChannelID string   `json:"channel_id"`
	GuildID   string   `json:"guild_id"`
}

type roleGone struct {
	GuildID string `json:"guild_id"`
	RoleID  string `json:"role_id"`
}

type threadGone struct {
	ID       string `json:"id"`
	GuildID  string `json:"guild_id"`
	ParentID string `json:"parent_id"`
}

//go:build goolm

package matrixtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto"
	"maunium.net/go/mautrix/event"
	"maunium.net/go/mautrix/id"
)

// ClientOptions make a client. The zero value is good for most uses.
type ClientOptions struct {
	// URL is where to find the homeserver; straight if empty. A proxy's URL
	// lets a test disturb this client.
	URL string
	// Database is a file for the client's keys; they are kept in memory if empty.
	Database string
}

// Client is one device of somebody, as a person has it: it follows every room,
// decrypts what it can, and encrypts in encrypted rooms for every device there.
// It trusts every device, and answers no questions about verification. All
// methods may be called at the same time. It does not need a test; see [User].
type Client struct {
	ID     id.UserID
	Name   string // the display name
	Device id.DeviceID

	account *Account
	api     *mautrix.Client
	machine *crypto.OlmMachine
	state   *mautrix.MemoryStateStore
	gate    *gate
	keys    *keyStore
	life    context.Context // until the client is closed
	end     context.CancelFunc
	ended   chan struct{}

	sending sync.Mutex // one message after the other, in the order of the calls
	olm     sync.Mutex // the machine is not made for several goroutines
	shared  map[id.RoomID][]id.UserID

	mu       sync.Mutex
	changed  chan struct{} // closed and made anew at every change
	rooms    map[id.RoomID]*room
	invites  map[id.RoomID]Invite
	direct   map[id.RoomID]id.UserID // joined direct chats, by who opened them
	autoJoin bool
	failure  error // why it follows nothing any more
}

// Invite is an invitation that was neither accepted nor declined.
type Invite struct {
	Room   id.RoomID
	From   id.UserID
	Direct bool   // to a direct chat
	Name   string // the room's; empty if it has none
}

// Client registers somebody, logs in and begins to follow what happens.
func (s *Server) Client(ctx context.Context, name string, opts ClientOptions) (*Client, error) {
	account, err := s.Register(ctx, name)
	if err != nil {
		return nil, err
	}
	return account.Client(ctx, opts)
}

// Client logs a new device in, and follows what happens until it is closed.
func (a *Account) Client(ctx context.Context, opts ClientOptions) (*Client, error) {
	login, err := a.Login(ctx)
	if err != nil {
		return nil, err
	}
	url := opts.URL
	if url == "" {
		url = a.server.URL()
	}
	api, err := newClient(url, a.UserID, login.Token)
	if err != nil {
		return nil, err
	}
	c := &Client{
		ID: a.UserID, Name: a.Name, Device: login.Device,
		account: a, api: api, ended: make(chan struct{}), shared: map[id.RoomID][]id.UserID{},
		changed: make(chan struct{}), rooms: map[id.RoomID]*room{}, invites: map[id.RoomID]Invite{}, direct: map[id.RoomID]id.UserID{},
	}
	c.gate = &gate{next: api.Client.Transport}
	api.Client.Transport = c.gate
	if err := c.openKeys(ctx, opts.Database); err != nil {
		return nil, fmt.Errorf("the keys of %s: %w", a.UserID, err)
	}
	// It follows until Close, whatever the context of its making.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	c.life, c.end = life, end
	c.machine.SetBackgroundCtx(life)
	go c.follow(life)
	return c, nil
}

// openKeys makes the client's keys and publishes them.
func (c *Client) openKeys(ctx context.Context, database string) error {
	c.api.DeviceID = c.Device
	// The library's client does not get the state store: it changes in place
	// what others are reading.
	c.state = mautrix.NewMemoryStateStore().(*mautrix.MemoryStateStore)
	var err error
	if c.keys, err = openKeyStore(ctx, database, c.Device); err != nil {
		return err
	}
	c.machine = crypto.NewOlmMachine(c.api, nil, c.keys.Store, c.state)
	if err := c.machine.Load(ctx); err != nil {
		return err
	}
	return c.machine.ShareKeys(ctx, 0)
}

// Close ends the client. Its device stays logged in.
func (c *Client) Close() error {
	c.end()
	<-c.ended
	c.api.Client.CloseIdleConnections()
	return c.keys.close()
}

// API is the client's connection, for what this package has no method for.
func (c *Client) API() *mautrix.Client { return c.api }

// Machine is what the client encrypts with.
func (c *Client) Machine() *crypto.OlmMachine { return c.machine }

// Account is whose client this is.
func (c *Client) Account() *Account { return c.account }

// CrossSign makes the account's cross-signing keys and signs this device.
func (c *Client) CrossSign(ctx context.Context) error {
	c.olm.Lock()
	defer c.olm.Unlock()
	_, _, err := c.machine.GenerateAndUploadCrossSigningKeysWithPassword(ctx, c.account.Password, "")
	if err != nil {
		return fmt.Errorf("make cross-signing keys: %w", err)
	}
	if err := c.machine.SignOwnDevice(ctx, c.machine.OwnIdentity()); err != nil {
		return fmt.Errorf("sign the device: %w", err)
	}
	if err := c.machine.SignOwnMasterKey(ctx); err != nil {
		return fmt.Errorf("sign the master key: %w", err)
	}
	return nil
}

// Signed tells whether somebody's device is signed by its owner, as the
// homeserver has it now. Other devices get a red shield, or no keys at all.
func (c *Client) Signed(ctx context.Context, user id.UserID, device id.DeviceID) (bool, error) {
	known, err := c.fetch(ctx, user)
	if err != nil {
		return false, err
	}
	found, ok := known[user][device]
	if !ok {
		return false, fmt.Errorf("%s has no device %s", user, device)
	}
	return c.signed(ctx, found), nil
}

// fetch asks for somebody's keys and devices.
func (c *Client) fetch(ctx context.Context, user id.UserID) (map[id.UserID]map[id.DeviceID]*id.Device, error) {
	c.olm.Lock()
	defer c.olm.Unlock()
	return c.machine.FetchKeys(ctx, []id.UserID{user}, true)
}

// signed tells whether a device is signed, by what is known here: the owner's
// master key signs a key that signs the device.
func (c *Client) signed(ctx context.Context, device *id.Device) bool {
	if device == nil {
		return false
	}
	known, err := c.keys.GetCrossSigningKeys(ctx, device.UserID)
	master, self := known[id.XSUsageMaster].Key, known[id.XSUsageSelfSigning].Key
	if err != nil || master == "" || self == "" {
		return false
	}
	for _, link := range [][2]id.Ed25519{{self, master}, {device.SigningKey, self}} {
		signed, err := c.keys.IsKeySignedBy(ctx, device.UserID, link[0], device.UserID, link[1])
		if err != nil || !signed {
			return false
		}
	}
	return true
}

// DevicesOf are somebody's devices that have keys, as the homeserver has them now.
func (c *Client) DevicesOf(ctx context.Context, user id.UserID) ([]id.DeviceID, error) {
	known, err := c.fetch(ctx, user)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(known[user])), nil
}

// Rooms are the rooms that the client is in.
func (c *Client) Rooms() []id.RoomID {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []id.RoomID
	for room, r := range c.rooms {
		if r.membership(c.ID) == event.MembershipJoin {
			found = append(found, room)
		}
	}
	slices.Sort(found)
	return found
}

// Invites are the invitations that wait for an answer.
func (c *Client) Invites() []Invite {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Values(c.invites))
}

// DirectFrom is the direct chat that somebody opened with this person, once
// it was joined.
func (c *Client) DirectFrom(user id.UserID) (id.RoomID, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for room, from := range c.direct {
		if r := c.rooms[room]; from == user && r != nil && r.membership(c.ID) == event.MembershipJoin {
			return room, true
		}
	}
	return "", false
}

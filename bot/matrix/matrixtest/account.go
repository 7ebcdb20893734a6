//go:build goolm

package matrixtest

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what the registration asks for
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/id"
)

// Account is somebody who is registered on a server.
type Account struct {
	UserID   id.UserID
	Name     string // the display name
	Password string
	server   *Server
}

// Login is one device of an account.
type Login struct {
	Device id.DeviceID
	Token  string
}

// Register makes an account. Its id begins with the name and has a number
// behind it, so that everybody's name is their own.
func (s *Server) Register(ctx context.Context, name string) (*Account, error) {
	client, err := s.anonymous()
	if err != nil {
		return nil, err
	}
	defer client.Client.CloseIdleConnections()
	address := client.BuildURL(mautrix.SynapseAdminURLPath{"v1", "register"})
	var nonce struct {
		Nonce string `json:"nonce"`
	}
	if _, err := client.MakeRequest(ctx, http.MethodGet, address, nil, &nonce); err != nil {
		return nil, fmt.Errorf("register %s: %w", name, err)
	}
	a := &Account{Name: name, Password: rand.Text(), server: s}
	local := fmt.Sprintf("%s%d", strings.ToLower(name), s.people.Add(1))
	sum := hmac.New(sha1.New, []byte(s.secret))
	sum.Write([]byte(strings.Join([]string{nonce.Nonce, local, a.Password, "notadmin"}, "\x00")))
	wish := map[string]any{
		"nonce": nonce.Nonce, "username": local, "displayname": name, "password": a.Password, "admin": false,
		"mac": hex.EncodeToString(sum.Sum(nil)),
	}
	var made struct {
		UserID id.UserID `json:"user_id"`
		Token  string    `json:"access_token"`
	}
	if _, err := client.MakeRequest(ctx, http.MethodPost, address, wish, &made); err != nil {
		return nil, fmt.Errorf("register %s: %w", name, err)
	}
	a.UserID = made.UserID
	// The registration logs a device in that nobody uses.
	return a, a.Revoke(ctx, made.Token)
}

// anonymous is a client that nobody is logged in with.
func (s *Server) anonymous() (*mautrix.Client, error) {
	return newClient(s.URL(), "", "")
}

// newClient is a client that tries everything once: a test that wants a second
// try says so.
func newClient(url string, user id.UserID, token string) (*mautrix.Client, error) {
	client, err := mautrix.NewClient(url, user, token)
	if err != nil {
		return nil, err
	}
	client.Client = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	return client, nil
}

// Login makes a new device of the account.
func (a *Account) Login(ctx context.Context) (Login, error) {
	client, err := a.server.anonymous()
	if err != nil {
		return Login{}, err
	}
	defer client.Client.CloseIdleConnections()
	answer, err := client.Login(ctx, &mautrix.ReqLogin{
		Type:       mautrix.AuthTypePassword,
		Identifier: mautrix.UserIdentifier{Type: mautrix.IdentifierTypeUser, User: a.UserID.String()},
		Password:   a.Password, InitialDeviceDisplayName: "a test's",
	})
	if err != nil {
		return Login{}, fmt.Errorf("log %s in: %w", a.UserID, err)
	}
	return Login{Device: answer.DeviceID, Token: answer.AccessToken}, nil
}

// Devices are the account's devices, whoever made them. Asking makes none.
func (a *Account) Devices(ctx context.Context) ([]id.DeviceID, error) {
	var found []id.DeviceID
	err := a.briefly(ctx, func(client *mautrix.Client) error {
		devices, err := client.GetDevicesInfo(ctx)
		if err != nil {
			return err
		}
		for _, device := range devices.Devices {
			if device.DeviceID != client.DeviceID {
				found = append(found, device.DeviceID)
			}
		}
		return nil
	})
	return found, err
}

// DeleteDevice ends a device from another one, as its owner does who has lost
// a telephone.
func (a *Account) DeleteDevice(ctx context.Context, device id.DeviceID) error {
	return a.briefly(ctx, func(client *mautrix.Client) error {
		return deleteDevice(ctx, client, a, device)
	})
}

// deleteDevice answers the server's question for the password.
func deleteDevice(ctx context.Context, client *mautrix.Client, a *Account, device id.DeviceID) error {
	err := client.DeleteDevice(ctx, device, &mautrix.ReqDeleteDevice[any]{Auth: map[string]any{
		"type": mautrix.AuthTypePassword, "user": a.UserID, "password": a.Password,
		"identifier": mautrix.UserIdentifier{Type: mautrix.IdentifierTypeUser, User: a.UserID.String()},
	}})
	if err != nil {
		return fmt.Errorf("delete the device %s: %w", device, err)
	}
	return nil
}

// Revoke makes an access token worthless. Its device goes with it.
func (a *Account) Revoke(ctx context.Context, token string) error {
	client, err := newClient(a.server.URL(), a.UserID, token)
	if err != nil {
		return err
	}
	defer client.Client.CloseIdleConnections()
	if _, err := client.Logout(ctx); err != nil {
		return fmt.Errorf("log %s out: %w", a.UserID, err)
	}
	return nil
}

// briefly logs in, does something and logs out again.
func (a *Account) briefly(ctx context.Context, do func(*mautrix.Client) error) error {
	login, err := a.Login(ctx)
	if err != nil {
		return err
	}
	client, err := newClient(a.server.URL(), a.UserID, login.Token)
	if err != nil {
		return err
	}
	defer client.Client.CloseIdleConnections()
	client.DeviceID = login.Device
	err = do(client)
	_, out := client.Logout(ctx)
	return errors.Join(err, out)
}

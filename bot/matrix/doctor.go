//go:build goolm

package matrix

import (
	"context"
	"errors"

	"maunium.net/go/mautrix"
	"maunium.net/go/mautrix/crypto/ssss"
	"maunium.net/go/mautrix/id"
)

// examination is one run of the checks.
type examination struct {
	o        ExamineOptions
	client   *mautrix.Client
	findings []Finding
}

// Examine asks the homeserver about everything that the bot needs, and changes
// nothing: it does not log in either. The error is for what keeps it from
// asking at all but the settings, the network and the login, which are findings.
func Examine(ctx context.Context, o ExamineOptions) ([]Finding, error) {
	e := &examination{o: o}
	if err := checkUser(o.User); err != nil {
		return []Finding{{true, "matrix.doctor.settings", nil}}, nil
	}
	client, err := newClient(ctx, o.Homeserver, o.Transport)
	if errors.Is(err, ErrConfig) {
		return []Finding{{true, "matrix.doctor.settings", nil}}, nil
	}
	if err != nil {
		e.unreachable(err)
		return e.findings, ctx.Err()
	}
	defer client.Client.CloseIdleConnections()
	e.client = client
	if err := e.login(ctx); err != nil {
		return nil, err
	}
	if e.client.UserID == "" {
		return e.findings, ctx.Err()
	}
	for _, check := range []func(context.Context) error{e.keys, e.recovery, e.rooms, e.pace} {
		if err := check(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			e.unreachable(err)
		}
	}
	return e.findings, nil
}

func (e *examination) fine(id string, fields map[string]any) {
	e.findings = append(e.findings, Finding{false, id, fields})
}

func (e *examination) look(id string, fields map[string]any) {
	e.findings = append(e.findings, Finding{true, id, fields})
}

func (e *examination) unreachable(err error) {
	e.look("matrix.doctor.unreachable", map[string]any{"Text": err.Error()})
}

// sealed opens what is kept; nothing is if there is no database.
func (e *examination) sealed(ctx context.Context, name string) ([]byte, error) {
	if e.o.Sealed == nil {
		return nil, nil
	}
	return e.o.Sealed(ctx, name)
}

// login checks the login that the bot would use. Without one it looks whether
// the homeserver would take a password.
func (e *examination) login(ctx context.Context) error {
	raw, err := e.sealed(ctx, sealedLogin)
	if err != nil {
		return err
	}
	var kept *login
	if raw != nil {
		if kept, err = readLogin(raw, e.o.Homeserver, e.o.User); err != nil {
			return err
		}
	}
	switch {
	case e.o.Token != "" && (kept == nil || kept.Given != fingerprint(e.o.Token)):
		e.client.AccessToken = e.o.Token
	case kept != nil && kept.Token != "":
		e.client.AccessToken = kept.Token
	default:
		e.flows(ctx)
		return nil
	}
	me, err := e.client.Whoami(ctx)
	switch {
	case errors.Is(err, mautrix.MUnknownToken), errors.Is(err, mautrix.MMissingToken):
		e.tokenBad()
	case err != nil:
		e.unreachable(err)
	case !sameUser(me.UserID, e.o.User):
		e.look("matrix.doctor.other_account", map[string]any{"Name": me.UserID.String()})
	case me.DeviceID == "":
		e.look("matrix.doctor.token_without_device", nil)
	default:
		e.client.UserID, e.client.DeviceID = me.UserID, me.DeviceID
		e.fine("matrix.doctor.login", map[string]any{"Name": me.UserID.String()})
	}
	return nil
}

func (e *examination) tokenBad() {
	if e.o.Password != "" {
		e.look("matrix.doctor.login_ended", nil)
		return
	}
	e.look("matrix.doctor.token_bad", nil)
}

func (e *examination) flows(ctx context.Context) {
	answer, err := e.client.GetLoginFlows(ctx)
	switch {
	case err != nil:
		e.unreachable(err)
	case e.o.Password == "":
		e.look("matrix.doctor.no_login", nil)
	case !answer.HasFlow(mautrix.AuthTypePassword):
		e.look("matrix.doctor.no_passwords", nil)
	default:
		e.look("matrix.doctor.not_yet", nil)
	}
}

// keys checks whether the device can encrypt, and whether it is signed.
func (e *examination) keys(ctx context.Context) error {
	answer, err := e.client.QueryKeys(ctx, &mautrix.ReqQueryKeys{DeviceKeys: mautrix.DeviceKeysRequest{e.client.UserID: mautrix.DeviceIDList{}}, Timeout: 10_000})
	if err != nil {
		return err
	}
	device := map[string]any{"Name": e.client.DeviceID.String()}
	if keys, ok := answer.DeviceKeys[e.client.UserID][e.client.DeviceID]; !ok || len(keys.Keys) == 0 {
		e.look("matrix.doctor.device_without_keys", device)
		return nil
	}
	e.fine("matrix.doctor.device", device)
	found := identityIn(answer, e.client.UserID, e.client.DeviceID)
	switch {
	case found.Signed:
		e.fine("matrix.doctor.signed", nil)
	case found.Made:
		e.look("matrix.doctor.unsigned", nil)
	default:
		e.look("matrix.doctor.no_identity", nil)
	}
	if others := len(answer.DeviceKeys[e.client.UserID]) - 1; others > 0 {
		e.look("matrix.doctor.other_devices", map[string]any{"Count": others})
	}
	return nil
}

// recovery checks whether the recovery key that is kept is the account's.
func (e *examination) recovery(ctx context.Context) error {
	kept, err := e.sealed(ctx, sealedRecovery)
	if err != nil {
		return err
	}
	if len(kept) == 0 {
		e.look("matrix.doctor.recovery_missing", nil)
		return nil
	}
	name, about, err := ssss.NewSSSSMachine(e.client).GetDefaultKeyData(ctx)
	if temporary(err) {
		return err
	}
	if err == nil {
		_, err = about.VerifyRecoveryKey(name, string(kept))
	}
	if err != nil && !errors.Is(err, ssss.ErrUnverifiableKey) {
		e.look("matrix.doctor.recovery_wrong", nil)
		return nil
	}
	e.fine("matrix.doctor.recovery", nil)
	return nil
}

// rooms checks the rooms where needs are posted.
func (e *examination) rooms(ctx context.Context) error {
	if len(e.o.Spaces) == 0 {
		e.look("matrix.doctor.no_room", map[string]any{"Name": e.client.UserID.String(), "Prefix": prefix})
	}
	for _, space := range e.o.Spaces {
		if len(space.Boards) == 0 {
			e.look("matrix.doctor.no_board", map[string]any{"Name": space.Name, "Prefix": prefix})
		}
		for _, room := range space.Boards {
			name := room.Name
			if name == "" {
				name = room.Remote
			}
			if err := e.room(ctx, id.RoomID(room.Remote), name); err != nil {
				return err
			}
		}
	}
	return nil
}

package matrix

import "errors"

// What ends the bot's work on Matrix for good: each needs an admin. Run returns
// them wrapped with what happened.
var (
	// ErrConfig says that the homeserver's address or the account's name cannot
	// be used, or that neither a password nor a token is set.
	ErrConfig = errors.New("the Matrix settings cannot be used")
	// ErrToken says that the homeserver takes the access token no more, and that
	// there is no password to log in with again.
	ErrToken = errors.New("the homeserver does not take the access token")
	// ErrPassword says that the homeserver does not take the password.
	ErrPassword = errors.New("the homeserver does not take the password")
	// ErrStore says that the file with the keys cannot be read or written.
	ErrStore = errors.New("the Matrix crypto store cannot be read or written: its folder has to be this account's, and on a disk that can be written to")
	// ErrDevice says that this device's keys are not here, so that it cannot
	// encrypt, and that there is no password to make another device with.
	ErrDevice = errors.New("the keys of this Matrix device are not here: set the password, or a token of a login that nothing else uses")
)

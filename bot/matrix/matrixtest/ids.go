//go:build goolm

package matrixtest

import "maunium.net/go/mautrix/id"

// RoomID is the library's id of a room, for packages that do not know it.
type RoomID = id.RoomID

// UserID is the library's id of somebody.
type UserID = id.UserID

// DeviceID is the library's id of a device.
type DeviceID = id.DeviceID

// EventID is the library's id of an event.
type EventID = id.EventID

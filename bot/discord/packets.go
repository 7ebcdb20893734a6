package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// The operations of the gateway that it sends.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// packet is the outside of a message of the gateway.
type packet struct {
	Op   int             `json:"op"`
	Type string          `json:"t"`
	Seq  int64           `json:"s"`
	Data json.RawMessage `json:"d"` // nil if nobody has to look at it here
}

// The library decodes each event that it knows into types of its own. They
// miss parts, some events could end the program while they are decoded, and
// it takes more time than everything else together. An event that it does not
// know it hands on as it is; so the first letter of each event's name is made
// a small one on its way in.
var dispatchBegins = []byte(`{"t":"`)

// readPacket reads the outside of a message. What it returns beside it is the
// message for the library, nil if it should not see this one.
func readPacket(m []byte) (p packet, handOn []byte, err error) {
	if p, ok := usualDispatch(m); ok {
		m[len(dispatchBegins)] |= 0x20
		return p, m, nil
	}
	if err := json.Unmarshal(m, &p); err != nil {
		return packet{}, nil, fmt.Errorf("%w: %w", errFrames, err)
	}
	if p.Op != opDispatch {
		return p, m, nil
	}
	if !validName([]byte(p.Type)) {
		return p, nil, nil
	}
	data := p.Data
	if data == nil {
		data = json.RawMessage("null")
	}
	handOn = fmt.Appendf(nil, `%s%c%s","s":%d,"op":0,"d":%s}`, dispatchBegins, p.Type[0]|0x20, p.Type[1:], p.Seq, data)
	return p, handOn, nil
}

// usualDispatch reads an event's name and number without decoding it, if the
// message begins as Discord's do: {"t":"NAME","s":NUMBER,"op":0,"d":
func usualDispatch(m []byte) (packet, bool) {
	rest, ok := bytes.CutPrefix(m, dispatchBegins)
	if !ok {
		return packet{}, false
	}
	name, rest, ok := bytes.Cut(rest[:min(len(rest), 120)], []byte(`","s":`))
	if !ok || !validName(name) {
		return packet{}, false
	}
	number, _, ok := bytes.Cut(rest, []byte(`,"op":0,"d":`))
	if !ok {
		return packet{}, false
	}
	seq, err := strconv.ParseInt(string(number), 10, 64)
	return packet{Type: string(name), Seq: seq}, err == nil
}

// validName reports that an event's name is one of capitals, digits and low
// lines, and not a made-up one of the library, which has a low line first.
func validName(name []byte) bool {
	if len(name) == 0 || len(name) > 64 || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	for _, b := range name {
		if (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '_' {
			return false
		}
	}
	return true
}

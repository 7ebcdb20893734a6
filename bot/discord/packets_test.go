package discord

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestReadPacket(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{`{"t":"READY","s":1,"op":0,"d":{"a":1}}`, `{"t":"rEADY","s":1,"op":0,"d":{"a":1}}`},
		{`{"t":"A_B2","s":12345678901,"op":0,"d":null}`, `{"t":"a_B2","s":12345678901,"op":0,"d":null}`},
		{`{"op":0,"s":3,"t":"READY","d":[1,{"t":"X"}]}`, `{"t":"rEADY","s":3,"op":0,"d":[1,{"t":"X"}]}`},
		{`{"t": "READY","s":1,"op":0}`, `{"t":"rEADY","s":1,"op":0,"d":null}`},
		{`{"t":"\u0052EADY","s":1,"op":0,"d":1}`, `{"t":"rEADY","s":1,"op":0,"d":1}`},
		{`{"t":"READY","s":"1","op":0,"d":1}`, ``},
		{`{"t":"READY","s":1,"op":0,"d":1`, `{"t":"rEADY","s":1,"op":0,"d":1`}, // the library refuses it
		{`{"t":"__EVENT__","s":1,"op":0,"d":1}`, ``},
		{`{"t":"ready","s":1,"op":0,"d":1}`, ``},
		{`{"t":"READY\",\"d\":1,\"op\":0}`, ``},
		{`{"t":null,"s":null,"op":0,"d":1}`, ``},
		{`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}`, `{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}`},
		{`null`, ``},
		{`[]`, ``},
		{``, ``},
	} {
		_, got, _ := readPacket([]byte(c.in))
		if string(got) != c.want {
			t.Errorf("%s became %s, want %s", c.in, got, c.want)
		}
	}
}

// What is handed on says the same as what came, and has no name that the
// library knows.
func FuzzReadPacket(f *testing.F) {
	f.Add([]byte(`{"t":"READY","s":1,"op":0,"d":{"a":1}}`))
	f.Add([]byte(`{"op":0,"s":3,"t":"GUILD_CREATE","d":null}`))
	f.Add([]byte(`{"t":"A","s":1,"op":0,"d":1,"t":"GUILD_CREATE","op":7}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		before := append([]byte(nil), in...)
		p, handOn, err := readPacket(in)
		if err != nil && handOn != nil {
			t.Fatal("handed on in spite of an error")
		}
		var got, want packet
		if handOn == nil || json.Unmarshal(handOn, &got) != nil || json.Unmarshal(before, &want) != nil {
			return
		}
		if got.Seq != want.Seq || p.Op == opDispatch && !same(got.Data, want.Data) {
			t.Fatalf("%s became %s", before, handOn)
		}
	})
}

func same(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return len(a) == 0 || len(b) == 0
	}
	return reflect.DeepEqual(x, y)
}

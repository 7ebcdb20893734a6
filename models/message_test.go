package models

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func allArgs() Args {
	return Args{
		"State":  CodeArg("state.open"),
		"Count":  CountArg(3),
		"None":   CountArg(0),
		"At":     AtArg(noon.Add(123456 * time.Microsecond)),
		"When":   WhenArg(When{WhenMorning, noon}),
		"Any":    WhenArg(When{Kind: WhenAnytime}),
		"Person": PersonArg(1_765_126_800_000 << 20),
		"Ref":    RefArg(Ref{KindNeed, 12}),
	}
}

func TestArgsRoundTrip(t *testing.T) {
	t.Parallel()
	want := allArgs()

	stored, err := want.Value()
	if err != nil {
		t.Fatal(err)
	}
	text, ok := stored.(string)
	if !ok {
		t.Fatalf("stored as %T, want a text", stored)
	}
	for _, from := range []any{text, []byte(text)} {
		got := Args{"Old": CodeArg("stays.not")}
		if err := got.Scan(from); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("from %T: %v, %v; want %v", from, got, err, want)
		}
	}

	encoded, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Args
	if err := json.Unmarshal(encoded, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("from JSON: %v, %v; want %v", got, err, want)
	}
	if string(encoded) != text {
		t.Errorf("stored as %s, but encoded as %s", text, encoded)
	}
}

func TestNoArgs(t *testing.T) {
	t.Parallel()
	for _, a := range []Args{nil, {}} {
		if v, err := a.Value(); err != nil || v != "" {
			t.Errorf("%#v is stored as %#v, %v", a, v, err)
		}
	}
	for _, from := range []any{nil, "", []byte{}} {
		got := Args{"Old": CodeArg("stays.not")}
		if err := got.Scan(from); err != nil || got != nil {
			t.Errorf("from %#v: %v, %v", from, got, err)
		}
	}
}

func TestArgsScanRefuses(t *testing.T) {
	t.Parallel()
	for _, from := range []any{42, "{", `{"Count":{"n":"three"}}`, `["list"]`} {
		var a Args
		if err := a.Scan(from); err == nil {
			t.Errorf("from %#v: %v", from, a)
		}
	}
}

// Messages are stored and outlive what is purged, so that there must be no
// place in them for what a person wrote. Codes are catalogue ids; the other
// texts inside are of closed types.
func TestArgHasNoPlaceForText(t *testing.T) {
	t.Parallel()
	closed := map[reflect.Type]bool{
		reflect.TypeFor[WhenKind](): true,
		reflect.TypeFor[Kind]():     true,
	}
	var walk func(path string, typ reflect.Type)
	walk = func(path string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer:
			walk(path, typ.Elem())
		case reflect.Struct:
			if typ == reflect.TypeFor[time.Time]() {
				return
			}
			for field := range typ.Fields() {
				walk(path+"."+field.Name, field.Type)
			}
		case reflect.Int64, reflect.Int, reflect.Bool:
		default:
			if path != "Arg.Code" && !closed[typ] {
				t.Errorf("%s is a %s: text could be stored in it", path, typ)
			}
		}
	}
	walk("Arg", reflect.TypeFor[Arg]())
}

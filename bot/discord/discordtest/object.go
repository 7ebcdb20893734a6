package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// obj is a JSON object as it came in or goes out. Numbers that came in are
// json.Number.
type obj = map[string]any

// decode reads exactly one JSON value.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON value")
	}
	return nil
}

// encode writes a value that can only be JSON.
func encode(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte(strconv.Quote(err.Error()))
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// clone is a deep copy with the types that decode makes.
func clone(o obj) obj {
	var c obj
	if err := decode(encode(o), &c); err != nil {
		return nil
	}
	return c
}

func str(o obj, key string) string {
	s, _ := o[key].(string)
	return s
}

func num(o obj, key string) int64 {
	switch n := o[key].(type) {
	case json.Number:
		i, _ := n.Int64()
		return i
	case int:
		return int64(n)
	case int64:
		return n
	}
	return 0
}

func boolean(o obj, key string) bool {
	b, _ := o[key].(bool)
	return b
}

func object(o obj, key string) obj {
	c, _ := o[key].(obj)
	return c
}

// objects is a list of objects; what is none is left out.
func objects(o obj, key string) []obj {
	if list, ok := o[key].([]obj); ok {
		return list
	}
	list, _ := o[key].([]any)
	var found []obj
	for _, v := range list {
		if c, ok := v.(obj); ok {
			found = append(found, c)
		}
	}
	return found
}

func texts(o obj, key string) []string {
	if list, ok := o[key].([]string); ok {
		return list
	}
	list, _ := o[key].([]any)
	var found []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			found = append(found, s)
		}
	}
	return found
}

// orEmpty makes null an empty list in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

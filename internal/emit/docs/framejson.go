package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// pretty is a frame over several lines, or as it is if it is not JSON.
func pretty(frame string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(frame), "", "  "); err != nil {
		return frame
	}
	return b.String()
}

// compactJSON is a frame on one line, or as it is if it is not JSON.
func compactJSON(frame string) string {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(frame)); err != nil {
		return frame
	}
	return b.String()
}

// paramsOf returns the parameters of a request, their members in order.
func paramsOf(request string) (object, error) {
	v, err := parseJSON(request)
	if err != nil {
		return nil, err
	}
	frame, ok := v.(object)
	if !ok {
		return nil, errors.New("the request is no object")
	}
	for _, m := range frame {
		if params, ok := m.value.(object); ok && m.key == "params" {
			return params, nil
		}
	}
	return object{}, nil
}

// parseJSON reads text as object, []any, string, json.Number, bool or nil.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

func parseValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(d)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

func parseObject(d *json.Decoder) (any, error) {
	o := object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := parseValue(d)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		o = append(o, member{name, v})
	}
	_, err := d.Token()
	return o, err
}

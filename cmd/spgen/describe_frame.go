package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

// frames returns the example of a method that the docs show: a request and its
// answer.
func frames(model *ir.Model, m *ir.Method) (request, answer json.RawMessage, err error) {
	alone := *model
	alone.Methods, alone.Services = []*ir.Method{m}, nil
	for _, s := range model.Services {
		if s.Name == m.Service {
			s.Methods = alone.Methods
			alone.Services = append(alone.Services, s)
		}
	}
	files, err := docs.Emit(&alone)
	if err != nil {
		return nil, nil, fmt.Errorf("example of %s: %w", m.Name, err)
	}
	var document struct {
		Methods []struct {
			Examples []struct {
				Params []struct {
					Name  string          `json:"name"`
					Value json.RawMessage `json:"value"`
				} `json:"params"`
				Result struct {
					Value json.RawMessage `json:"value"`
				} `json:"result"`
			} `json:"examples"`
		} `json:"methods"`
	}
	if err := json.Unmarshal(files["openrpc.json"], &document); err != nil {
		return nil, nil, fmt.Errorf("example of %s: %w", m.Name, err)
	}
	if len(document.Methods) != 1 || len(document.Methods[0].Examples) == 0 {
		return nil, nil, fmt.Errorf("example of %s: the docs have none", m.Name)
	}
	example := document.Methods[0].Examples[0]
	var params bytes.Buffer
	for i, p := range example.Params {
		name, err := json.Marshal(p.Name)
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			params.WriteByte(',')
		}
		params.Write(name)
		params.WriteByte(':')
		params.Write(p.Value)
	}
	result := example.Result.Value
	if result == nil {
		result = json.RawMessage("null")
	}
	return fmt.Appendf(nil, `{"method":%d,"params":{%s}}`, m.ID, params.Bytes()), fmt.Appendf(nil, `{"method":%d,"result":%s}`, m.ID, result), nil
}

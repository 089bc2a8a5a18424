package docs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/spectest"
)

// checkOpenRPC validates a document against the meta-schema of OpenRPC and what
// else its specification demands, and its examples against its own schemas, as
// both dialects of JSON Schema.
func checkOpenRPC(t *testing.T, document []byte) {
	t.Helper()
	spectest.OpenRPC(t, document)
	var d openRPC
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range d.Methods {
		if names[m.Name] || strings.HasPrefix(m.Name, "rpc.") {
			t.Errorf("the method name %q is taken", m.Name)
		}
		names[m.Name] = true
		checkOrder(t, &m)
		codes := map[int]bool{}
		for _, e := range m.Errors {
			code := d.Components.Errors[strings.TrimPrefix(e.Ref, "#/components/errors/")].Code
			if code == 0 || codes[code] {
				t.Errorf("%s: %s is unknown or has the code of another", m.Name, e.Ref)
			}
			codes[code] = true
		}
	}
	checkExamples(t, document, &d)
}

// checkOrder holds that parameters have names of their own and the required come
// first.
func checkOrder(t *testing.T, m *rpcMethod) {
	t.Helper()
	params, optional := map[string]bool{}, false
	for _, p := range m.Params {
		if params[p.Name] || optional && p.Required {
			t.Errorf("%s: the parameter %q is there twice, or required after one that is not", m.Name, p.Name)
		}
		params[p.Name], optional = true, !p.Required
	}
}

type openRPC struct {
	Methods    []rpcMethod
	Components struct {
		Schemas map[string]json.RawMessage
		Errors  map[string]struct{ Code int }
	}
}

type rpcMethod struct {
	Name   string
	ID     uint32 `json:"x-method-id"`
	Opens  bool   `json:"x-authorize"` // a token
	Params []struct {
		Name     string
		Required bool
	}
	Errors []struct {
		Ref string `json:"$ref"`
	}
	Basis []struct {
		Name, Basis string
		Code        int
	} `json:"x-errors"`
	Reads    []string `json:"x-reads"`
	Writes   []string `json:"x-writes"`
	Examples []struct {
		Name   string
		Params []struct {
			Name  string
			Value json.RawMessage
		}
		Result struct{ Value json.RawMessage }
	}
	Failures []struct {
		Name            string
		Request, Answer json.RawMessage
	} `json:"x-error-examples"`
}

// checkExamples compiles all schemas of a document and validates its examples.
func checkExamples(t *testing.T, document []byte, d *openRPC) {
	t.Helper()
	for name, draft := range spectest.Drafts {
		schemas := spectest.NewSchemas(t, document, draft)
		valid := func(what, at string, v json.RawMessage) {
			s, err := schemas.At(at)
			if err != nil {
				t.Errorf("%s in %s: %v", what, name, err)
			} else if err := s.Validate(spectest.Decode(t, v)); v != nil && err != nil {
				t.Errorf("example of %s in %s: %v", what, name, err)
			}
		}
		for i, m := range d.Methods {
			given := map[string]json.RawMessage{}
			result := json.RawMessage("null")
			for _, e := range m.Examples {
				for _, p := range e.Params {
					given[p.Name] = p.Value
				}
				result = e.Result.Value
			}
			for j, p := range m.Params {
				at := fmt.Sprintf("/methods/%d/params/%d/schema", i, j)
				if v, ok := given[p.Name]; ok {
					valid(m.Name+"."+p.Name, at, v)
				} else if _, err := schemas.At(at); err != nil {
					t.Errorf("%s.%s in %s: %v", m.Name, p.Name, name, err)
				}
			}
			if len(m.Examples) > 0 {
				valid(m.Name+"'s result", fmt.Sprintf("/methods/%d/result/schema", i), result)
			}
		}
	}
}

func TestOpenRPC(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*ir.Model{"messenger": messenger(), "told": told()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkOpenRPC(t, emit(t, m)["openrpc.json"])
		})
	}
}

func TestOpenRPCHidesFilled(t *testing.T) {
	t.Parallel()
	var d openRPC
	if err := json.Unmarshal(emit(t, messenger())["openrpc.json"], &d); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"SignUp": "[{username true} {password true} {email false}]", "Logout": "[]",
		"ListMessages": "[{chat_id true} {before false} {limit false} {mood false}]",
	}
	for _, m := range d.Methods {
		if w, ok := want[m.Name]; ok && fmt.Sprint(m.Params) != w {
			t.Errorf("%s has the parameters %v, want %s", m.Name, m.Params, w)
		}
	}
}

// TestOpenRPCTells holds that the document has what is known of a method, and that
// what is made up is not among its examples.
func TestOpenRPCTells(t *testing.T) {
	t.Parallel()
	var d openRPC
	if err := json.Unmarshal(emit(t, told())["openrpc.json"], &d); err != nil {
		t.Fatal(err)
	}
	m := d.Methods[0]
	if got := fmt.Sprint(m.Reads, m.Writes, m.Basis); got != "[app.settings] [app.sessions app.users] [{username_taken inferred 11000} {not_a_member declared 11001}]" {
		t.Errorf("SignUp: %s", got)
	}
	if len(m.Examples) != 1 || len(m.Failures) != 1 || string(m.Examples[0].Params[0].Value) != `"krumplee"` || m.Failures[0].Name != "username_taken" {
		t.Errorf("SignUp has the examples %+v and %+v", m.Examples, m.Failures)
	}
	if !m.Opens {
		t.Error("SignUp is the manifest's authorize, which x-authorize does not say")
	}
	for _, m := range d.Methods[1:] {
		if m.Opens {
			t.Errorf("%s is not the manifest's authorize", m.Name)
		}
		if len(m.Examples)+len(m.Failures) > 0 {
			t.Errorf("%s was not run and has examples", m.Name)
		}
	}
	if last := m.Errors[len(m.Errors)-1].Ref; last != "#/components/errors/raised" {
		t.Errorf("the last error of SignUp is %s", last)
	}
}

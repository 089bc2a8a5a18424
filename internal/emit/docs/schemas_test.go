package docs_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/spectest"
)

// checkSchemas compiles every schema of schemas.json, and validates frames.
func checkSchemas(t *testing.T, document []byte, m *ir.Model) {
	t.Helper()
	var d struct {
		ID   string                     `json:"$id"`
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	if d.ID != "schemas.json" {
		t.Errorf("the document is %q", d.ID)
	}
	for name, draft := range spectest.Drafts {
		schemas := spectest.NewSchemas(t, document, draft)
		for key := range d.Defs {
			if _, err := schemas.Definition(key); err != nil {
				t.Errorf("%s in %s: %v", key, name, err)
			}
		}
	}
	checkFrames(t, document, m)
}

// checkFrames validates frames that are made up, and those of transcripts.
func checkFrames(t *testing.T, document []byte, m *ir.Model) {
	t.Helper()
	for name, draft := range spectest.Drafts {
		schemas := spectest.NewSchemas(t, document, draft)
		valid := func(key, frame string) {
			s, err := schemas.Definition(key)
			if err != nil {
				t.Error(err)
			} else if err := s.Validate(spectest.Decode(t, []byte(frame))); err != nil {
				t.Errorf("%s in %s: %s: %v", key, name, frame, err)
			}
		}
		for _, method := range m.Methods {
			request, answer, err := docs.Frames(method)
			if err != nil {
				t.Fatal(err)
			}
			valid(method.Name+".request", string(request))
			valid(method.Name+".answer", string(answer))
			for _, run := range method.Transcripts {
				suffix := ".answer"
				if run.Error != "" {
					suffix = ".failure"
				}
				valid(method.Name+".request", run.Request)
				valid(method.Name+suffix, run.Answer)
				valid("answer", run.Answer)
			}
		}
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	m := told()
	checkSchemas(t, emit(t, m)["schemas.json"], m)
}

// TestSchemaRefuses holds that schemas are no wider than the protocol.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	schemas := spectest.NewSchemas(t, emit(t, told())["schemas.json"], spectest.Drafts["2020-12"])
	message := `"message_id":"1","sender":"ann","body":"x","sent_at":"2024-05-17T09:30:00Z","mood":null,"reactions":[]`
	tests := []struct{ key, in, wantErr string }{
		{"request", `{"method":1}`, ""},
		{"request", `{"id":1}`, "method"},
		{"request", `{"method":1,"jsonrpc":"2.0"}`, "jsonrpc"},
		{"request", `{"method":-1}`, "method"},
		{"request", `{"method":1,"seq":-1}`, "seq"},
		{"request", `{"method":1,"params":[]}`, "params"},
		{"request", `{"method":1,"meta":{"timeout_ms":0}}`, "timeout_ms"},
		{"request", `{"method":1,"meta":{"key":"ä"}}`, "key"},
		{"request", `{"method":1,"meta":{"later":1}}`, ""},
		{"answer", `{"method":1,"result":null}`, ""},
		{"answer", `{"result":null}`, "method"},
		{"answer", `{"method":1}`, "oneOf"},
		{"answer", `{"method":1,"result":1,"error":{"code":1,"name":"x","message":""}}`, "oneOf"},
		{"answer", `{"error":{"code":-32700,"name":"parse_error","message":""}}`, ""},
		{"answer", `{"error":{"code":-32700,"name":"parsed","message":""}}`, "name"},
		{"answer", `{"error":{"code":-32003,"name":"overloaded","message":"","retryable":true}}`, "data"},
		{"answer", `{"error":{"code":7,"name":"of a handler","message":"","data":{}}}`, ""},
		{"SignUp.params", `{"username":"ann","password":"x"}`, ""},
		{"SignUp.params", `{"username":"ann","password":"x","mail":null}`, ""},
		{"SignUp.params", `{"username":"ann","password":"x","mail":null,"email":null}`, "oneOf"},
		{"SignUp.params", `{"username":"an","password":"x"}`, "minLength"},
		{"SignUp.params", `{"username":"ann"}`, "password"},
		{"SignUp.params", `{"username":"ann","password":null}`, "null"},
		{"SignUp.params", `{"username":"ann","password":"x","address":"192.0.2.1"}`, "address"},
		{"SignUp.request", `{"method":"SignUp","params":{"username":"ann","password":"x"}}`, ""},
		{"SignUp.request", `{"method":"Signup","params":{"username":"ann","password":"x"}}`, "method"},
		{"SignUp.request", `{"method":10000}`, "params"},
		{"SignUp.result", `{"user_id":"5","role":"user","token":"x","later":1}`, ""},
		{"SignUp.result", `{"user_id":5,"role":"user","token":"x"}`, "user_id"},
		{"SignUp.result", `{"user_id":"5","role":"user","token":null}`, "token"},
		{"SignUp.failure", `{"method":10000,"error":{"code":11000,"name":"username_taken","message":"","data":{"field":"username"}}}`, ""},
		{"SignUp.failure", `{"method":10000,"error":{"code":11000,"name":"username_taken","message":""}}`, "data"},
		{"SignUp.failure", `{"method":10000,"error":{"code":-32601,"name":"method_not_found","message":""}}`, "code"},
		{"ListMessages.params", `{"chat_id":7,"before":"2024-05-17 09:30+02","limit":100}`, ""},
		{"ListMessages.params", `{"chat_id":7,"limit":101}`, "limit"},
		{"ListMessages.params", `{"chat_id":7,"before":"2024-05-17T09:30"}`, "before"},
		{"ListMessages.result", `[{` + message + `}]`, ""},
		{"ListMessages.result", `[{` + strings.Replace(message, "09:30:00Z", "09:30:00+02:00 ", 1) + `}]`, "sent_at"},
		{"ListMessages.result", `[{` + strings.Replace(message, "null", `"cross"`, 1) + `}]`, "mood"},
		{"SendMessage.params", `{"chat_id":7,"body":"x","tags":[["a"],["b"]],"extra":null,"reaction":{"user_id":1,"mood":"sad"}}`, ""},
		{"SendMessage.params", `{"chat_id":7,"body":"x","tags":null,"extra":null,"reaction":{"user_id":1,"mood":"sad","x":1}}`, "reaction"},
		{"SendMessage.params", `{"chat_id":7,"body":"x","tags":null,"extra":null,"reaction":{"mood":"sad"}}`, "user_id"},
		{"rpc", "", "no such definition"},
		{"Discover.request", `{"method":"rpc.discover","seq":1}`, ""},
		{"Cancel.request", `{"method":3}`, "params"},
	}
	for _, tt := range tests {
		s, err := schemas.Definition(tt.key)
		if err != nil {
			if tt.wantErr != "no such definition" {
				t.Error(err)
			}
			continue
		}
		err = s.Validate(spectest.Decode(t, []byte(tt.in)))
		if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
			t.Errorf("%s %s: %v, want %q", tt.key, tt.in, err, tt.wantErr)
		}
	}
}

func TestSchemasHaveEachTypeOnce(t *testing.T) {
	t.Parallel()
	var d struct {
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(emit(t, messenger())["openrpc.json"], &d); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for key := range d.Components.Schemas {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	if got := strings.Join(keys, " "); got != "Mood PageSize Reaction ReactionInput Username" {
		t.Errorf("the schemas are %s", got)
	}
}

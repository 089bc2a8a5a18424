package client_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

// blocks returns the code blocks of docs/protocol.md in the given language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	page := protocol(t)
	var found []string
	for _, m := range regexp.MustCompile("(?s)\n```"+language+"\n(.*?)\n```\n").FindAllStringSubmatch(page, -1) {
		found = append(found, m[1])
	}
	return found
}

func protocol(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// refused are the example requests that are none, with the answers they get.
var refused = regexp.MustCompile(`^\{"id": 3,|^\{"method": 10000,$`)

// The frames that the protocol's document shows are what the code takes.
func TestProtocolFrames(t *testing.T) {
	t.Parallel()
	requests, answers := 0, 0
	for _, frame := range append(blocks(t, "json"), blocks(t, "text")...) {
		if strings.Contains(frame, `"result"`) || strings.Contains(frame, `"error"`) {
			answers++
			if _, _, _, err := client.ParseAnswer([]byte(frame)); err != nil {
				t.Errorf("%s: %v", frame, err)
			}
			continue
		}
		requests++
		var req wire.Request
		err := wire.Parse([]byte(frame), &req)
		switch {
		case !refused.MatchString(frame):
			if err != nil || len(req.Faults) > 0 {
				t.Errorf("%s: %v, %v", frame, err, req.Faults)
			}
		case err == nil:
			t.Errorf("%s: accepted", frame)
		default:
			answer := string(wire.AppendError(nil, 0, false, req.ID, err))
			if !strings.Contains(compact(protocol(t)), compact(answer)) {
				t.Errorf("%s: the document does not show its answer, %s", frame, answer)
			}
		}
	}
	if requests < 8 || answers < 7 {
		t.Errorf("found %d requests and %d answers", requests, answers)
	}
}

// compact leaves out all blanks.
func compact(s string) string { return strings.ReplaceAll(s, " ", "") }

// Every code and every reason of the runtime is in the document.
func TestProtocolTables(t *testing.T) {
	t.Parallel()
	page := protocol(t)
	rows := regexp.MustCompile("(?m)^\\| (-32\\d{3}) \\| `(\\w+)` \\|").FindAllStringSubmatch(page, -1)
	documented := map[string]string{}
	for _, row := range rows {
		documented[row[1]] = row[2]
	}
	known := 0
	for code := rpc.Code(-32768); code < 0; code++ {
		if code.String() == "" {
			continue
		}
		known++
		if got := documented[fmt.Sprint(int32(code))]; got != code.String() {
			t.Errorf("code %d is %q in the document, %q in package rpc", code, got, code)
		}
	}
	if known == 0 || known != len(rows) {
		t.Errorf("the document has %d codes, package rpc %d", len(rows), known)
	}
	for _, reason := range []string{
		rpc.ReasonMissing, rpc.ReasonUnknown, rpc.ReasonDuplicate, rpc.ReasonFilled, rpc.ReasonNull,
		rpc.ReasonWrongType, rpc.ReasonOutOfRange, rpc.ReasonInvalid,
	} {
		if !strings.Contains(page, "\n| `"+reason+"` | ") {
			t.Errorf("reason %s is not in the document", reason)
		}
	}
}

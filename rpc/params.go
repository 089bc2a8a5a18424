package rpc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// members returns the members of params, for the server's own methods.
func members(params []byte) (map[string]json.RawMessage, error) {
	if len(params) == 0 || string(params) == "{}" {
		return nil, nil
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(params, &m); err != nil {
		return nil, fmt.Errorf("read params: %w", err)
	}
	return m, nil
}

// onlyParams refuses parameters other than known.
func onlyParams(call *Call, known ...string) error {
	m, err := members(call.Params)
	if err != nil {
		return err
	}
	faults := slices.Clone(call.Faults)
	for name := range m {
		if !slices.Contains(known, name) {
			faults = append(faults, Fault{Param: name, Reason: ReasonUnknown})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.SortStableFunc(faults, func(a, b Fault) int { return strings.Compare(a.Param, b.Param) })
	return InvalidParams(faults)
}

const maxSeq = 1<<53 - 1

// seqParam reads Cancel's parameter.
func seqParam(call *Call) (uint64, error) {
	m, err := members(call.Params)
	if err != nil {
		return 0, err
	}
	raw, ok := m["seq"]
	if !ok {
		return 0, InvalidParams([]Fault{{Param: "seq", Reason: ReasonMissing}})
	}
	seq, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil || seq > maxSeq {
		return 0, InvalidParams([]Fault{{
			Param: "seq", Reason: ReasonWrongType, Message: "want an integer between 0 and 2^53-1",
		}})
	}
	return seq, nil
}

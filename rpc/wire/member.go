package wire

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/tidwall/gjson"
)

// The members of a request, by their place in members.
const (
	memberMethod = iota
	memberSeq
	memberParams
	memberMeta
)

// members is what a request consists of. take reads the checked value; again
// says that the member was there before, which has been refused already.
var members = [...]struct {
	name string
	take func(req *Request, value []byte, again bool)
}{
	memberMethod: {"method", (*Request).takeMethod},
	memberSeq:    {"seq", (*Request).takeSeq},
	memberParams: {"params", (*Request).takeParams},
	memberMeta:   {"meta", (*Request).takeMeta},
}

// quoted is how most frames begin the members, in their order.
var quoted = [len(members)]string{`"method":`, `"seq":`, `"params":`, `"meta":`}

// plainKey reads the key of a member that is written in the shortest way, was
// not there before and stands in an object of few; the others are left to key.
func (req *Request) plainKey(seen *[len(members)]bool) (member int, ok bool) {
	s := &req.scan
	top, rest := &s.levels[0], s.data[s.pos:]
	if len(s.keys) >= wideObject || top.wide != nil {
		return 0, false
	}
	for m, text := range quoted {
		if !seen[m] && len(rest) > len(text) && string(rest[:len(text)]) == text {
			top.key = rest[1 : len(text)-2]
			s.keys = append(s.keys, top.key)
			s.pos += len(text)
			return m, true
		}
	}
	return 0, false
}

func memberNamed(key []byte) (int, bool) {
	for i := range members {
		if string(key) == members[i].name {
			return i, true
		}
	}
	return 0, false
}

func (req *Request) takeMethod(value []byte, again bool) {
	s := &req.scan
	req.ID, req.Name = 0, ""
	if again {
		return
	}
	if value[0] == '"' {
		req.Name = gjson.ParseBytes(value).Str
		if req.Name == "" {
			s.refuse("method is an empty string, send the ID or the name of a method")
		}
		return
	}
	id, ok := integer(value, 1<<32-1)
	if !ok {
		s.refuse("method is %s, send an ID from 0 to 4294967295 or a name", describe(value))
		return
	}
	req.ID = uint32(id)
}

func (req *Request) takeSeq(value []byte, again bool) {
	seq, ok := integer(value, MaxSeq)
	if !ok {
		req.scan.refuse("seq is %s, send an integer from 0 to %d", describe(value), uint64(MaxSeq))
	}
	if req.Seq, req.HasSeq = seq, ok && !again; !req.HasSeq {
		req.Seq = 0
	}
}

func (req *Request) takeParams(value []byte, _ bool) {
	if value[0] != '{' {
		req.scan.refuse("params is %s, send an object of parameters by name", describe(value))
		return
	}
	req.Params = value
}

func (req *Request) takeMeta(value []byte, _ bool) {
	if value[0] != '{' {
		req.scan.refuse("meta is %s, send an object", describe(value))
		return
	}
	gjson.ParseBytes(value).ForEach(func(key, v gjson.Result) bool {
		for i := range metas {
			if m := &metas[i]; key.Str == m.name && !m.take(&req.Meta, v) {
				req.scan.refuse("meta.%s is %s, send %s", m.name, describe([]byte(v.Raw)), m.want)
			}
		}
		return true
	})
}

// metas is what the server reads of meta. Other members are ignored.
var metas = [...]struct {
	name, want string
	take       func(*rpc.Meta, gjson.Result) bool
}{
	{"timeout_ms", "an integer from 1 to 2147483648", takeTimeout},
	{"key", "a string of 1 to 64 printable ASCII characters", takeKey},
	{"traceparent", "a string of at most 256 bytes", takeTraceparent},
}

func takeTimeout(m *rpc.Meta, v gjson.Result) bool {
	ms, ok := integer([]byte(v.Raw), 1<<31)
	m.Timeout = time.Duration(ms) * time.Millisecond
	return ok && ms > 0
}

func takeKey(m *rpc.Meta, v gjson.Result) bool {
	m.Key = v.Str
	unprintable := func(c rune) bool { return c < ' ' || c > '~' }
	return v.Type == gjson.String && len(v.Str) >= 1 && len(v.Str) <= 64 && !strings.ContainsFunc(v.Str, unprintable)
}

func takeTraceparent(m *rpc.Meta, v gjson.Result) bool {
	m.Traceparent = v.Str
	return v.Type == gjson.String && len(v.Str) <= 256
}

// integer reads a JSON number without sign, fraction and exponent.
func integer(value []byte, most uint64) (uint64, bool) {
	if len(value) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range value {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, n <= most
}

// kinds names a value by its first byte. What is in none of them is a number.
var kinds = map[byte]string{'{': "an object", '[': "an array", '"': "a string", 't': "true", 'f': "false", 'n': "null"}

// kind names the value that text begins with.
func kind(text []byte) string {
	if len(text) == 0 {
		return "empty"
	}
	if k, ok := kinds[text[0]]; ok {
		return k
	}
	return "a number"
}

// describe names a value; a number stands for itself.
func describe(value []byte) string {
	if k, ok := kinds[value[0]]; ok {
		return k
	}
	return clip(value, 40)
}

func quote(key []byte) string { return strconv.Quote(clip(key, 40)) }

// aliases are what other protocols call the members of a request.
var aliases = map[string]string{
	"id": "seq", "request_id": "seq", "parameters": "params", "arguments": "params", "args": "params",
	"metadata": "meta", "name": "method", "procedure": "method",
}

// didYouMean returns a hint for a key that is none of a request's.
func didYouMean(key []byte) string {
	key = bytes.ToLower(key)
	best := aliases[string(key)]
	for i := 0; i < len(members) && best == ""; i++ {
		if near(string(key), members[i].name) {
			best = members[i].name
		}
	}
	if best == "" {
		return "; it has method, seq, params and meta"
	}
	return ", did you mean " + best + "?"
}

// near reports whether a becomes b by at most two insertions, deletions and
// replacements (Levenshtein's distance).
func near(a, b string) bool {
	if len(a) > len(b)+2 {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)] <= 2
}

package chaos_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/spgen/spgen/rpc"
)

// kind is a way to call a method whose answer is known.
type kind struct {
	label    string
	method   string
	weight   int  // how often it is drawn
	write    bool // success leaves the nonce in the ledger
	slotted  bool // it needs a slot
	personal bool // its answer names the client
	collides bool // it may be answered with conflict at any time

	draw   func(d *rand.Rand, p *probe)                  // chooses the numbers of p; nil: none
	params func(dst []byte, p *probe) []byte             // appends members beside the nonce; nil: none
	want   func(dst []byte, p *probe) ([]byte, *failure) // appends the result, or returns an error
}

// failure is the error that a call must be answered with.
type failure struct {
	code    rpc.Code
	message string // is part of it
	data    string // is part of it
	sunk    bool   // the database has done its work: only the rows were refused
}

const maxResult = 128 << 10 // bytes of a result, as the executor is told

// kinds are all there are. What costs much is rare, so that there may be many calls.
var kinds = []*kind{
	{label: "one", method: "one", weight: 7440, want: wantNonce},
	{label: "slip", method: "slip", weight: 600, want: wantSlip},
	{label: "write", method: "write", weight: 900, write: true, want: wantNonce},
	{label: "echo", method: "echo", weight: 450, draw: drawTable(3, 100), params: tableParams, want: wantTable},
	{label: "echo many", method: "echo", weight: 40, draw: drawTable(40, 60), params: tableParams, want: wantTable},
	{label: "echo large", method: "echo", weight: 5, draw: drawTable(1, 100_000), params: tableParams, want: wantTable},
	{label: "write rows", method: "write_rows", weight: 80, write: true, draw: drawTable(8, 200), params: tableParams, want: wantTable},
	{label: "write large", method: "write_rows", weight: 2, write: true, draw: drawTable(2, 50_000), params: tableParams, want: wantTable},
	{label: "too large", method: "echo", weight: 1, draw: drawTooLarge, params: tableParams, want: wantTooLarge},
	{label: "write too large", method: "write_rows", weight: 1, write: true, draw: drawTooLarge, params: tableParams, want: wantTooLarge},
	{label: "bind", method: "strict", weight: 80, write: true, draw: drawPick(6), params: strictParams, want: wantStrict},
	{label: "bind name", method: "named", weight: 40, draw: drawPick(2), params: namedParams, want: wantNamed},
	{label: "fail", method: "fail", weight: 200, write: true, draw: drawPick(len(states)), params: stateParams, want: wantState("nonce ")},
	{label: "crumble", method: "crumble", weight: 60, draw: drawTable(30, 500), params: tableParams, want: wantBoom},
	{label: "crumble write", method: "crumble_write", weight: 50, write: true, draw: drawTable(200, 1), params: rowsParams, want: wantBoom},
	{label: "late", method: "late", weight: 150, write: true, draw: drawPick(len(states)), params: stateParams, want: wantState("late ")},
	{label: "late unique", method: "late", weight: 30, write: true, params: uniqueParams, want: wantMarked},
	{label: "stumble", method: "stumble", weight: 20, slotted: true, draw: drawStumble, params: stumbleParams, want: wantStumble},
	{label: "stumble write", method: "stumble_write", weight: 20, write: true, slotted: true, draw: drawStumble, params: stumbleParams, want: wantStumble},
	{label: "collide", method: "collide", weight: 3, write: true, collides: true, draw: drawPick(64), params: collideParams, want: wantNonce},
	{label: "nap", method: "nap", weight: 3, draw: drawNap, params: napParams, want: wantNonce},
	{label: "nap write", method: "nap_write", weight: 3, write: true, draw: drawNap, params: napParams, want: wantNonce},
	{label: "hollow", method: "hollow", weight: 30, draw: drawTable(20, 1), params: rowsParams, want: wantHollow},
	{label: "hollow write", method: "hollow_write", weight: 30, write: true, want: wantHollow},
	{label: "who", method: "who", weight: 60, personal: true, want: wantClient},
	{label: "who write", method: "who_write", weight: 40, write: true, personal: true, want: wantClient},
	{label: "nobody", method: "nobody", weight: 60, want: wantNobody},
	{label: "ping", method: "Ping", weight: 50, want: nil},
	{label: "unknown", method: "one", weight: 40, params: unknownParams, want: wantUnknown},
	{label: "no method", method: "", weight: 20, want: wantNoMethod},
}

func drawPick(n int) func(*rand.Rand, *probe) {
	return func(d *rand.Rand, p *probe) { p.pick = d.IntN(n) }
}

func drawTable(rows, size int) func(*rand.Rand, *probe) {
	return func(d *rand.Rand, p *probe) { p.rows, p.size = 1+d.IntN(rows), d.IntN(size+1) }
}

// drawTooLarge draws results over the limit, and over what an invoker may care to drain.
func drawTooLarge(d *rand.Rand, p *probe) {
	p.rows, p.size = 2+d.IntN(30), maxResult
}

func drawStumble(d *rand.Rand, p *probe) {
	p.rows, p.times = 1+d.IntN(50), []int{1, 1, 1, 7}[d.IntN(4)]
}

func drawNap(d *rand.Rand, p *probe) { p.ms = 5 + int(295*d.Float64()*d.Float64()*d.Float64()) }

func rowsParams(dst []byte, p *probe) []byte { return fmt.Appendf(dst, `,"rows":%d`, p.rows) }
func napParams(dst []byte, p *probe) []byte  { return fmt.Appendf(dst, `,"ms":%d`, p.ms) }

func tableParams(dst []byte, p *probe) []byte {
	return fmt.Appendf(dst, `,"rows":%d,"size":%d`, p.rows, p.size)
}

func stumbleParams(dst []byte, p *probe) []byte {
	return fmt.Appendf(dst, `,"slot":%d,"times":%d,"rows":%d`, p.slot, p.times, p.rows)
}

func collideParams(dst []byte, p *probe) []byte {
	return fmt.Appendf(dst, `,"first":%d,"second":%d`, p.pick/8, p.pick%8)
}

// strictParams has an even number at p.pick, if there is such a parameter.
func strictParams(dst []byte, p *probe) []byte {
	for i := range 4 {
		value := p.nonce*2 + 1
		if i == p.pick {
			value++
		}
		dst = fmt.Appendf(dst, `,"d%d":%d`, i, value)
	}
	return dst
}

func namedParams(dst []byte, p *probe) []byte {
	if p.pick == 0 {
		return append(dst, `,"relation":"app.ledger"`...)
	}
	return fmt.Appendf(dst, `,"relation":"app.no_%d"`, p.nonce)
}

func stateParams(dst []byte, p *probe) []byte {
	digit := strconv.FormatInt(p.nonce%mappedStates, 10)
	return fmt.Appendf(dst, `,"state":%q`, strings.Replace(states[p.pick].state, "?", digit, 1))
}

func uniqueParams(dst []byte, _ *probe) []byte  { return append(dst, `,"state":"unique"`...) }
func unknownParams(dst []byte, p *probe) []byte { return fmt.Appendf(dst, `,"x%d":1`, p.nonce) }

// states are errors that functions raise, and what they become.
var states = []struct {
	state, data string
	code        rpc.Code
	says        bool // the message is passed on
}{
	{"P0001", "", rpc.CodeRaised, true},
	{"P0001", "", rpc.CodeRaised, true},
	{"P0001", "", rpc.CodeRaised, true},
	{"SP00?", "", 11000, false},
	{"SP00?", "", 11000, false},
	{"22023", `"sqlstate":"22023"`, rpc.CodeInvalidParams, false},
	{"23514", `"sqlstate":"23514"`, rpc.CodeConstraintViolation, false},
	{"42501", "", rpc.CodePermissionDenied, false},
	{"55P03", "", rpc.CodeConflict, false},
	{"XX001", "", rpc.CodeInternal, false},
}

func wantNonce(dst []byte, p *probe) ([]byte, *failure) {
	return appendNonce(dst, p.nonce), nil
}

func wantClient(dst []byte, p *probe) ([]byte, *failure) {
	return fmt.Appendf(dst, `"%d %s"`, p.nonce, p.Peer.ID), nil
}

func wantNobody(dst []byte, p *probe) ([]byte, *failure) {
	return fmt.Appendf(dst, `"%d "`, p.nonce), nil
}

func appendNonce(dst []byte, nonce int64) []byte {
	dst = strconv.AppendInt(append(dst, '"'), nonce, 10)
	return append(dst, '"')
}

func wantTable(dst []byte, p *probe) ([]byte, *failure) {
	for i := 1; i <= p.rows; i++ {
		dst = append(dst, ","[:min(i-1, 1)]...)
		if i == 1 {
			dst = append(dst, '[')
		}
		dst = append(appendNonce(append(dst, `{"nonce":`...), p.nonce), `,"i":`...)
		dst = append(strconv.AppendInt(dst, int64(i), 10), `,"body":"`...)
		dst = append(appendBody(dst, p.nonce, i, p.size), `"}`...)
	}
	return append(dst, ']'), nil
}

// appendBody appends what app.body returns.
func appendBody(dst []byte, nonce int64, i, size int) []byte {
	seed := append(strconv.AppendInt(nil, nonce, 10), ':')
	sum := md5.Sum(strconv.AppendInt(seed, int64(i), 10))
	start := len(dst)
	for len(dst)-start < size {
		dst = hex.AppendEncode(dst, sum[:])
	}
	return dst[:start+size]
}

func wantTooLarge([]byte, *probe) ([]byte, *failure) {
	return nil, &failure{code: rpc.CodeResultTooLarge, sunk: true}
}

func wantStrict(dst []byte, p *probe) ([]byte, *failure) {
	if p.pick >= 4 {
		return wantNonce(dst, p)
	}
	return nil, &failure{code: rpc.CodeInvalidParams, data: fmt.Sprintf(`"param":"d%d","reason":"invalid"`, p.pick)}
}

func wantNamed(dst []byte, p *probe) ([]byte, *failure) {
	if p.pick == 0 {
		return wantNonce(dst, p)
	}
	return nil, &failure{code: rpc.CodeInvalidParams, data: `"param":"relation","reason":"invalid"`}
}

func wantState(before string) func([]byte, *probe) ([]byte, *failure) {
	return func(_ []byte, p *probe) ([]byte, *failure) {
		s := &states[p.pick]
		f := &failure{code: s.code, data: s.data}
		if s.says {
			f.message = before + strconv.FormatInt(p.nonce, 10)
		}
		if s.code == 11000 {
			f.code += rpc.Code(p.nonce % mappedStates)
		}
		return nil, f
	}
}

func wantBoom(_ []byte, p *probe) ([]byte, *failure) {
	return nil, &failure{code: rpc.CodeRaised, message: "boom " + strconv.FormatInt(p.nonce, 10)}
}

func wantSlip(dst []byte, p *probe) ([]byte, *failure) {
	if p.nonce%40 == 0 {
		return nil, &failure{code: rpc.CodeRaised, message: "slip " + strconv.FormatInt(p.nonce, 10)}
	}
	return wantNonce(dst, p)
}

func wantMarked([]byte, *probe) ([]byte, *failure) {
	return nil, &failure{code: 11100, data: `{"field":"nonce"}`}
}

func wantHollow([]byte, *probe) ([]byte, *failure) {
	return nil, &failure{code: rpc.CodeContractViolation, sunk: true}
}

func wantUnknown(_ []byte, p *probe) ([]byte, *failure) {
	return nil, &failure{code: rpc.CodeInvalidParams, data: fmt.Sprintf(`"param":"x%d","reason":"unknown"`, p.nonce)}
}

func wantNoMethod(_ []byte, p *probe) ([]byte, *failure) {
	return nil, &failure{code: rpc.CodeMethodNotFound, message: p.methodName()}
}

// fewAttempts is how many a call that collides must be given.
const fewAttempts = 2

func wantStumble(dst []byte, p *probe) ([]byte, *failure) {
	if p.times >= fewAttempts {
		return nil, &failure{code: rpc.CodeConflict}
	}
	dst = append(dst, '[')
	for range p.rows - 1 {
		dst = append(appendNonce(dst, p.nonce), ',')
	}
	return append(appendNonce(dst, int64(p.times+1)), ']'), nil
}

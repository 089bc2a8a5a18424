package chaos_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spgen/spgen/rpc"
)

// probe is one call, and the Answerer that holds its answer against it.
type probe struct {
	rpc.Call
	kind  *kind
	nonce int64

	rows, size, ms, times, pick, slot int // what the kind draws

	timeout  time.Duration // that the client asks for; 0: none
	stormy   bool          // the database may be lost while it runs
	sheds    bool          // it may be refused, as one of too many
	fast     time.Duration // that an attempt may take on a shared connection
	begun    time.Time
	quit     atomic.Bool  // the client has given it up
	visit    *visit       // the connection that it came over; nil: one that stays
	answers  atomic.Int32 // how many there were
	answered func(p *probe, v verdict)
	complain func(wrong string)
}

// visit is a connection that may end.
type visit struct {
	ctx   context.Context
	leave context.CancelFunc
	left  atomic.Bool
}

// end ends the connection.
func (v *visit) end() {
	v.left.Store(true)
	v.leave()
}

// giveUp cancels the call.
func (p *probe) giveUp() {
	p.quit.Store(true)
	p.Cancel()
}

func (p *probe) methodName() string {
	if p.kind.method == "" {
		return "no_" + strconv.FormatInt(p.nonce, 10)
	}
	return p.kind.method
}

func (p *probe) appendParams(dst []byte) []byte {
	if p.kind.want == nil || p.kind.method == "" {
		return append(dst, "{}"...)
	}
	dst = strconv.AppendInt(append(dst, `{"nonce":`...), p.nonce, 10)
	if p.kind.params != nil {
		dst = p.kind.params(dst, p)
	}
	return append(dst, '}')
}

// fate is what an answer says about a write.
type fate uint8

const (
	undone fate = iota // it has no effect
	done               // it has its effect, once
	either             // once or not at all
	open               // there is no answer
)

// verdict is what is thought of an answer.
type verdict struct {
	fate  fate
	code  rpc.Code // of the error; 0: a result
	wrong string   // what is wrong with the answer; "": nothing
}

// AnswerCall implements rpc.Answerer.
func (p *probe) AnswerCall(call *rpc.Call, err *rpc.Error) {
	if call != &p.Call {
		p.complain("got another call's answer")
	}
	if p.answers.Add(1) > 1 {
		p.complain("answered twice")
		return
	}
	p.answered(p, p.judge(call.Result, err))
}

// judge holds an answer against the call.
func (p *probe) judge(result []byte, err *rpc.Error) verdict {
	v := verdict{fate: undone}
	if err != nil {
		v.code = err.Code
	}
	var took time.Duration
	if !p.begun.IsZero() {
		took = time.Since(p.begun)
	}
	if limit := p.limit(); took > limit+slack {
		v.wrong = fmt.Sprintf("answered after %s instead of %s", took, limit)
		return v
	}
	want, fail := p.wants(result)
	switch {
	case err == nil && fail == nil && p.same(result, want, took):
		v.fate = done
	case err == nil:
		v.fate = done
		v.wrong = fmt.Sprintf("answered %s, want %s %+v", clip(result), clip(want), fail)
	case fail != nil && fail.matches(err):
		if fail.sunk {
			v.fate = either
		}
	default:
		v.fate, v.wrong = p.excuse(err, took)
		if v.wrong != "" {
			v.wrong += fmt.Sprintf("answered %v %s, want %s %+v", err, err.Data, clip(want), fail)
		}
	}
	return v
}

// slack is how much later than its deadline a call may be answered.
const slack = 20 * time.Second

// limit is how long the call may take.
func (p *probe) limit() time.Duration {
	if p.timeout > 0 {
		return p.timeout
	}
	return rpc.DefaultTimeout
}

// wants returns what the call must be answered with. result is a hint at its size.
func (p *probe) wants(result []byte) ([]byte, *failure) {
	if p.kind.want == nil {
		return nil, nil
	}
	return p.kind.want(make([]byte, 0, len(result)+64), p)
}

// same reports whether result is what is wanted.
func (p *probe) same(result, want []byte, took time.Duration) bool {
	if p.kind.want == nil {
		return bytes.HasPrefix(result, []byte(`{"time":"`))
	}
	if bytes.Equal(result, want) {
		return true
	}
	again := took >= p.fast || !p.kind.write && p.stormy // it may have run once more
	return p.kind.slotted && again && moreAttempts(result, want)
}

// moreAttempts reports whether result is want but for the number of attempts
// that its last element is. One that took too long on a shared connection was
// rolled back, and counts; so does that of a read whose connection was lost.
func moreAttempts(result, want []byte) bool {
	n, m := bytes.LastIndexByte(result, ','), bytes.LastIndexByte(want, ',')
	return n == m && bytes.Equal(result[:n+1], want[:n+1]) && attempts(result[n+1:]) > attempts(want[n+1:])
}

func attempts(element []byte) int {
	n, _ := strconv.Atoi(strings.Trim(string(element), `["]`))
	return n
}

func (f *failure) matches(err *rpc.Error) bool {
	return err.Code == f.code && err.Retryable == (f.code == rpc.CodeConflict) &&
		strings.Contains(err.Message, f.message) && strings.Contains(string(err.Data), f.data)
}

// early is how much before its deadline a call may be told that it has passed:
// PostgreSQL has a clock of its own, in milliseconds.
const early = 2 * time.Millisecond

// excuse says whether circumstances allow for err, and what it means then.
func (p *probe) excuse(err *rpc.Error, took time.Duration) (f fate, wrong string) {
	quit := p.quit.Load() || p.visit != nil && p.visit.left.Load()
	short := quit || p.timeout > 0 || p.stormy // there may be no time for another attempt
	switch {
	case err.Code == rpc.CodeCancelled && quit,
		err.Code == rpc.CodeDeadlineExceeded && took+early >= p.limit(),
		err.Code == rpc.CodeConflict && err.Retryable && (p.kind.collides || p.kind.slotted && short),
		err.Code == rpc.CodeOverloaded && err.Retryable && p.sheds,
		err.Code == rpc.CodeUnavailable && err.Retryable && p.stormy:
		return undone, ""
	case err.Code == rpc.CodeOutcomeUnknown && !err.Retryable && p.kind.write && short:
		return either, ""
	}
	return either, "without an excuse: "
}

// clip shortens JSON for a message.
func clip(data []byte) string {
	if len(data) <= 200 {
		return string(data)
	}
	return fmt.Sprintf("%s… (%d bytes)", data[:200], len(data))
}

// String describes the call.
func (p *probe) String() string {
	return fmt.Sprintf("%s %s timeout %s", p.kind.label, p.appendParams(nil), p.timeout)
}

// lottery draws kinds by their weight.
type lottery []*kind

func newLottery(weight func(*kind) int) lottery {
	var l lottery
	for _, k := range kinds {
		for range weight(k) {
			l = append(l, k)
		}
	}
	return l
}

var (
	likely = newLottery(func(k *kind) int { return k.weight })

	// sleepy has many slow calls.
	sleepy = newLottery(func(k *kind) int {
		if k.method == "nap" || k.method == "nap_write" {
			return 300
		}
		return k.weight
	})

	// writing has more writes: they are what a storm may do twice.
	writing = newLottery(func(k *kind) int {
		if k.label == "write" {
			return 5 * k.weight
		}
		return min(k.weight, 2000)
	})

	// uneven has more slow calls, and more errors, and nothing that names clients.
	uneven = newLottery(func(k *kind) int {
		if k.personal {
			return 0
		}
		return min(k.weight, 100) + 10
	})
)

func (l lottery) draw(d *rand.Rand) *kind { return l[d.IntN(len(l))] }

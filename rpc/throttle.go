package rpc

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// DefaultFreeFailures is how many logins to an account may fail from one address
// before there is a delay.
const DefaultFreeFailures = 5

// How failed logins are delayed, in multiples of the free failures where that says
// more than a number would.
const (
	accountShare = 10               // free failures of an account over all addresses
	addressShare = 4                // free failures of an address over all accounts, a minute
	firstDelay   = time.Second      // after the last free failure; it doubles
	pairDelay    = time.Minute      // at most, of an account from one address
	accountDelay = 15 * time.Second // at most, of an account over all addresses
	forgetAfter  = 15 * time.Minute // without another failure
	trusted      = 16               // logins at a time that count as one where one has succeeded
)

// Throttle delays logins that are likely to be guesses: calls of methods that open
// a session, once others have failed, but not of API.Authorize without an account,
// whose tokens cannot be guessed. It counts by account and address, by account,
// and by address, in memory: other servers count for themselves. A call in flight
// counts as failed until it is not, so that guesses side by side gain nothing.
//
// Success clears the account's failures from that address, which the failures of
// other addresses, and of others at this one, do not delay any more: nobody can lock
// out somebody else.
// Accounts are kept as keyed hashes.
type Throttle struct {
	free int
	most int    // records
	key  []byte // of the hashes

	mu      sync.Mutex // guards what follows
	records records
}

// NewThrottle returns a throttle that has so many free failures; 0:
// DefaultFreeFailures.
func NewThrottle(free int) *Throttle {
	if free <= 0 {
		free = DefaultFreeFailures
	}
	t := &Throttle{free: free, most: maxRecords, key: make([]byte, sha256.Size), records: make(records)}
	_, _ = rand.Read(t.key) // never fails
	return t
}

// tooManyFailed is for a call that comes before its delay is over.
var tooManyFailed = NewError(CodeRateLimited, "too many attempts have failed: try again later")

// nearby is the address of clients whose own counts for nothing: of loopback
// addresses and unix sockets.
var nearby = netip.IPv6Loopback()

// attempt is a call that a throttle has let through and that is not done.
type attempt struct {
	pair, account, address *record // nil: it does not count there
	places                 [3]place
}

// begin returns the attempt that call is, or the error that says how long to wait.
func (t *Throttle) begin(call *Call) (*attempt, *Error) {
	address, counts := nearby, false
	if call.Peer != nil {
		if network, ok := Network(call.Peer.Addr); ok {
			address, counts = network, true
		}
	}
	account, named := t.accountOf(call)
	pair, all, from := place{account: account, address: address}, place{account: account}, place{address: address}
	if !named {
		from.method = call.Method.ID
	}
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	var wait time.Duration
	mine := t.records[pair]
	known := named && mine != nil && mine.good
	if named {
		wait = mine.delay(now, t.free)
	}
	if named && !known {
		wait = max(wait, t.records[all].delay(now, accountShare*t.free))
	}
	if counts && !known {
		wait = max(wait, t.records[from].debt(now, addressShare*t.free, named))
	}
	if wait > 0 {
		return nil, tooManyFailed.RetryAfter(wait)
	}
	a := &attempt{places: [3]place{pair, all, from}}
	if named {
		a.pair, a.account = t.records.enter(pair, now, t.most), t.records.enter(all, now, t.most)
	}
	if counts {
		a.address = t.records.enter(from, now, t.most)
	}
	return a, nil
}

// settle ends a, which has come to that.
func (t *Throttle) settle(a *attempt, v verdict) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	all := [...]*record{a.pair, a.account, a.address}
	for _, r := range all {
		if r != nil {
			r.pending--
		}
	}
	switch v {
	case failed:
		a.pair.fail(now, t.free, pairDelay)
		a.account.fail(now, accountShare*t.free, accountDelay)
		a.address.owe(now, addressShare*t.free)
	case succeeded:
		if a.pair != nil {
			*a.pair = record{pending: a.pair.pending, last: now, good: true}
		}
	}
	for i, r := range all {
		if r != nil && r.blank() {
			delete(t.records, a.places[i])
		}
	}
}

// accountOf returns whose account call is about, hashed, if the method says so.
func (t *Throttle) accountOf(call *Call) (sum [16]byte, ok bool) {
	if len(call.Method.Account) == 0 {
		return sum, false
	}
	params, err := members(call.Params)
	if err != nil {
		return sum, false
	}
	for _, name := range call.Method.Account {
		raw, given := params[name]
		if !given {
			continue
		}
		text := string(raw)
		var s string
		if json.Unmarshal(raw, &s) == nil {
			text = strings.ToLower(strings.TrimSpace(s))
		}
		h := hmac.New(sha256.New, t.key)
		_, _ = h.Write([]byte(text)) // never fails
		return [16]byte(h.Sum(nil)), true
	}
	return sum, false
}

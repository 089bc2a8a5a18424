package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// WithReconnect has the Conn connect again whenever the connection is lost, and
// send again what was not answered; see the package's documentation. Default: off.
func WithReconnect() Option {
	return optionFunc(func(o *options) { o.reconnect = true })
}

// WithBackoff sets the pauses between attempts to connect, or to make a call that
// the server could not take: about first after the first, twice as long after each
// that fails, last at most. Default: 100 milliseconds and 10 seconds, also for 0 and
// less. A server that asks for a longer pause, by Retry-After, is given that, but no
// more than a minute, or last, and up to half as much again.
func WithBackoff(first, last time.Duration) Option {
	return optionFunc(func(o *options) {
		setPositive(&o.firstPause, first)
		setPositive(&o.lastPause, max(last, o.firstPause))
	})
}

// pause returns how long to wait after so many failures, drawn at random, so that
// the clients of a server do not return all at once.
func (o *options) pause(failures int) time.Duration {
	d := o.lastPause
	if failures < 20 {
		d = min(o.firstPause<<failures, o.lastPause)
	}
	return d/2 + rand.N(d/2+1) // #nosec G404 -- no secret
}

// longestAsked bounds the pause that a server may ask for by Retry-After, unless
// WithBackoff has a longer one: what is in front of it may say anything.
const longestAsked = time.Minute

// pauseOf returns how long a refusal asks to wait, or 0, and up to half as much
// again: many clients are asked for the same.
func (o *options) pauseOf(e *RefusedError) time.Duration {
	d := min(e.RetryAfter, max(longestAsked, o.lastPause))
	return d + rand.N(d/2+1) // #nosec G404 -- no secret
}

// keeper keeps a link to the server: one after the other.
type keeper struct {
	url   *url.URL
	o     *options
	stop  context.CancelFunc
	done  chan struct{} // closed with err
	links sync.WaitGroup

	mu      sync.Mutex // guards what follows
	link    *link      // the latest; it may have ended
	changed chan struct{}
	lost    error // why there is no connection at the moment
	err     error // why there will be none any more
}

func keep(u *url.URL, o *options, l *link) *keeper {
	ctx, stop := context.WithCancel(context.Background())
	k := &keeper{url: u, o: o, stop: stop, done: make(chan struct{}), link: l, changed: make(chan struct{})}
	k.links.Go(func() { k.run(ctx, l) })
	return k
}

// run replaces links until ctx ends, or the server wants no more.
func (k *keeper) run(ctx context.Context, l *link) {
	for failures := 0; ; {
		ended := l.ended
		k.links.Go(func() { <-ended })
		select {
		case <-l.done:
		case <-ctx.Done():
			l.fail(&ClosedError{Code: closeNormal, Reason: "Close was called", local: true}, closeNormal)
			return
		}
		lost := l.closed()
		if l.heard.Load() {
			failures = 0
		}
		if lost.final(k.o.renews()) {
			k.end(lost)
			return
		}
		k.o.logger.Info("connection lost: connecting again", "error", lost)
		k.note(lost)
		var err error
		if l, err = k.redial(ctx, &failures); err != nil {
			k.end(err)
			return
		}
		k.replace(l)
	}
}

// redial connects, however often it takes. It fails when ctx ends, and when the
// server refuses for good.
func (k *keeper) redial(ctx context.Context, failures *int) (*link, error) {
	for refused, asked := 0, time.Duration(0); ; {
		if !sleep(ctx, max(k.o.pause(*failures), asked)) {
			return nil, ctx.Err()
		}
		*failures++
		attempt, cancel := context.WithTimeout(ctx, handshakeTimeout)
		l, err := openLink(attempt, k.url, k.o)
		cancel()
		if err == nil {
			l.start()
			return l, nil
		}
		var refusal *RefusedError
		if asked = 0; errors.As(err, &refusal) {
			asked = k.o.pauseOf(refusal)
			if refusal.final() {
				refused++
			}
			if refusal.final() && (refusal.Status != http.StatusUnauthorized || !k.o.renews() || refused > maxUnauthorized) {
				return nil, fmt.Errorf("connect again to %s: %w", publicURL(k.url), err)
			}
		}
		k.o.logger.Debug("not connected", "error", err)
		k.note(err)
	}
}

// maxUnauthorized is how many tokens of a source may be refused one after the other.
const maxUnauthorized = 3

// renews reports whether another attempt to connect may have another token.
func (o *options) renews() bool { return o.token != nil }

// final reports whether a refusal would be the same the next time.
func (e *RefusedError) final() bool {
	return e.Status < 500 && !slices.Contains([]int{http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusTooEarly}, e.Status)
}

// Close codes by which the server says what to do, see docs/protocol.md, "Closing".
const (
	closePolicy         = 1008
	closeSessionExpired = 4401
	closeFirstFinal     = 4500
)

// final reports whether the server wants the client to stay away.
func (e *ClosedError) final(renews bool) bool {
	return e.Code == closePolicy || e.Code >= closeFirstFinal || e.Code == closeSessionExpired && !renews
}

// ofMessage reports whether a message was why the connection ended: sent again, it
// would end the next one, too.
func (e *ClosedError) ofMessage() bool {
	return slices.Contains([]int{closeProtocol, closeUnsupported, closeInvalidUTF8, closeTooBig}, e.Code)
}

func (k *keeper) note(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lost = err
}

func (k *keeper) replace(l *link) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return // Close was called, and run ends
	}
	k.link, k.lost = l, nil
	close(k.changed)
	k.changed = make(chan struct{})
}

// end ends the keeper. Only the first call counts.
func (k *keeper) end(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return
	}
	k.err = err
	close(k.changed)
	close(k.done)
}

// current returns an open link and waits for one.
func (k *keeper) current(ctx context.Context) (*link, error) {
	for {
		k.mu.Lock()
		l, changed, err := k.link, k.changed, k.err
		k.mu.Unlock()
		if err != nil {
			return nil, err
		}
		if l.closed() == nil {
			return l, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, k.unconnected(ctx)
		}
	}
}

// unconnected is the error of a call whose time ended while there was no connection.
func (k *keeper) unconnected(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lost == nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: there is no connection: %w", ctx.Err(), k.lost)
}

func (k *keeper) close() {
	k.end(&ClosedError{Code: closeNormal, Reason: "Close was called", local: true})
	k.stop()
	k.links.Wait()
}

// failure returns why the keeper has ended, or nil.
func (k *keeper) failure() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// sleep waits and reports whether ctx goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

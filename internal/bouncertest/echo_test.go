package bouncertest_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

// talkers are clients that say things at the same time.
type talkers struct {
	clients, rounds int
	groups          int // that each sends at once
}

// talk lets them talk through socket, each to the end, while somebody else does
// what meanwhile says.
func (a talkers) talk(t *testing.T, b *bench, m mode, socket string, meanwhile func()) {
	t.Helper()
	var all sync.WaitGroup
	for i := range a.clients {
		all.Go(func() {
			var w *wire
			for round := range a.rounds {
				if t.Failed() {
					return
				}
				if w == nil {
					w, _ = dial(t, socket, b.user, nil)
				}
				if !echoes(w, m, fmt.Sprintf("%d.%d.", i, round), a.groups) {
					w = nil
				}
			}
		})
	}
	meanwhile()
	all.Wait()
}

// echoes sends n groups at once, each of which is to be answered with what it
// asks for. It reports whether all were: the connection may end, but what comes
// before that is right.
func echoes(w *wire, m mode, nonce string, n int) bool {
	w.t.Helper()
	var pipeline said
	var wants []string
	padding := strings.Repeat("x", 200)
	for i := range n {
		text := fmt.Sprint(nonce, i, padding)
		if m.tracks {
			name := fmt.Sprint("s", i%3)
			pipeline = join(pipeline, group(forget(name), parse(name, "select $1::text /* "+name+" */"), run(name, text)))
			wants = append(wants, "CloseComplete; "+callParsed+text+oneRow)
		} else {
			pipeline = join(pipeline, group(once("select $1::text", text)))
			wants = append(wants, callParsed+text+oneRow)
		}
	}
	want := strings.Join(wants, "; ")
	got, end, lost := strings.Cut(w.say(pipeline...), "FATAL")
	if lost && strings.HasPrefix(want, got) && replaced.MatchString(end) {
		return false
	}
	if lost || got != want {
		w.t.Errorf("%s hears\n%.500s…, then %.200s, wants\n%.500s…", nonce, got, end, want)
	}
	return !lost
}

// replaced is what a client hears who waits for a server connection that is
// replaced while it logs in.
var replaced = regexp.MustCompile(`^ 08P01 server login has been failing, .*; closed$`)

// Clients share two server connections, which are replaced again and again.
func TestAnswersReachWhoAsked(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m, bouncertest.PoolSize(2))
		all := talkers{clients: 6, rounds: 20, groups: 60} // 12 KB and more: cut by the pooler's buffer
		if m.version == bouncertest.Old {
			all.groups = 1
		}
		all.talk(t, b, m, b.Socket(), func() {
			for range all.rounds {
				b.Console(t, "reconnect")
			}
		})
	})
}

// The limit of statements is exceeded all the time.
func TestAnswersReachWhoAskedWithTooFewStatements(t *testing.T) {
	t.Parallel()
	m := mode{version: bouncertest.New, tracks: true}
	b := newBench(t, pgtest.New(t), m, bouncertest.PoolSize(2), bouncertest.PreparedStatements(2))
	talkers{clients: 4, rounds: 10, groups: 30}.talk(t, b, m, b.Socket(), func() {})
}

// What is sent arrives in pieces. The old pooler is spared pipelines: it would
// mix up even the halves of messages.
func TestAnswersReachWhoAskedInPieces(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m, bouncertest.PoolSize(2))
		all := talkers{clients: 6, rounds: 5, groups: 60}
		if m.version == bouncertest.Old {
			all = talkers{clients: 6, rounds: 100, groups: 1}
		}
		config, err := pgx.ParseConfig(b.TornURL(t))
		if err != nil {
			t.Fatal(err)
		}
		all.talk(t, b, m, filepath.Join(config.Host, fmt.Sprint(".s.PGSQL.", config.Port)), func() {})
	})
}

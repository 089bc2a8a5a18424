package replay_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/pgtest"
)

// defaults are rapid's flags unless the command line has them.
var defaults = map[string]string{"rapid.checks": "30", "rapid.shrinktime": "20s", "rapid.nofailfile": "true"}

func TestMain(m *testing.M) {
	for name, value := range defaults {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(pgtest.Stopping(m))
}

func newPlace(t *testing.T) place {
	t.Helper()
	url := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return place{url, conn}
}

// tally counts, for information, what the levels said and what frames exposed.
type tally struct{ pairs, frames, wire, exposed, symptoms int }

// TestReplay: a change that replayed frames expose is a wire break.
func TestReplay(t *testing.T) {
	t.Parallel()
	old, new := newPlace(t), newPlace(t)
	var sum tally
	rapid.Check(t, func(rt *rapid.T) {
		d := dice{rt}
		a := d.schema()
		b := a.clone()
		var said []string
		for range 1 + d.n(2) {
			said = append(said, d.change(b))
		}
		p := &pair{a: a, said: said, old: old.side(rt, a.sql(), a.manifest()), new: new.side(rt, b.sql(), b.manifest())}
		p.changes = contract.Compare(p.old.contract, p.new.contract)
		p.replay(rt, a.frames(d), &sum)
	})
	t.Logf("%d pairs, %d frames; %d had a wire break, %d of them were exposed by %d symptoms", sum.pairs, sum.frames, sum.wire, sum.exposed, sum.symptoms)
	if sum.frames == 0 {
		t.Error("no frame was answered: nothing was tried")
	}
}

// pair is two sides and what is between them.
type pair struct {
	a        *schema
	old, new *side
	said     []string
	changes  []contract.Change
	quick    bool // do not send what cannot fail the test
}

// replay sends frames to both sides and holds the levels against what is seen.
func (p *pair) replay(t tester, frames []frame, sum *tally) {
	t.Helper()
	j := newJudge(p.old.contract, p.new.contract)
	j.holds = p.a.holds
	exposed := false
	levels := map[uint32]contract.Level{}
	for i := range p.old.contract.Methods {
		m := &p.old.contract.Methods[i]
		levels[m.ID] = contract.Worst(p.about(m))
	}
	for _, f := range frames {
		i := slices.IndexFunc(p.old.contract.Methods, func(m contract.Method) bool { return m.ID == f.method })
		m := &p.old.contract.Methods[i]
		was := p.old.send(t.Context(), f)
		p.documented(t, p.old, f, was)
		if was.err != nil && !declares(p.old.contract, was.err) {
			continue
		}
		sum.frames++
		if found := j.answer(m, was, was); len(found) > 0 {
			p.fail(t, m, f, was, was, found[0], "the old side breaks its own contract, or the judge is wrong")
		}
		if p.quick && levels[m.ID] == contract.Wire {
			continue // nothing can be missed
		}
		is := p.new.send(t.Context(), f)
		p.documented(t, p.new, f, is)
		for _, s := range j.answer(m, was, is) {
			exposed = true
			sum.symptoms++
			if level := levels[m.ID]; level < needed(s.kind) {
				p.fail(t, m, f, was, is, s, fmt.Sprintf("the changes of %s are %s, not %s", m.Name, level, needed(s.kind)))
			}
		}
	}
	sum.pairs++
	if contract.Worst(p.changes) == contract.Wire {
		sum.wire++
		if exposed {
			sum.exposed++
		}
	}
}

// documented holds an answer of side against the schemas in its docs.
func (p *pair) documented(t tester, s *side, f frame, a answer) {
	t.Helper()
	if err := s.documented(f, a); err != nil {
		m := contract.Method{ID: f.method}
		t.Fatalf("the schemas in the docs do not have what is answered: %v\nframe: %+v\nanswer: %s\n%s\n%s", err, f, a, s.excerpt(&m), s.manifest)
	}
}

// needed is the level that a symptom asks for.
func needed(k kind) contract.Level {
	if t, ok := tolerated[k]; ok {
		return t.level
	}
	return contract.Wire
}

// about are the changes that concern m.
func (p *pair) about(m *contract.Method) []contract.Change {
	opens := map[uint32]bool{m.ID: true}
	for _, other := range p.old.contract.Methods {
		opens[other.ID] = opens[other.ID] || other.Session == "open" // frames may call it before m
	}
	var own []contract.Change
	for _, c := range p.changes {
		if opens[c.ID] || slices.Contains(c.Methods, m.Name) || strings.HasPrefix(c.Path, "errors.") {
			own = append(own, c)
		}
	}
	return own
}

func (p *pair) fail(t tester, m *contract.Method, f frame, was, is answer, s symptom, what string) {
	t.Helper()
	t.Fatalf("%s\n\nsymptom: %s\nframe: %+v\nold answer: %s\nnew answer: %s\nchanges made: %q\nchanges found:\n%s\n-- old\n%s\n%s\n-- new\n%s\n%s",
		what, s, f, was, is, p.said, contract.Text(p.about(m), contract.TextOptions{}), p.old.excerpt(m), p.old.manifest, p.new.excerpt(m), p.new.manifest)
}

// holds reports whether a domain of s lets a scalar pass.
func (s *schema) holds(name, text string) bool {
	d := s.domain(name)
	return d == nil || d.holds(text)
}

// excerptOver is how much SQL is printed as a whole.
const excerptOver = 20_000

// excerpt is the SQL that a failure of m prints: all of it, or what has the
// number of m in it.
func (s *side) excerpt(m *contract.Method) string {
	if len(s.sql) <= excerptOver {
		return s.sql
	}
	var own []string
	for statement := range strings.SplitSeq(s.sql, ";\n") {
		if strings.Contains(statement, strconv.Itoa(int(m.ID))) {
			own = append(own, statement)
		}
	}
	return strings.Join(own, ";\n")
}

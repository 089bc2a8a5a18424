package pgval_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

func faultsOf(t *testing.T, err error) []pgjson.Fault {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *pgval.Error
	if !errors.As(err, &e) || len(e.Faults) == 0 {
		t.Fatalf("got %v, want an Error with faults", err)
	}
	return e.Faults
}

func summary(faults []pgjson.Fault) string {
	var s []string
	for _, f := range faults {
		s = append(s, f.Path+" "+f.Reason)
	}
	return strings.Join(s, ",")
}

// listParams has an optional and a nullable parameter.
type listParams struct {
	Chat   int64
	Before pgval.Opt[int64]
	Note   *string
	Marks  []pgval.Opt[int64]
}

func (p *listParams) CodeJSON(c *pgval.Coder) {
	c.Field("before")
	pgval.Optional(c, &p.Before, (*pgval.Coder).Int8)
	c.Field("chat")
	c.Int8(&p.Chat)
	c.Field("note")
	pgval.Nullable(c, &p.Note, (*pgval.Coder).Text)
	c.Field("marks")
	pgval.Slice(c, &p.Marks, func(c *pgval.Coder, v *pgval.Opt[int64]) {
		pgval.Optional(c, v, (*pgval.Coder).Int8)
	})
}

func TestOptional(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   pgval.Opt[int64]
		want string
	}{
		{"absent", pgval.Opt[int64]{}, `{"chat":"1","note":null,"marks":[]}`},
		{"null", pgval.Null[int64](), `{"before":null,"chat":"1","note":null,"marks":[]}`},
		{"value", pgval.Some[int64](0), `{"before":"0","chat":"1","note":null,"marks":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := pgval.Marshal(&listParams{Chat: 1, Before: tt.in})
			if err != nil || string(got) != tt.want {
				t.Fatalf("got %s (%v), want %s", got, err, tt.want)
			}
			back := listParams{Before: pgval.Some[int64](9)}
			if err := pgval.Unmarshal(got, &back); err != nil || back.Before != tt.in {
				t.Errorf("came back as %+v (%v)", back.Before, err)
			}
		})
	}
}

func TestMarshalFaults(t *testing.T) {
	t.Parallel()
	tooLate := time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC)
	bad := &everything{
		Number: 1<<53 + 1, Text: "a\x00", Date: pgval.NewDate(6000000, 1, 1), Time: pgval.TimeOfDayAfter(-time.Second),
		Local: pgval.LocalDateTimeOf(tooLate), At: pgval.TimestampOf(tooLate), Doc: json.RawMessage("{"), Mood: "angry",
	}
	_, err := pgval.Marshal(bad)
	want := "number out_of_range,text invalid,date out_of_range,time out_of_range,local out_of_range,at out_of_range,doc invalid,mood invalid"
	if got := summary(faultsOf(t, err)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = pgval.Marshal(&listParams{Marks: make([]pgval.Opt[int64], 2)})
	if got := summary(faultsOf(t, err)); got != "marks[0] missing,marks[1] missing" {
		t.Errorf("absent elements: %s", got)
	}
	if _, err := pgval.Marshal(nil); err == nil {
		t.Error("nil was written")
	}
	s := "\xff"
	if dst, err := pgval.AppendValue([]byte("x"), &s, (*pgval.Coder).Text); err == nil || string(dst) != "x" {
		t.Errorf("got %s (%v), want x and an error", dst, err)
	}
	var absent pgval.Opt[int64]
	if _, err := pgval.AppendValue(nil, &absent, func(c *pgval.Coder, v *pgval.Opt[int64]) {
		pgval.Optional(c, v, (*pgval.Coder).Int8)
	}); err == nil {
		t.Error("an absent value was written")
	}
}

func TestUnmarshalFaults(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"missing", `{"note":"n","marks":[]}`, "chat missing"},
		{"missing nullable", `{"chat":1,"marks":[]}`, "note missing"},
		{"null", `{"chat":null,"note":null,"marks":null}`, "chat null,marks null"},
		{"nested", `{"chat":1,"note":5,"marks":["1",true,null]}`, "note wrong_type,marks[1] wrong_type"},
		{"duplicate", `{"chat":"1","note":null,"marks":[],"chat":2}`, "chat duplicate"},
		{"duplicate before", `{"marks":[],"chat":"1","note":null,"marks":[]}`, "marks duplicate"},
		{"no object", `[]`, " wrong_type"},
		{"no array", `{"chat":"x","note":null,"marks":{}}`, "chat invalid,marks wrong_type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := pgval.Unmarshal([]byte(tt.in), new(listParams))
			if got := summary(faultsOf(t, err)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	for _, in := range []string{"", "{", "{}}", `{"chat":01}`, "\xff"} {
		if err := pgval.Unmarshal([]byte(in), new(listParams)); !errors.Is(err, pgval.ErrSyntax) {
			t.Errorf("%q: got %v, want ErrSyntax", in, err)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	err := pgval.Unmarshal([]byte(`{"x":1.5,"y":true}`), new(point))
	want := "x: want an integer; y: want a decimal, as a string or a number"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestUnmarshalOrder: members may come in any order, with others between.
func TestUnmarshalOrder(t *testing.T) {
	t.Parallel()
	var p listParams
	err := pgval.Unmarshal([]byte(` {"other":{"chat":"9"},"marks":["1"],"n\u006fte":"n","chat":2,"before":"3"} `), &p)
	if err != nil || p.Chat != 2 || p.Note == nil || *p.Note != "n" || len(p.Marks) != 1 || p.Before != pgval.Some[int64](3) {
		t.Errorf("got %+v (%v)", p, err)
	}
}

func TestUnknownLabelIsRead(t *testing.T) {
	t.Parallel()
	var m mood
	if err := pgval.ParseValue([]byte(`"angry"`), &m, codeMood); err != nil || m != "angry" {
		t.Errorf("got %q (%v)", m, err)
	}
}

func TestNullInNestedObject(t *testing.T) {
	t.Parallel()
	var points []point
	code := func(c *pgval.Coder, v *[]point) { pgval.Slice(c, v, pgval.Struct[point]) }
	if err := pgval.ParseValue([]byte(`[{"x":1},{"x":2,"y":null}]`), &points, code); err != nil || len(points) != 2 {
		t.Errorf("got %+v (%v)", points, err)
	}
	err := pgval.ParseValue([]byte(`[{"x":1},{"y":"1"}]`), &points, code)
	if got := summary(faultsOf(t, err)); got != "[1].x missing" {
		t.Errorf("got %s", got)
	}
}

func TestJSONNull(t *testing.T) {
	t.Parallel()
	var doc json.RawMessage
	if err := pgval.ParseValue([]byte("null"), &doc, (*pgval.Coder).JSON); err != nil || string(doc) != "null" {
		t.Errorf("got %s (%v), want the JSON null", doc, err)
	}
	if _, err := pgval.AppendValue(nil, new(json.RawMessage), (*pgval.Coder).JSON); err == nil {
		t.Error("an empty document was written")
	}
}

package pgval_test

import (
	"encoding/json"

	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

type mood string

var moods = []string{"happy", "so-so"}

func codeMood(c *pgval.Coder, v *mood) { pgval.Label(c, v, moods) }

// point is a composite.
type point struct {
	X int32
	Y *pgval.Decimal
}

func (p *point) CodeJSON(c *pgval.Coder) {
	c.Field("x")
	c.Int4(&p.X)
	c.Field("y")
	pgval.Nullable(c, &p.Y, (*pgval.Coder).Numeric)
}

// everything has a field of each kind.
type everything struct {
	Bool    bool
	Int2    int16
	Int4    int32
	Int8    int64
	Number  int64
	Float4  float32
	Float8  float64
	Numeric pgval.Decimal
	Text    string
	Bytea   []byte
	UUID    pgval.UUID
	Date    pgval.Date
	Time    pgval.TimeOfDay
	Local   pgval.LocalDateTime
	At      pgval.Timestamp
	Doc     json.RawMessage
	Mood    mood
	Point   point
	Null    *string
	Texts   []*string
	Grid    [][]int32
	Points  []point
}

func (e *everything) CodeJSON(c *pgval.Coder) {
	c.Field("bool")
	c.Bool(&e.Bool)
	c.Field("int2")
	c.Int2(&e.Int2)
	c.Field("int4")
	c.Int4(&e.Int4)
	c.Field("int8")
	c.Int8(&e.Int8)
	c.Field("number")
	c.Int8Number(&e.Number)
	c.Field("float4")
	c.Float4(&e.Float4)
	c.Field("float8")
	c.Float8(&e.Float8)
	c.Field("numeric")
	c.Numeric(&e.Numeric)
	c.Field("text")
	c.Text(&e.Text)
	c.Field("bytea")
	c.Bytea(&e.Bytea)
	c.Field("uuid")
	c.UUID(&e.UUID)
	c.Field("date")
	c.Date(&e.Date)
	c.Field("time")
	c.Time(&e.Time)
	c.Field("local")
	c.Timestamp(&e.Local)
	c.Field("at")
	c.TimestampTZ(&e.At)
	c.Field("doc")
	c.JSON(&e.Doc)
	c.Field("mood")
	codeMood(c, &e.Mood)
	e.codeNested(c)
}

func (e *everything) codeNested(c *pgval.Coder) {
	c.Field("point")
	pgval.Struct(c, &e.Point)
	c.Field("null")
	pgval.Nullable(c, &e.Null, (*pgval.Coder).Text)
	c.Field("texts")
	pgval.Slice(c, &e.Texts, func(c *pgval.Coder, v **string) {
		pgval.Nullable(c, v, (*pgval.Coder).Text)
	})
	c.Field("grid")
	pgval.Slice(c, &e.Grid, func(c *pgval.Coder, v *[]int32) {
		pgval.Slice(c, v, (*pgval.Coder).Int4)
	})
	c.Field("points")
	pgval.Slice(c, &e.Points, pgval.Struct[point])
}

// The same as PostgreSQL types.
var (
	pointType = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.point", OID: 16400, Fields: []pgjson.Field{
		{Name: "x", Type: &pgjson.Int4, NotNull: true}, {Name: "y", Type: &pgjson.Numeric},
	}}
	moodType       = &pgjson.Type{Kind: pgjson.KindEnum, Name: "app.mood", OID: 16401, Labels: moods}
	everythingType = &pgjson.Type{Kind: pgjson.KindComposite, Name: "app.everything", Fields: []pgjson.Field{
		{Name: "bool", Type: &pgjson.Bool},
		{Name: "int2", Type: &pgjson.Int2},
		{Name: "int4", Type: &pgjson.Int4},
		{Name: "int8", Type: &pgjson.Int8},
		{Name: "number", Type: &pgjson.Int8Number},
		{Name: "float4", Type: &pgjson.Float4},
		{Name: "float8", Type: &pgjson.Float8},
		{Name: "numeric", Type: &pgjson.Numeric},
		{Name: "text", Type: &pgjson.Text},
		{Name: "bytea", Type: &pgjson.Bytea},
		{Name: "uuid", Type: &pgjson.UUID},
		{Name: "date", Type: &pgjson.Date},
		{Name: "time", Type: &pgjson.Time},
		{Name: "local", Type: &pgjson.Timestamp},
		{Name: "at", Type: &pgjson.TimestampTZ},
		{Name: "doc", Type: &pgjson.JSONB},
		{Name: "mood", Type: moodType},
		{Name: "point", Type: pointType},
		{Name: "null", Type: &pgjson.Text},
		{Name: "texts", Type: arrayOf(&pgjson.Text)},
		{Name: "grid", Type: arrayOf(&pgjson.Int4)},
		{Name: "points", Type: arrayOf(pointType)},
	}}
)

func arrayOf(t *pgjson.Type) *pgjson.Type {
	return &pgjson.Type{Kind: pgjson.KindArray, Name: t.Name + "[]", OID: t.OID + 10000, Elem: t}
}

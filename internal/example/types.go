package example

import (
	"reflect"
	"slices"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/rpc/pgjson"
)

// kinds are the runtime's by the model's; their names are the same.
var kinds = map[ir.Kind]pgjson.Kind{
	ir.Literal: pgjson.KindLiteral, ir.TextJSON: pgjson.KindTextJSON, ir.Bool: pgjson.KindBool,
	ir.Int2: pgjson.KindInt2, ir.Int4: pgjson.KindInt4, ir.Int8: pgjson.KindInt8, ir.Int8Number: pgjson.KindInt8Number,
	ir.Float4: pgjson.KindFloat4, ir.Float8: pgjson.KindFloat8, ir.Numeric: pgjson.KindNumeric, ir.Text: pgjson.KindText,
	ir.Bytea: pgjson.KindBytea, ir.UUID: pgjson.KindUUID, ir.Date: pgjson.KindDate, ir.Time: pgjson.KindTime,
	ir.Timestamp: pgjson.KindTimestamp, ir.TimestampTZ: pgjson.KindTimestampTZ, ir.JSON: pgjson.KindJSON, ir.JSONB: pgjson.KindJSONB,
	ir.Enum: pgjson.KindEnum, ir.Domain: pgjson.KindDomain, ir.Composite: pgjson.KindComposite, ir.ArrayOf: pgjson.KindArray,
	ir.OID: pgjson.KindOID, ir.TimeTZ: pgjson.KindTimeTZ, ir.Interval: pgjson.KindInterval, ir.Inet: pgjson.KindInet,
	ir.CIDR: pgjson.KindCIDR, ir.MACAddr: pgjson.KindMACAddr, ir.MACAddr8: pgjson.KindMACAddr8, ir.Bit: pgjson.KindBit,
	ir.Hstore: pgjson.KindHstore, ir.Vector: pgjson.KindVector, ir.Range: pgjson.KindRange, ir.Multirange: pgjson.KindMultirange,
}

var checkKinds = map[ir.CheckKind]pgjson.CheckKind{
	ir.CheckLength: pgjson.CheckLength, ir.CheckOctets: pgjson.CheckOctets, ir.CheckPattern: pgjson.CheckPattern,
	ir.CheckRange: pgjson.CheckRange, ir.CheckList: pgjson.CheckList,
}

// types makes the runtime's descriptors, one for each type of the model.
type types map[*ir.Type]*pgjson.Type

func (ts types) of(t *ir.Type) *pgjson.Type {
	if t == nil {
		return nil
	}
	if known := ts[t]; known != nil {
		return known
	}
	made := &pgjson.Type{Kind: kinds[t.Kind], Name: t.Name, OID: t.OID}
	ts[t] = made
	made.Elem = ts.of(t.Elem)
	made.NotNull, made.Delim, made.Dims, made.ElemNotNull = t.NotNull, t.Delim, t.Dims, t.ElemNotNull
	for _, l := range t.Labels {
		made.Labels = append(made.Labels, l.Value)
	}
	for _, f := range t.Fields {
		made.Fields = append(made.Fields, pgjson.Field{Name: f.Name, Type: ts.of(f.Type), NotNull: f.NotNull})
	}
	for i := range t.Rules {
		inherited := func(below ir.Check) bool { return reflect.DeepEqual(below, t.Rules[i]) }
		if t.Elem != nil && slices.ContainsFunc(t.Elem.Rules, inherited) {
			continue // the encoder applies those of the domain that t is made from, too
		}
		r := &t.Rules[i]
		made.Checks = append(made.Checks, pgjson.Check{
			Kind: checkKinds[r.Kind], Min: r.Min, Max: r.Max, MinOpen: r.MinOpen, MaxOpen: r.MaxOpen, Pattern: r.Pattern, List: r.List, Not: r.Not,
		})
	}
	return made
}

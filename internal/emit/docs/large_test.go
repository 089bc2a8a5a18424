package docs_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

var (
	verbs = []string{"List", "Create", "Update", "Delete", "Find", "Archive", "Assign", "Count", "Import", "Approve"}
	nouns = []string{
		"Invoice", "Order", "Customer", "Shipment", "Payment", "Refund", "Product", "Warehouse", "Contract", "Ticket",
		"Employee", "Vehicle", "Route", "Supplier", "Campaign", "Discount", "Review", "Subscription", "Report", "Device",
	}
)

// large is an API of n methods that differ as those of a company's would.
func large(n int) *ir.Model {
	m := &ir.Model{Schema: "api", Types: []*ir.Type{mood, pageSize, username}}
	m.Session = []ir.SessionKey{{Name: "user_id", GoName: "UserID", Type: bigint}}
	tables := make([]*ir.Table, len(nouns))
	for i, noun := range nouns {
		tables[i] = &ir.Table{Schema: "app", Name: strings.ToLower(noun), Comment: "What is known of each " + noun + "."}
		m.Errors = append(m.Errors, ir.Error{
			Code: int32(11000 + i), Name: strings.ToLower(noun) + "_not_found", SQLState: fmt.Sprintf("SP%03d", i), //nolint:gosec // small
			Message: "There is no such " + strings.ToLower(noun) + ".", Field: strings.ToLower(noun) + "_id",
		})
	}
	m.Tables = tables
	types := []*ir.Type{text, bigint, integer, timestamp, mood, username, boolean, texts}
	for i := range n {
		noun, verb := i/len(verbs)%len(nouns), i%len(verbs)
		if verb == 0 && noun == 0 {
			first := uint32(10000 + 1000*len(m.Services)) //nolint:gosec // small
			m.Services = append(m.Services, ir.Service{Name: fmt.Sprintf("area%d", len(m.Services)+1), First: first, Last: first + 999})
		}
		s := &m.Services[len(m.Services)-1]
		one := &ir.Method{
			ID: s.First + uint32(len(s.Methods)), Name: fmt.Sprintf("%s%s%d", verbs[verb], nouns[noun], len(m.Services)), //nolint:gosec // small
			Service: s.Name, Volatility: 'v', Shape: ir.Object, Reads: tables[noun : noun+1], Writes: tables[(noun+7)%len(nouns):][:1],
			Errors: []*ir.Error{&m.Errors[noun]},
		}
		if verb == 0 || verb == 4 || verb == 7 {
			one.Volatility, one.ReadOnly, one.Shape = 's', true, ir.Array
		}
		key := strings.ToLower(nouns[noun]) + "_id"
		one.Identity = fmt.Sprintf("api.fun_%s_%s_%d(bigint)", verbs[verb], nouns[noun], i)
		one.Doc.Summary = fmt.Sprintf("%ss the %s that number %d says.", verbs[verb], strings.ToLower(nouns[noun]), i*7919%1000)
		one.Doc.Text = one.Doc.Summary + fmt.Sprintf("\n\nIt is `%s` of case %d, and fails where `%s` names none. See [another](#%d).", key, i*31%977, key, one.ID)
		one.Params = append(one.Params, &ir.Param{Name: key, GoName: "Key", Type: bigint, NotNull: true, Doc: "Whose it is."})
		for j := range 2 + i%4 {
			t := types[(i+j*3)%len(types)]
			one.Params = append(one.Params, &ir.Param{
				Name: fmt.Sprintf("%s_%d", strings.ToLower(nouns[(noun+j)%len(nouns)]), i%13+j), GoName: fmt.Sprint("P", j), Type: t,
				Optional: j%2 == 1, Doc: fmt.Sprintf("Part %d of case %d.", j, i%97),
			})
			one.Columns = append(one.Columns, &ir.Column{Name: fmt.Sprintf("out_%s_%d", strings.ToLower(nouns[(noun+j)%len(nouns)]), i%17+j), Type: t, NotNull: j%3 > 0})
		}
		one.Raises = []ir.Raise{
			{Error: &m.Errors[noun], SQLState: m.Errors[noun].SQLState, Why: []string{fmt.Sprintf("raise in %s, line %d", one.Identity, i%40)}},
			{Protocol: "constraint_violation", SQLState: "23503", Cause: tables[noun].Name + "_fkey", Why: []string{"insert into app." + tables[noun].Name}},
		}
		s.Methods = append(s.Methods, one)
		m.Methods = append(m.Methods, one)
	}
	return m
}

var (
	packed      = regexp.MustCompile(`<script type="text/plain" class="pack">([A-Za-z0-9+/=]*)</script>\n`)
	packedPlace = regexp.MustCompile(`<div class="body packed" data-pack="(\d+)" data-place="(\d+)"><p>[^<]*</p></div>`)
)

// pageOf makes the page alone.
func pageOf(t *testing.T, m *ir.Model) []byte {
	t.Helper()
	page, err := docs.Page(m)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// unpack puts the methods of a large page where its script would.
func unpack(t *testing.T, page []byte) []byte {
	t.Helper()
	var packs [][]string
	for _, m := range packed.FindAllSubmatch(page, -1) {
		raw, err := base64.StdEncoding.DecodeString(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		html, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, strings.Split(string(html), "\x00"))
	}
	page = packed.ReplaceAll(page, nil)
	return packedPlace.ReplaceAllFunc(page, func(place []byte) []byte {
		m := packedPlace.FindSubmatch(place)
		pack, _ := strconv.Atoi(string(m[1]))
		at, _ := strconv.Atoi(string(m[2]))
		return []byte(`<div class="body">` + packs[pack][at] + `</div>`)
	})
}

func TestLargePage(t *testing.T) {
	t.Parallel()
	const methods = 1000
	page := pageOf(t, large(methods))
	if out := os.Getenv("SPGEN_LARGE_PAGE"); out != "" { // to look at
		if err := os.WriteFile(out, page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if size := len(page); size > 3<<20 {
		t.Errorf("the page of %d methods has %d bytes, more than 3 MiB", methods, size)
	}
	if n := len(packedPlace.FindAll(page, -1)); n != methods {
		t.Fatalf("%d methods are packed, want %d", n, methods)
	}
	if !bytes.Contains(page, []byte("<noscript>")) || bytes.Contains(page, []byte("Whose it is.")) {
		t.Error("the page does not say where its methods are without script, or holds them unpacked")
	}
	whole := unpack(t, page)
	if bytes.Contains(whole, []byte(`class="pack"`)) || bytes.Count(whole, []byte("Whose it is.")) != methods {
		t.Error("unpacked, the page does not hold each method once")
	}
}

// TestPackedPageIsTheSame holds that a method is the same in both kinds of page.
func TestPackedPageIsTheSame(t *testing.T) {
	t.Parallel()
	body := func(page []byte) string {
		return between(t, string(page), `id="ListInvoice1"`, `</article>`)
	}
	small := pageOf(t, large(10))
	if packedPlace.Match(small) {
		t.Fatal("a page of 10 methods is packed")
	}
	whole := unpack(t, pageOf(t, large(40)))
	checkPage(t, whole)
	if got, want := body(whole), body(small); got != want {
		t.Errorf("packed, the method is %s, want %s", got, want)
	}
}

// TestSearchIndex holds that the index has each method with what it is found by.
func TestSearchIndex(t *testing.T) {
	t.Parallel()
	page := string(pageOf(t, large(40)))
	var index struct {
		Params, Tables, Errors []string
		Methods                [][]json.RawMessage
		Others                 [][3]string
	}
	if err := json.Unmarshal([]byte(between(t, page, `id="search-index">`, "</script>")), &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Methods) != 40 {
		t.Fatalf("the index has %d methods", len(index.Methods))
	}
	var params, tables, errors []int
	for i, into := range []*[]int{&params, &tables, &errors} {
		if err := json.Unmarshal(index.Methods[0][4+i], into); err != nil {
			t.Fatal(err)
		}
	}
	if got := index.Params[params[0]]; got != "invoice_id" || len(params) != 3 {
		t.Errorf("the first of %d parameters is %q", len(params), got)
	}
	if got := []string{index.Tables[tables[0]], index.Tables[tables[1]]}; got[0] != "app.warehouse" || got[1] != "app.invoice" {
		t.Errorf("the tables are %q", got)
	}
	if got := []string{index.Errors[errors[0]], index.Errors[errors[1]]}; got[0] != "invoice_not_found" || got[1] != "constraint_violation" {
		t.Errorf("the errors are %q", got)
	}
}

package docs_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

func column(name, typ string, flags ...bool) ir.TableColumn {
	c := ir.TableColumn{Name: name, Type: typ}
	c.NotNull = len(flags) > 0 && flags[0]
	c.Key = len(flags) > 1 && flags[1]
	return c
}

// messengerTables is the messenger with the tables behind it.
func messengerTables() *ir.Model {
	m := messenger()
	users := &ir.Table{Schema: "app", Name: "users", Comment: "Who has an account.", Columns: []ir.TableColumn{
		column("user_id", "bigint", true, true), column("username", "app.username", true), column("email", "text"), column("password_hash", "text", true),
	}}
	chats := &ir.Table{Schema: "app", Name: "chats", Columns: []ir.TableColumn{column("chat_id", "bigint", true, true), column("created_by", "bigint", true)}}
	chats.References = []ir.Reference{{Columns: []string{"created_by"}, Table: users, Of: []string{"user_id"}}}
	members := &ir.Table{Schema: "app", Name: "members", Columns: []ir.TableColumn{column("chat_id", "bigint", true, true), column("user_id", "bigint", true, true)}}
	members.References = []ir.Reference{{Columns: []string{"chat_id"}, Table: chats}, {Columns: []string{"user_id"}, Table: users}}
	messages := &ir.Table{Schema: "app", Name: "messages", Columns: []ir.TableColumn{
		column("message_id", "bigint", true, true), column("chat_id", "bigint", true), column("sender_id", "bigint", true),
		column("reply_to", "bigint"), column("body", "text", true), column("sent_at", "timestamp with time zone", true),
	}}
	messages.References = []ir.Reference{
		{Columns: []string{"chat_id"}, Table: chats}, {Columns: []string{"reply_to"}, Table: messages}, {Columns: []string{"sender_id"}, Table: users},
	}
	m.Tables = []*ir.Table{chats, members, messages, users}
	for _, method := range m.Services[1].Methods {
		method.Reads = []*ir.Table{members, chats}
	}
	m.Services[1].Methods[1].Writes = []*ir.Table{messages}
	m.Services[0].Methods[0].Writes = []*ir.Table{users}
	return m
}

// manyTables is an API with n tables that refer to each other at random.
func manyTables(n int, seed uint64) *ir.Model {
	random := rand.New(rand.NewPCG(seed, 1))
	m := &ir.Model{Schema: "api"}
	for i := range n {
		t := &ir.Table{Schema: "app", Name: fmt.Sprintf("table_%d", i), Columns: []ir.TableColumn{column("id", "bigint", true, true)}}
		for j := range random.IntN(8) {
			t.Columns = append(t.Columns, column(fmt.Sprintf("column_%d", j), "text"))
		}
		m.Tables = append(m.Tables, t)
	}
	for i, t := range m.Tables {
		for range random.IntN(4) {
			to := min(random.IntN(n), random.IntN(i+1)+random.IntN(2)) // mostly to earlier ones, seldom in a circle
			name := fmt.Sprintf("ref_%d", len(t.References))
			t.Columns = append(t.Columns, column(name, "bigint"))
			t.References = append(t.References, ir.Reference{Columns: []string{name}, Table: m.Tables[min(to, n-1)]})
		}
	}
	s := ir.Service{Name: "many", First: 1000, Last: 1999}
	for i := range n {
		method := &ir.Method{ID: uint32(1000 + i), Name: fmt.Sprintf("DoSomething%d", i), Service: "many"}
		method.Reads = []*ir.Table{m.Tables[random.IntN(n)], m.Tables[i]}
		method.Writes = []*ir.Table{m.Tables[random.IntN(n)]}
		s.Methods = append(s.Methods, method)
	}
	m.Services, m.Methods = []ir.Service{s}, s.Methods
	return m
}

func TestTables(t *testing.T) {
	t.Parallel()
	all := pictures(t, messengerTables())
	if len(all) != 3 {
		t.Fatalf("there are %d pictures, want one of each service with tables and one of sessions", len(all))
	}
	got := all[2]
	if !strings.Contains(got, "The tables of chat") {
		got = all[1]
	}
	for _, want := range []string{
		"<title>The tables of chat</title>", "app.chats, app.members, app.messages and app.users", `role="group"`,
		">app.messages</text>", ">PK FK</tspan>", ">text</tspan>", ">bigint?</tspan>", `<rect class="writes"`, `<rect class="reads"`,
		`<a href="#SendMessage">`, "Who has an account.", "and 3 more columns", `class="box far"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
	if n := strings.Count(got, `class="wire"`); n != 3 {
		t.Errorf("there are %d nets, want 3: to users, to chats, and a message's to the one that it answers", n)
	}
}

func TestTablesOfTen(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		if got, _ := docs.TablesPicture(&manyTables(10, seed).Services[0]); len(got) < 1<<10 || len(got) > 20<<10 {
			t.Errorf("the picture has %d bytes, want 20 KB at most", len(got))
		}
	}
}

// TestArrangement holds that no two boxes touch, that edges run through none, and
// that everything is inside of the picture.
func TestArrangement(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 40; n += 3 {
		for seed := range uint64(4) {
			checkArrangement(t, fmt.Sprintf("%d tables, seed %d", n, seed), manyTables(n, seed))
		}
	}
	checkArrangement(t, "messenger", messengerTables())
}

func checkArrangement(t *testing.T, name string, m *ir.Model) {
	t.Helper()
	for i := range m.Services {
		boxes, lines, width, height := docs.Arrangement(&m.Services[i])
		for j, b := range boxes {
			if b.X < 0 || b.Y < 0 || b.X+b.Width > width || b.Y+b.Height > height {
				t.Errorf("%s: box %d is outside of the picture: %+v", name, j, b)
			}
			for k := range j {
				if b.Touches(boxes[k]) {
					t.Errorf("%s: boxes %d and %d touch: %+v %+v", name, k, j, boxes[k], b)
				}
			}
			for _, l := range lines {
				if b.Inner().Touches(l) {
					t.Errorf("%s: an edge runs through box %d: %+v %+v", name, j, b, l)
				}
			}
		}
		for _, l := range lines {
			if l.X < 0 || l.Y < 0 || l.X+l.Width > width || l.Y+l.Height > height {
				t.Errorf("%s: an edge leaves the picture of %d × %d: %+v", name, width, height, l)
			}
		}
	}
}

func TestTooManyTables(t *testing.T) {
	t.Parallel()
	got, diagram := docs.TablesPicture(&manyTables(41, 1).Services[0])
	checkFragment(t, got)
	if strings.Contains(got, "<svg") || diagram != "" {
		t.Error("there is a picture of 41 tables")
	}
	if !strings.Contains(got, "41 tables, too many for a picture") || !strings.Contains(got, "<code>app.table_40</code>") {
		t.Error("the tables are not listed")
	}
}

func TestWideTableAndManyMethods(t *testing.T) {
	t.Parallel()
	m := manyTables(30, 3)
	wide := m.Tables[0]
	for i := range 300 {
		wide.Columns = append(wide.Columns, column(fmt.Sprintf("%d%s", i, strings.Repeat("long", 50)), strings.Repeat("numeric", 30), true, i == 9))
	}
	for _, method := range m.Methods {
		method.Reads, method.Writes = []*ir.Table{wide}, nil
	}
	got, _ := docs.TablesPicture(&m.Services[0])
	checkFragment(t, got)
	for _, want := range []string{"more columns", ">+ 22</text>", "9" + strings.Repeat("long", 50), "…"} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if len(got) > 20<<10 {
		t.Errorf("the picture has %d bytes", len(got))
	}
}

func TestHostileTables(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		m := messengerTables()
		for _, table := range m.Tables {
			table.Name, table.Schema, table.Comment = text, text, text
			for i := range table.Columns {
				table.Columns[i].Name, table.Columns[i].Type = text, text
			}
			for i := range table.References {
				table.References[i].Columns = []string{text}
			}
		}
		picture, diagram := docs.TablesPicture(&m.Services[1])
		checkFragment(t, picture)
		if !strings.Contains(picture, "<svg ") {
			t.Errorf("%q leaves no picture", text)
		}
		if wrong := regexp.MustCompile(`[^A-Za-z0-9_ .,$\n"\[\]{}|:-]`).FindString(diagram); wrong != "" {
			t.Errorf("the diagram of %q holds %q", text, wrong)
		}
	}
}

// checkFragment asserts of a part of a page that it is well formed and harmless.
func checkFragment(t *testing.T, fragment string) {
	t.Helper()
	var open []string
	for _, g := range tags(t, fragment) {
		if !slices.Contains(elements, g.name) {
			t.Errorf("the picture has the element %s", g.name)
		}
		for name := range g.attrs {
			if !slices.Contains(attributes, name) || name == "id" {
				t.Errorf("%s has the attribute %s", g.name, name)
			}
		}
		open = nest(t, open, g)
	}
	if len(open) > 0 {
		t.Errorf("%v stay open", open)
	}
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	m := messengerTables()
	m.Tables[3].Columns[0].Type = "numeric(10,2)[]"
	m.Tables[0].Columns[1].Name = "created \"by\" } %% `x`"
	got := between(t, string(emit(t, m)["chat.md"]), "```mermaid\n", "\n```")
	for _, want := range []string{
		"erDiagram\n", `  t0["app.chats"] {`, "    bigint chat_id PK\n", "    bigint created__by________x\n", "    bigint user_id PK, FK\n", "    numeric_10_2[] user_id PK\n",
		`  t3 ||--o{ t2 : "sender_id"`, `  t2 ||--o{ t2 : "reply_to"`, "    timestamptz sent_at",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the diagram lacks %s:\n%s", want, got)
		}
	}
}

func TestTablesDeterministic(t *testing.T) {
	t.Parallel()
	for _, n := range []int{9, 35, 50} {
		page, markdown := docs.TablesPicture(&manyTables(n, 7).Services[0])
		for range 5 {
			if again, also := docs.TablesPicture(&manyTables(n, 7).Services[0]); again != page || also != markdown {
				t.Fatalf("the same model of %d tables gave other bytes", n)
			}
		}
	}
}

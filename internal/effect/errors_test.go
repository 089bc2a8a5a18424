package effect_test

import (
	"slices"
	"strings"
	"testing"
)

// errorTables are what the routines of TestErrors write.
const errorTables = `
	create domain app.email as text constraint email_at check (value like '%@%');
	create domain app.work_email as app.email constraint work_short check (length(value) < 20);
	create domain app.needed as text not null;
	create table app.users (
		id bigint generated always as identity constraint users_key primary key,
		name text not null constraint users_name_key unique,
		email app.email,
		age integer constraint users_age check (age >= 0),
		double_age integer generated always as (age * 2) stored constraint users_double check (double_age < 300));
	create table app.posts (
		id bigint constraint posts_key primary key,
		author bigint constraint posts_author references app.users on delete cascade,
		body text constraint posts_body check (body <> ''));
	create table app.likes (
		post bigint constraint likes_post references app.posts on delete cascade,
		fan bigint constraint likes_fan references app.users);
	create table app.later (
		id bigint constraint later_key primary key deferrable initially deferred);
	create table app.slots (at int4range, constraint slots_apart exclude using gist (at with &&));
	create unique index users_lower on app.users (lower(name)) where age > 100;
	insert into app.users (name, age) values ('ann', 1), ('bob', 2), ('cat', 3), ('LOUD', 4), ('zoe', 140);
	insert into app.posts values (1, 1, 'x'), (2, 2, 'y');
	insert into app.likes values (2, 3);
	create function app.check_post() returns trigger language plpgsql as $$
		begin
			if new.body = 'spam' then raise exception 'spam' using errcode = 'TR001'; end if;
			if new.body = 'trim' then new.author := 77; end if;
			return new;
		end $$;
	create trigger checks before insert or update of body on app.posts for each row execute function app.check_post();
	create function app.on_gone() returns trigger language plpgsql as $$
		begin if old.post = 2 then raise sqlstate 'TR002'; end if; return old; end $$;
	create trigger gone after delete on app.likes for each row execute function app.on_gone();
	create table app.part (id bigint, kind text) partition by list (kind);
	create table app.part_a partition of app.part (constraint part_a_key unique (id)) for values in ('a');
	create table app.part_b partition of app.part for values in ('b');
	insert into app.part values (1, 'a');
	create view app.grown as select id, name, age from app.users;
	create view app.front as select id from app.posts;
	create function app.front_in() returns trigger language plpgsql as 'begin raise sqlstate ''TR003''; end';
	create trigger front_in instead of insert on app.front for each row execute function app.front_in();
	create function app.low(n integer) returns void language plpgsql as $$
		begin if n < 0 then raise exception 'n is %: too low', n; elsif n = 0 then raise sqlstate 'LO001'; end if; end $$;
`

// f wraps a body of PL/pgSQL.
func f(args, body string) string {
	return "(" + args + ") returns integer language plpgsql as $body$" + body + " return 1; end$body$"
}

var errorTests = []struct {
	name, sql string            // after "create function api.NAME"
	calls     map[string]string // the arguments of a call, and what it fails with
}{
	{
		"raise", f("a int", "begin if a = 1 then raise 'x'; elsif a = 2 then raise exception using errcode = 'XX001', message = 'm'; elsif a = 3 then raise unique_violation; elsif a = 4 then raise sqlstate 'AB123' using hint = 'h'; elsif a = 5 then raise exception 'a % b', 1 using errcode = 'division_by_zero'; end if; raise notice 'no error'; raise warning using message = 'none';"),
		map[string]string{"1": "P0001", "2": "XX001", "3": "23505", "4": "AB123", "5": "22012", "6": ""},
	},
	{"raise_constraint", f("a int", "begin raise check_violation using constraint = 'mine', message = 'm';"), map[string]string{"1": "mine"}},
	{"strings_and_comments", f("a int", "begin /* raise 'x'; */ perform 'raise exception'; -- raise 'x';\n perform $q$ raise sqlstate 'AB123'; $q$;"), map[string]string{"1": ""}},
	{
		"strict", f("a int", "declare v int; begin select id into strict v from app.users where a = 1 or a = 2 and id = 1;"),
		map[string]string{"0": "P0002", "1": "P0003", "2": ""},
	},
	{"returning", f("a int", "declare v int; begin update app.users set email = null where id <= a returning id into v;"), map[string]string{"0": "", "1": "", "2": "P0003"}},
	{"assertion", f("a int", "begin assert a > 0, 'positive';"), map[string]string{"0": "P0004", "1": ""}},
	{"case_without_else", f("a int", "begin case a when 1 then null; when 2, 3 then null; end case;"), map[string]string{"9": "20000"}},
	{"caught", f("a int", "begin begin raise unique_violation; exception when unique_violation then null; end; begin raise sqlstate 'AB123'; exception when sqlstate 'AB123' or no_data_found then null; end; begin perform 1; raise 'x'; exception when others then null; end;"), map[string]string{"1": ""}},
	{"caught_by_class", f("a int", "begin insert into app.users (name) values ('ann'); exception when integrity_constraint_violation then null;"), map[string]string{"1": ""}},
	{"not_caught", f("a int", "begin begin raise 'x'; exception when unique_violation then null; end; exception when no_data_found then null;"), map[string]string{"1": "P0001"}},
	{"others_and_assert", f("a int", "begin assert a > 0; exception when others then null;"), map[string]string{"0": "P0004"}},
	{"raised_again", f("a int", "begin raise sqlstate 'AB123'; exception when others then if a = 1 then raise; end if;"), map[string]string{"1": "AB123", "2": ""}},
	{"raised_in_handler", f("a int", "begin raise sqlstate 'AB123'; exception when others then raise sqlstate 'AB124';"), map[string]string{"1": "AB124"}},
	{"caught_of_callee", f("a int", "begin begin perform app.low(a); exception when raise_exception then null; end;"), map[string]string{"-1": "", "0": "LO001", "1": ""}},
	{"callee_in_sql", "(a int) returns void language sql as 'select app.low(a)'", map[string]string{"-1": "P0001", "0": "LO001", "1": ""}},
	{"callee_atomic", "(a int) returns void begin atomic select app.low(a); end", map[string]string{"-1": "P0001", "0": "LO001", "1": ""}},
	{"inserts", f("a text, b text, c int", "begin insert into app.users (name, email, age) values (a, b, c);"), map[string]string{
		"null, null, 1": "app.users.name", "'ann', null, 1": "users_name_key", "'x', 'nope', 1": "email_at", "'x', null, -1": "users_age",
		"'x', null, 200": "users_double", "'ZOE', null, 140": "users_lower", "'ANN', 'x@y', 101": "", "'x', 'a@b', 1": "",
	}},
	{"inserts_lower", f("a text, b int", "begin insert into app.users (name, age) values (upper(a), b);"), map[string]string{
		"'zoe', 140": "users_lower", "null, 1": "app.users.name", "'q', -1": "users_age", "'q', 160": "users_double", "'loud', 1": "users_name_key", "'ann', 1": "",
	}},
	{"omits", f("a int", "begin insert into app.later default values;"), map[string]string{"1": "app.later.id"}},
	{"on_conflict", f("a text", "begin insert into app.users (name) values (a) on conflict (name) do nothing;"), map[string]string{"'ann'": "", "null": "app.users.name"}},
	{"on_conflict_any", f("a text", "begin insert into app.users (name) values (a) on conflict do nothing;"), map[string]string{"'ann'": "", "null": "app.users.name"}},
	{"on_other_conflict", f("a text, b bigint", "begin insert into app.posts values (b, null, a) on conflict on constraint posts_key do update set body = 'é' || a, author = null;"), map[string]string{
		"'spam', 1": "TR001", "'', 9": "posts_body", "'', 1": "posts_body", "'trim', 9": "posts_author", "'x', null": "app.posts.id",
	}},
	{"deferred", f("a bigint, b bigint", "begin begin insert into app.later values (a), (b); exception when unique_violation then null; end;"), map[string]string{"1, 1": "later_key", "1, 2": "", "null, 2": "app.later.id"}},
	{"deletes_in_cascade", f("a bigint", "begin delete from app.users where id = a;"), map[string]string{"3": "likes_fan", "2": "TR002", "1": ""}},
	{"updates_key", f("a bigint, b bigint", "begin update app.posts set id = b where id = a;"), map[string]string{"1, 2": "posts_key", "2, 3": "likes_post", "1, 9": "", "1, null": "app.posts.id"}},
	{"updates_other", f("a bigint", "begin update app.posts set author = a where id = 2;"), map[string]string{"99": "posts_author", "1": "", "null": ""}},
	{"trigger", f("a text, b bigint", "begin insert into app.posts values (b, 1, a);"), map[string]string{
		"'spam', 7": "TR001", "'', 7": "posts_body", "'trim', 7": "posts_author", "'x', 7": "", "'x', 1": "posts_key", "'x', null": "app.posts.id",
	}},
	{"trigger_of_column", f("a bigint", "begin update app.posts set author = a;"), map[string]string{"99": "posts_author", "1": ""}},
	{"partition", f("a bigint, b text", "begin insert into app.part values (a, b);"), map[string]string{"1, 'a'": "part_a_key", "1, 'b'": ""}},
	{"view_written", f("a text, b int", "begin insert into app.grown (name, age) values (a, b);"), map[string]string{"'ann', 1": "users_name_key", "'x', -1": "users_age", "'x', 200": "users_double", "null, 1": "app.users.name", "'ZOE', 140": "users_lower"}},
	{"instead_of", f("a bigint", "begin insert into app.front values (a);"), map[string]string{"1": "TR003"}},
	{"cast", f("a text", "declare v text; begin v := a::app.work_email;"), map[string]string{"'x'": "email_at", "'a@2345678901234567890'": "work_short", "'a@b'": ""}},
	{"cast_function", "(a text) returns text language sql as 'select cast(lower(a) as app.email)'", map[string]string{"'x'": "email_at", "'a@b'": ""}},
	{"cast_as_call", "(a text) returns text language sql as 'select app.email(lower(a))'", map[string]string{"'x'": "email_at", "'a@b'": ""}},
	{"variable", f("a text", "declare v app.email; begin v := a;"), map[string]string{"'x'": "email_at"}},
	{"declared", f("a text", "declare v app.email := a; w app.users.email%type; begin w := v;"), map[string]string{"'x'": "email_at", "'a@b'": ""}},
	{"variable_into", f("a int", "declare v app.email; begin select name into v from app.users where id = a;"), map[string]string{"1": "email_at", "9": ""}},
	{"same_domain", f("a int", "declare v app.email; begin select u.email into v from app.users u where id = a; v := v; update app.users set email = v;"), map[string]string{"1": ""}},
	{"result", "(a text) returns app.email language sql as 'select a'", map[string]string{"'x'": "email_at", "'a@b'": ""}},
	{"result_of_plpgsql", "(a text) returns app.email language plpgsql as 'begin return a; end'", map[string]string{"'x'": "email_at", "'a@b'": ""}},
	{"parameter", "(a app.email) returns app.email language plpgsql as 'begin return a; end'", map[string]string{"'a@b'": ""}},
	{"exclusion", f("a int4range", "begin insert into app.slots values (a), ('[5,6)');"), map[string]string{"'[1,9)'": "slots_apart", "'[1,2)'": ""}},
	{"nested_do", f("a int", "begin do $d$ begin raise sqlstate 'AB125'; end $d$;"), map[string]string{"1": "AB125"}},
	{"constant_execute", f("a int", "begin execute 'insert into app.later values (coalesce($1, 8)), (7)' using a;"), map[string]string{"7": "later_key", "null": ""}},
	{"merged", f("a bigint, b text", "begin merge into app.posts p using (select a as id) s on p.id = s.id when matched then update set body = b when not matched then insert values (coalesce(s.id, 1), 99, b);"), map[string]string{
		"1, ''": "posts_body", "9, 'x'": "posts_author", "1, 'spam'": "TR001", "1, 'x'": "", "null, 'x'": "posts_key",
	}},
	{"truncated", f("a int", "begin truncate app.posts cascade;"), map[string]string{"1": ""}},
}

// TestErrors holds that what is said to be raised is what is raised, no more and
// no less.
func TestErrors(t *testing.T) {
	t.Parallel()
	var sql strings.Builder
	sql.WriteString(errorTables)
	for _, tt := range errorTests {
		sql.WriteString("create function api." + tt.name + tt.sql + ";\n")
	}
	d := read(t, sql.String())
	for _, tt := range errorTests {
		t.Run(tt.name, func(t *testing.T) {
			e := d.of(t, tt.name)
			var raised []string
			for args, want := range tt.calls {
				got := d.raised(t, "select api."+tt.name+"("+args+")")
				if got != want {
					t.Errorf("%s(%s) fails with %q, want %q", tt.name, args, got, want)
				}
				if got != "" {
					raised = append(raised, got)
				}
			}
			slices.Sort(raised)
			if want := strings.Join(slices.Compact(raised), " "); causes(e.Errors) != want {
				t.Errorf("said to raise %s; raises %s\n%+v\nopaque: %q", causes(e.Errors), want, e.Errors, e.Opaque)
			}
		})
	}
}

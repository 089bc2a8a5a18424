package lint_test

// dynamicRules are about SQL that a body puts together.
var dynamicRules = []rule{
	{
		"SEC004", "||",
		"create function api.f(a_name text)" + plpgsql + "$$begin execute 'select ' || a_name; return 1; end$$",
		"create function api.f(a_name text)" + plpgsql + "$$begin execute 'select ' || quote_ident(a_name); return 1; end$$",
	},
	{
		"SEC004", "%s",
		"create function api.f(a_name text)" + plpgsql + "$$declare r text; begin execute format('select %L, %s', 1, lower(a_name)) into r; return r; end$$",
		"create function api.f(a_name text)" + plpgsql + "$$declare r text; begin execute format('select %I, %L', a_name, a_name) into r; return r; end$$",
	},
	{
		"SEC004", "position",
		"create function api.f(a_name text)" + plpgsql + "$$declare r text; begin execute format('select %2$L, %1$s', a_name, 1) into r; return r; end$$",
		"create function api.f(a_name text)" + plpgsql + "$$declare r text; begin execute format('select %1$L, %2$s', a_name, 1) into r; return r; end$$",
	},
	{
		"SEC004", "all of it",
		"create function api.f(a_sql text)" + plpgsql + "$$begin execute a_sql; return 1; end$$",
		"create function api.f(a_sql text)" + plpgsql + "$$declare r text; begin execute 'select $1' into r using a_sql; return r; end$$",
	},
	{
		"SEC004", "by a variable",
		"create function api.f(a_name text)" + plpgsql + "$$declare v_sql text := 'select '; begin v_sql := v_sql || a_name; execute v_sql; return 1; end$$",
		"create function api.f(a_name text)" + plpgsql + "$$declare v_sql text := 'select '; begin v_sql := v_sql || case a_name when 'x' then 'y' end; execute v_sql; return 1; end$$",
	},
	{
		"SEC004", "a number is no SQL",
		"create function api.f(a varchar[])" + plpgsql + "$$begin for i in 1..2 loop return a; end loop; execute 'select ' || (a)::text; return 1; end$$",
		"create function api.f(a bigint, b app.mood, c app.whole)" + plpgsql + "$$begin execute 'select ' || a || b || c; return 1; end$$",
	},
	{
		"SEC004", "in a string or a comment",
		"create function api.f(a_name text)" + plpgsql + "$$declare r text; begin /* ; */ for r in execute 'select ' || a_name loop return r; end loop; end$$",
		"create function api.f(a_name text)" + plpgsql + "$$begin -- execute 'select ' || a_name;\n return 'begin execute ' || a_name; end$$",
	},
	{
		"SEC004", "a name by code point",
		"create function api.f(a_name text)" + plpgsql + `$$begin execute U&"a!005fname" uescape '!'; return 1; end$$`,
		"create function api.f(a_name text)" + plpgsql + `$$begin return U&"a!005fname" uescape '!'; end$$`,
	},
	{
		"SEC004", "in a string that goes on",
		"create function api.f(a_name text)" + plpgsql + `$$begin raise notice E'a'` + "\n" + `'\''; execute a_name; return 1; end$$`,
		"create function api.f(a_name text)" + plpgsql + `$$begin raise notice E'a'` + "\n" + `'\'; execute a_name; '; return 1; end$$`,
	},
}

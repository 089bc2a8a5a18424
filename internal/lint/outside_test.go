package lint_test

const volatilePlpgsql = "create function api.f() returns text language plpgsql set search_path = pg_catalog, pg_temp as "

var outsideRules = []rule{
	{
		"SEC008", "a file is read",
		volatilePlpgsql + "$$begin return pg_read_file('postgresql.conf'); end$$",
		volatilePlpgsql + "$$declare pg_read_file text; begin return pg_read_file || 'pg_read_file(x)' /* pg_read_file(x) */; end$$",
	},
	{
		"SEC008", "another server is asked",
		volatilePlpgsql + "$$begin perform app.dblink('host=x', 'select 1'); return ''; end$$",
		volatilePlpgsql + "$$begin perform app.dblinked(); return ''; end$$",
	},
	{
		"SEC008", "a program is run",
		volatilePlpgsql + "$$begin copy app.t to program 'sh'; return ''; end$$",
		volatilePlpgsql + "$$declare copy text; begin copy := 'to program'; return copy; end$$",
	},
	{
		"SEC008", "a file is written, by what is executed",
		volatilePlpgsql + "$$begin execute 'copy app.t to ''/tmp/x'''; return ''; end$$",
		volatilePlpgsql + "$$begin execute 'select ''copy app.t to /tmp/x'''; return ''; end$$",
	},
}

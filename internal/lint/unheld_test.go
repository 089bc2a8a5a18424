package lint_test

// definer makes a SECURITY DEFINER function of a body.
const definer = "create function api.f() returns bigint language plpgsql security definer set search_path = app, pg_temp as "

// held makes a table of OWNER's with a policy.
func held(table, more string) string {
	return "create table app." + table + " (a int); alter table app." + table + " enable row level security" + more + "; "
}

var policyRules = []rule{
	{
		"SEC007", "the owner's own table",
		held("own", "") + definer + "$$begin return (select count(*) from app.own); end$$",
		held("forced", ", force row level security") + definer + "$$begin return (select count(*) from app.forced); end$$",
	},
	{
		"SEC007", "by its search_path",
		held(`"Odd name"`, "") + definer + `$$begin insert into "Odd name" values (1); return 1; end$$`,
		held("named", "") + definer + "$$declare named int; begin select 1 into named; named := 'from named' /* from named */; return (select 1 from other.named); end$$",
	},
	{
		"SEC007", "language sql",
		held("atomic", "") + "create function api.f() returns bigint language sql stable security definer set search_path = '' begin atomic select count(*) from app.atomic; end",
		held("invoked", "") + "create function api.f() returns bigint language sql stable as 'select count(*) from app.invoked'",
	},
	{
		"SEC007", "another's table",
		held("joined", "") + definer + "$$begin return (select count(*) from app.t x join only app.joined using (a)); end$$",
		held("others", "") + "reset role; alter table app.others owner to MAKER; grant select on app.others to OWNER; set role OWNER; " +
			definer + "$$begin return (select count(*) from app.others); end$$",
	},
	{
		"SEC007", "no policies",
		held("partitioned", "") + definer + "$$begin update Partitioned set a = 1; return 1; end$$",
		definer + "$$begin return (select count(*) from app.t); end$$",
	},
}

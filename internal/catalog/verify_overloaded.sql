-- The routines whose schema has others of the same name, whosever they are.
select o.routine
  from (select p.oid::regprocedure::text as routine,
               count(*) over (partition by p.pronamespace, p.proname) as of_the_name
          from pg_catalog.pg_namespace n
          join pg_catalog.pg_proc p on p.pronamespace = n.oid
         where n.nspname <> 'information_schema'
           and n.nspname !~ '^pg_') o
 where o.of_the_name > 1
 order by o.routine collate "C"

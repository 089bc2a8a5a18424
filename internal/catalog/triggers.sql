-- Every trigger of a user's that is enabled, by table. tgtype is a set of bits: 2
-- before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead.
select t.tgrelid,
       t.tgname::text,
       t.tgfoid,
       t.tgtype::integer,
       t.tginitdeferred,
       array(select a.attname::text
               from unnest(t.tgattr::smallint[]) with ordinality k (attnum, n)
               join pg_catalog.pg_attribute a on a.attrelid = t.tgrelid and a.attnum = k.attnum
              order by k.n),
       array_remove(array[t.tgoldtable::text, t.tgnewtable::text], null)
  from pg_catalog.pg_trigger t
 where not t.tgisinternal and t.tgenabled in ('O', 'A')
 order by t.tgrelid, t.tgname collate "C"

-- Every role, and those whose privileges it has without SET ROLE: its
-- memberships, direct and indirect, as far as they are inherited.
with recursive member (role, of) as (
    select m.member, m.roleid
      from pg_catalog.pg_auth_members m
    union
    select member.role, m.roleid
      from member
      join pg_catalog.pg_auth_members m on m.member = member.of
)
select r.rolname::text,
       r.rolsuper,
       (select array_agg(o.rolname::text order by o.rolname collate "C")
          from member
          join pg_catalog.pg_roles o on o.oid = member.of
         where member.role = r.oid and pg_has_role(r.oid, o.oid, 'USAGE'))
  from pg_catalog.pg_roles r
 order by r.rolname collate "C"

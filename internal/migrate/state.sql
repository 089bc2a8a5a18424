-- What spgen keeps in a database that it migrates.
create schema if not exists spgen;

create table if not exists spgen.applied_migration (
    sequence   integer     not null,
    name       text        not null,
    sha256     text        not null,
    applied_at timestamptz not null default now(),
    constraint applied_migration_pkey primary key (sequence)
);
comment on table spgen.applied_migration is 'The content of each migration when it was applied. Their number is in spgen.schema_version.';

create table if not exists spgen.installed_function (
    path         text        not null,
    sha256       text        not null,
    routines     text[]      not null,
    installed_at timestamptz not null default now(),
    constraint installed_function_pkey primary key (path)
);
comment on table spgen.installed_function is 'The files of functions/ and the routines that they defined.';

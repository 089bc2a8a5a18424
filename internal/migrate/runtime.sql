-- What servers use at run time, beside the functions of the API.
create table if not exists spgen.runtime (
    part         text        not null,
    version      integer     not null,
    installed_at timestamptz not null default now(),
    constraint runtime_pkey primary key (part)
);
comment on table spgen.runtime is 'The parts of what servers use at run time, and their versions.';

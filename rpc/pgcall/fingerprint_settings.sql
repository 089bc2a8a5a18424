-- What changes how PostgreSQL prints types and expressions, for this transaction
-- only: the generator reads with the same settings. jit would compile for seconds.
select set_config('search_path', '', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('standard_conforming_strings', 'on', true),
       set_config('DateStyle', 'ISO, YMD', true),
       set_config('IntervalStyle', 'postgres', true),
       set_config('TimeZone', 'UTC', true),
       set_config('lc_monetary', 'C', true),
       set_config('bytea_output', 'hex', true),
       set_config('extra_float_digits', '1', true),
       set_config('jit', 'off', true),
       quote_ident(current_user)

-- Everything that changes how PostgreSQL prints names and expressions, for this
-- transaction only. With an empty search_path every name that is not built in
-- comes out qualified. jit would compile these short queries for seconds.
select set_config('search_path', '', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('standard_conforming_strings', 'on', true),
       set_config('client_encoding', 'UTF8', true),
       set_config('DateStyle', 'ISO, YMD', true),
       set_config('IntervalStyle', 'postgres', true),
       set_config('TimeZone', 'UTC', true),
       set_config('lc_monetary', 'C', true),
       set_config('bytea_output', 'hex', true),
       set_config('extra_float_digits', '1', true),
       set_config('jit', 'off', true)

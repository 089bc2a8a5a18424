package catalog_test

import "testing"

// TestDelimiters: the elements of box[] and of arrays of its domains are not
// separated by commas, and a base type may choose any character.
func TestDelimiters(t *testing.T) {
	t.Parallel()
	c := read(t, database(t, `
		create schema api;
		create schema app;
		create domain app.area as box;
		create domain app.plot as app.area;
		create type app.own;
		create function app.own_in(cstring) returns app.own language internal immutable strict as 'textin';
		create function app.own_out(app.own) returns cstring language internal immutable strict as 'textout';
		create type app.own (input = app.own_in, output = app.own_out, like = text, delimiter = ':');
		create function api.f(a box[], b app.plot[], c app.own[], d text[], e box) returns void language sql as '';`), "api")
	for name, want := range map[string]string{
		"box[]": ";", "app.plot[]": ";", "app.own[]": ":", "text[]": "", "box": "", "app.own": "",
	} {
		if got := c.Types[name].Delim; got != want {
			t.Errorf("%s: got delimiter %q, want %q", name, got, want)
		}
	}
}

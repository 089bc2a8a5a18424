package diag

// signatureExplanations are faults of a routine's own declaration and comment.
// A method with one of them is left out; all others are generated.
var signatureExplanations = []Explanation{
	{"SIG001", "unnamed argument", "Parameters travel by name, so every input argument needs one: `create function api.fun_login(a_username text)`. `create or replace` may give a name to an argument that had none. Unnamed results are fine and are called column1, column2 and so on."},
	{"SIG002", "polymorphic type", "An argument or result of type `anyelement`, `anyarray`, `\"any\"` and the like has no type of its own that a client could be told. Write a wrapper with concrete types, under another name."},
	{"SIG003", "record without columns", "The function returns or takes `record`, which does not say what its columns are. Declare OUT arguments or `returns table (…)`; as an argument, take a composite type or jsonb."},
	{"SIG004", "trigger function", "A trigger function is called by PostgreSQL, never by a client. Move it out of the API schema, or add it to `ignore`."},
	{"SIG005", "names collide", "After prefixes are stripped and names become identifiers, two parameters, columns or methods have the same name. Rename one of them in the database."},
	{"SIG006", "aggregate", "Only functions and procedures can be methods. Write a function that uses the aggregate."},
	{"SIG007", "event-trigger function", "An event-trigger function is called by PostgreSQL, never by a client. Move it out of the API schema, or add it to `ignore`."},
	{"SIG008", "internal type", "`internal`, `cstring` and the handlers of languages, indexes and foreign data are PostgreSQL's own, for functions written in C. Move the function out of the API schema, or add it to `ignore`."},
	{"SIG009", "window function", "Only functions and procedures can be methods. Write a function that uses the window function in a query."},
	{"SIG010", "procedure ends transactions", "The body commits or rolls back. Each call is one transaction, which the server ends; COMMIT within it fails when the procedure has a SET clause or is SECURITY DEFINER, or when it is called inside a transaction, and what was committed stays when the rest fails, so that a client could not tell what happened. Take COMMIT and ROLLBACK out, or move the procedure out of the API schema. Procedures that only call such a one are not found."},
	{"SIG011", "pseudo-type", "An argument or result has a pseudo-type, which stands for no values that could travel. Declare it with a type of its own."},
	{"SIG013", "ambiguous overload", "Two overloads have the same arguments but for optional ones, so a call that leaves those out may mean either: PostgreSQL refuses it as not unique, or calls the other one. It comes about when `create or replace function` adds an argument, for that leaves the old function where it was. Drop the old one, rename one of them, or take the default away."},
	{"TAG001", "tag ignored", "A tag in the function's comment, such as `@param` or `@notnull`, is not known or names a parameter, column or error that there is not. It was left out. Correct it with `comment on function`."},
	{"TAG002", "@json on another type", "`@json NAME number` or `@json NAME string` chooses the JSON form of a `bigint`, or of the elements of a `bigint[]`. Other types have one form."},
	{"TAG003", "@dims not understood", "`@dims NAME N` says how many dimensions an array has, from 1 to 6. NAME is a parameter or column whose type is an array; an array under a domain has no place for it."},
	{"TAG005", "@alias not understood", "`@alias FORMER NAME` says that clients may still send the parameter NAME under its FORMER name, so that a renamed argument breaks nobody. NAME is a parameter that clients send, FORMER a name that no parameter has."},
	{"TAG004", "@notnull of elements, on no array", "`@notnull NAME[]` says that no element of an array is NULL. NAME is a parameter or column whose type is an array; for an array under a domain, declare the element type as a NOT NULL domain."},
}

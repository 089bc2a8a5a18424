package diag

// signatureExplanations are faults of a routine's own declaration and comment.
var signatureExplanations = []Explanation{
	{"SIG001", "unnamed argument", "Parameters travel by name, so every input argument needs one: `create function api.fun_login(a_username text)`. Unnamed results are fine and are called column1, column2 and so on."},
	{"SIG002", "polymorphic or pseudo type", "An argument or result of type `anyelement`, `cstring` and the like has no type of its own that a client could be told. Write a wrapper with concrete types."},
	{"SIG003", "record without columns", "The function returns `record` and does not say which columns. Declare OUT arguments or `returns table (…)`."},
	{"SIG004", "not callable", "Trigger and event-trigger functions and those with `internal` arguments cannot be called by a client. Move them out of the API schema, or add them to `ignore`."},
	{"SIG005", "names collide", "After prefixes are stripped and names become identifiers, two parameters, columns or methods have the same name. Rename one of them in the database."},
	{"SIG006", "aggregate or window function", "Only functions and procedures can be methods. Write a function that uses the aggregate."},
	{"TAG001", "tag ignored", "A tag in the function's comment, such as `@param` or `@notnull`, is not known or names a parameter, column or error that there is not. It was left out. Correct it with `comment on function`."},
}

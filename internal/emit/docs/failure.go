package docs

// faultSchema is that of an element of invalid_params' data.faults.
var faultSchema = schema{
	Type: "object",
	Properties: object{
		{"param", schema{Type: "string", Description: "Where the fault is: username, items[2].price."}},
		{"reason", schema{Type: "string", Description: "missing, unknown, duplicate, filled, null, wrong_type, out_of_range or invalid; there may be more."}},
		{"message", schema{Type: "string", Description: "For people."}},
	},
	Required: []string{"param", "reason"},
}

// anyError is the schema of an error. A code that it does not know is an error
// that a later version, or code of the server, has brought.
func (x schemas) anyError() schema {
	s := schema{
		Type: "object",
		Properties: object{
			{"code", schema{Type: "integer", Not: &schema{Const: 0}}},
			{"name", anyText},
			{"message", schema{Type: "string", Description: "For people: programs must not read it."}},
			{"data", schema{Type: "object"}},
			{"retryable", schema{Const: true}},
			{"log_id", schema{Type: "string", Description: "Finds the cause in the server's log."}},
		},
		Required: []string{"code", "name", "message"},
	}
	for _, list := range [][]*errorView{x.s.Errors, x.s.Protocol} {
		for _, e := range list {
			then := x.ref(errorKey + "." + x.s.errorKeys[e])
			s.AllOf = append(s.AllOf, schema{If: &schema{Properties: object{{"code", schema{Const: e.Code}}}}, Then: &then})
		}
	}
	return s
}

// methodError is the schema of the errors that a method is known to answer.
func (x schemas) methodError(c *callable) schema {
	var codes, names []any
	for _, e := range frameErrors {
		codes, names = append(codes, e.Code), append(names, e.Name)
	}
	for _, e := range c.errors {
		codes, names = append(codes, e.Code), append(names, e.Name)
	}
	return schema{
		MethodID: c.id, AllOf: []schema{x.ref(errorKey)},
		Properties: object{{"code", schema{Enum: codes}}, {"name", schema{Enum: names}}},
	}
}

// frameErrors are errors of any request that names a method.
var frameErrors = []protocolError{{Code: -32600, Name: "invalid_request"}}

// errorOf is the schema of one error.
func (x schemas) errorOf(e *errorView) schema {
	s := schema{
		Type: "object", Description: e.Message,
		Properties: object{{"code", schema{Const: e.Code}}, {"name", schema{Const: e.Name}}},
		Required:   []string{"code", "name", "message"},
	}
	if e.Name == "internal" {
		s.Required = append(s.Required, "log_id")
	}
	data, required := x.errorData(e)
	if data.Type != nil {
		s.Properties = append(s.Properties, member{"data", data})
	}
	if required {
		s.Required = append(s.Required, "data")
	}
	return s
}

// errorData is the schema of an error's data, and whether it is always there. An
// error without one may have any.
func (x schemas) errorData(e *errorView) (data schema, required bool) {
	with := func(name string, s schema) schema { return schema{Type: "object", Properties: object{{name, s}}} }
	if e.Field != "" {
		data = with("field", schema{Const: e.Field})
		data.Required = []string{"field"}
		return data, true
	}
	sqlstate := pattern("^[0-9A-Z]{5}$")
	switch e.Name {
	case "invalid_request":
		return with("keyed", schema{Const: false}), false
	case "method_not_found":
		return with("retired", schema{Const: true}), false
	case "invalid_params":
		faults := x.ref(faultKey)
		data = with("faults", schema{Type: "array", Items: &faults})
		data.Properties = append(data.Properties, member{"more", schema{Type: "integer"}}, member{"sqlstate", sqlstate})
		return data, true
	case "rate_limited", "overloaded":
		data = with("retry_after_ms", schema{Type: "integer", Minimum: new(int64(1))})
		data.Required = []string{"retry_after_ms"}
		return data, true
	case "unavailable", "deadline_exceeded", "conflict":
		return with("keyed", schema{Const: true}), false
	case "constraint_violation":
		return with("sqlstate", sqlstate), false
	}
	return schema{}, false
}

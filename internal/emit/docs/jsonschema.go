package docs

// definitionsRoot is where schemas.json has its definitions.
const definitionsRoot = "#/$defs/"

// schemaDocument is schemas.json. It is named after itself, so that tools resolve
// its references wherever it is.
type schemaDocument struct {
	GeneratedBy string   `json:"x-generated-by"`
	Dialect     string   `json:"$schema"`
	ID          string   `json:"$id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	AnyOf       []schema `json:"anyOf"`
	Definitions object   `json:"$defs"`
}

// renderSchemas makes schemas.json.
func renderSchemas(s *site) ([]byte, error) {
	x := schemas{s: s, root: definitionsRoot}
	b, err := indented(schemaDocument{
		GeneratedBy: Header,
		Dialect:     "https://json-schema.org/draft/2020-12/schema",
		ID:          schemasFile,
		Title:       s.Title,
		Description: "Any frame. METHOD.params and METHOD.result are what a method takes and answers, METHOD.error its errors; " +
			"METHOD.request, METHOD.answer and METHOD.failure are whole frames.",
		AnyOf:       []schema{x.ref(requestKey), x.ref(answerKey)},
		Definitions: x.frames(),
	})
	return append(b, '\n'), err
}

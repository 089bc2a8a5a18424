package migrate

// StatementsOnly is statementsOnly, for its tests.
var StatementsOnly = statementsOnly

// Split returns the texts of split's statements.
func Split(sql string) []string {
	var texts []string
	for _, st := range split(sql) {
		texts = append(texts, st.text)
	}
	return texts
}

package migrate

// StatementsOnly is statementsOnly, for its tests.
var StatementsOnly = statementsOnly

// Split returns the texts of split's statements, and where they begin.
func Split(sql string) (texts []string, offsets []int) {
	for _, st := range split(sql) {
		texts, offsets = append(texts, st.text), append(offsets, st.offset)
	}
	return texts, offsets
}

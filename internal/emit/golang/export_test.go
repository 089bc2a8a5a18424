package golang

// Layout is layout.
func Layout(raw []byte) ([]byte, bool) { return layout(raw) }

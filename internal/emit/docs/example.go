package docs

import (
	"fmt"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// exampleFrames returns a request to m and its answer.
func exampleFrames(m *ir.Method) (request, answer string, err error) {
	req, err := indented(object{{"method", m.ID}, {"seq", 1}, {"params", plausible.Params(m)}})
	if err != nil {
		return "", "", fmt.Errorf("example of %s: %w", m.Name, err)
	}
	ans, err := indented(object{{"seq", 1}, {"method", m.ID}, {"result", plausible.Result(m)}})
	if err != nil {
		return "", "", fmt.Errorf("example of %s: %w", m.Name, err)
	}
	return string(req), string(ans), nil
}

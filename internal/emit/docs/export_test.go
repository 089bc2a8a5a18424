package docs

import "github.com/spgen/spgen/internal/ir"

// ProtocolErrors are the errors of the wire protocol as pages show them.
var ProtocolErrors = protocolErrors

// CloseCodes are those of connections as documents have them.
var CloseCodes = closeCodes

// Page returns index.html alone.
func Page(m *ir.Model) ([]byte, error) {
	s, err := newSite(m)
	if err != nil {
		return nil, err
	}
	return renderPage(s)
}

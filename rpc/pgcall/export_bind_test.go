package pgcall

import "github.com/spgen/spgen/rpc"

// Bind returns the arguments that call gives p, by parameter; a null is nil, and
// what is absent is not there.
func Bind(p *Procedure, call *rpc.Call) (map[int][]byte, error) {
	var b binder
	if err := b.bind(p, call.Params, call); err != nil {
		return nil, err
	}
	args := map[int][]byte{}
	for i := range p.Params {
		if s := b.spans[i]; b.set.has(i) {
			args[i] = b.buf[s.start:s.end]
			if s.null {
				args[i] = nil
			}
		}
	}
	return args, nil
}

package rpc

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Registry holds the methods that a server answers, by ID and by name. Methods,
// handlers and interceptors are added before it serves; afterwards it is
// read-only and safe for concurrent use.
type Registry struct {
	routes       []*route // sorted by ID
	dense        []*route // routes by ID - first, where IDs lie close together
	first        uint32
	byName       map[string]*route
	retired      map[uint32]Retired
	retiredNames map[string]Retired
	session      []SessionKey
	interceptors []Interceptor
	sealed       bool
}

// route is a method and what answers it.
type route struct {
	method  *Method
	handler Handler // nil: the stored procedure itself
	inline  bool    // the handler returns at once: no goroutine
	own     bool    // one of the server's own
	code    bool    // the handler is in place of the stored procedure
	guessed bool    // it opens a session, and those of its calls that fail may be guesses
	limit   int     // 1 and more: its place among those with a rate
}

// NewRegistry returns a registry of the methods of the given APIs. They must not
// share IDs or names, and those that have sessions must declare the same keys,
// because a connection has one session.
func NewRegistry(apis ...*API) (*Registry, error) {
	r := &Registry{
		byName:       make(map[string]*route),
		retired:      make(map[uint32]Retired),
		retiredNames: make(map[string]Retired),
	}
	var errs []error
	for _, api := range apis {
		errs = append(errs, r.addAPI(api))
	}
	for _, rt := range r.routes {
		if old, ok := r.retired[rt.method.ID]; ok {
			errs = append(errs, fmt.Errorf("method %s: ID %d is retired (%s), use another", rt.method.Name, old.ID, old.Name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Registry) addAPI(api *API) error {
	var errs []error
	for i := range api.Methods {
		m := &api.Methods[i]
		if m.ID == 0 {
			errs = append(errs, fmt.Errorf("method %s: 0 is no ID, use one over %d", m.Name, LastOwnID))
			continue
		}
		// The token of a handshake is none that could be guessed; see docs/manifest.md.
		token := m.ID == api.Authorize && len(m.Account) == 0
		errs = append(errs, r.add(&route{method: m, guessed: m.Session == SessionOpen && !token}))
	}
	for _, old := range api.Retired {
		r.retired[old.ID] = old
		r.retiredNames[old.Name] = old
	}
	switch {
	case len(r.session) == 0:
		r.session = api.Session
	case len(api.Session) > 0 && !slices.Equal(r.session, api.Session):
		errs = append(errs, fmt.Errorf("API %s: its session has other keys than that of the APIs before it", api.Name))
	}
	return errors.Join(errs...)
}

func (r *Registry) add(rt *route) error {
	m := rt.method
	i, found := r.search(m.ID)
	if found {
		return fmt.Errorf("method %s: ID %d belongs to %s already", m.Name, m.ID, r.routes[i].method.Name)
	}
	if other, ok := r.byName[m.Name]; ok {
		return fmt.Errorf("method %d: the name %s belongs to method %d already", m.ID, m.Name, other.method.ID)
	}
	r.routes = slices.Insert(r.routes, i, rt)
	r.byName[m.Name] = rt
	return nil
}

func (r *Registry) search(id uint32) (int, bool) {
	return slices.BinarySearchFunc(r.routes, id, func(rt *route, id uint32) int {
		return cmp.Compare(rt.method.ID, id)
	})
}

// Handle puts h in front of the stored procedure of m, or in its place:
//
//	registry.Handle(api.SignUpMethod, api.SignUpHandler(func(ctx context.Context, call *rpc.Call,
//		params api.SignUpParams) (api.SignUpResult, error) { … }))
//
// A generated handler answers the method that it was generated for only, and a
// method has one handler at most.
func (r *Registry) Handle(m *Method, h Handler) error {
	if r.sealed {
		return fmt.Errorf("handle %s: the registry serves already", m.Name)
	}
	i, found := r.search(m.ID)
	if !found || r.routes[i].method != m {
		return fmt.Errorf("handle %s: the registry has no such method", m.Name)
	}
	if typed, ok := h.(interface{ Method() *Method }); ok && typed.Method() != m {
		return fmt.Errorf("handle %s: the handler is for %s", m.Name, typed.Method().Name)
	}
	if r.routes[i].handler != nil {
		return fmt.Errorf("handle %s: it has a handler already", m.Name)
	}
	r.routes[i].handler, r.routes[i].code = h, true
	return nil
}

// Use adds interceptors around every method, the server's own included, the
// first outermost. They see calls that Access has admitted. With interceptors
// each call runs on a goroutine of its own. It fails once the registry serves.
func (r *Registry) Use(interceptors ...Interceptor) error {
	if r.sealed {
		return errors.New("use interceptors: the registry serves already")
	}
	r.interceptors = append(r.interceptors, interceptors...)
	return nil
}

// Methods returns the methods of the APIs sorted by ID.
func (r *Registry) Methods() []*Method {
	methods := make([]*Method, 0, len(r.routes))
	for _, rt := range r.routes {
		if !rt.own {
			methods = append(methods, rt.method)
		}
	}
	return methods
}

// denseLimit bounds the index: it may have that many slots a method.
const denseLimit = 64

// seal ends configuration: it wraps handlers in the interceptors and builds the
// index by ID.
func (r *Registry) seal(procedure Handler) {
	r.sealed = true
	for _, rt := range r.routes {
		r.wrap(rt, procedure)
	}
	if len(r.routes) == 0 {
		return
	}
	first, last := r.routes[0].method.ID, r.routes[len(r.routes)-1].method.ID
	if span := uint64(last) - uint64(first) + 1; span <= denseLimit*uint64(len(r.routes))+1<<16 {
		r.first, r.dense = first, make([]*route, span)
		for _, rt := range r.routes {
			r.dense[rt.method.ID-first] = rt
		}
	}
}

func (r *Registry) wrap(rt *route, procedure Handler) {
	if len(r.interceptors) == 0 {
		return
	}
	if rt.handler == nil {
		rt.handler = procedure
	}
	rt.inline = false
	for _, interceptor := range slices.Backward(r.interceptors) {
		rt.handler = interceptor(rt.handler)
	}
}

// find returns the route that call wants, or nil.
func (r *Registry) find(call *Call) *route {
	if call.Name != "" {
		return r.byName[call.Name]
	}
	if r.dense != nil {
		if i := call.ID - r.first; i < uint32(len(r.dense)) { // #nosec G115 -- a span of uint32 IDs
			return r.dense[i]
		}
		return nil
	}
	if i, found := r.search(call.ID); found {
		return r.routes[i]
	}
	return nil
}

// notFound returns the error for a method that find did not find.
func (r *Registry) notFound(call *Call) *Error {
	if call.Name != "" {
		if old, ok := r.retiredNames[call.Name]; ok {
			return retiredError(old)
		}
		return NewError(CodeMethodNotFound, "there is no method %q", clip(call.Name, 64))
	}
	if old, ok := r.retired[call.ID]; ok {
		return retiredError(old)
	}
	return NewError(CodeMethodNotFound, "there is no method %d", call.ID)
}

func retiredError(old Retired) *Error {
	e := NewError(CodeMethodNotFound, "method %d (%s) was retired", old.ID, old.Name)
	return e.WithData(map[string]bool{"retired": true})
}

// clip shortens s to n bytes for a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

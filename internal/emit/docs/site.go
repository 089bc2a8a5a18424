package docs

import (
	"fmt"
	"html/template"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

const readme = "README.md"

// site is the documentation as data: what the templates place. Everything that
// is a sentence, an example or an anchor was made before.
type site struct {
	Header    string
	Title     string
	Schema    string
	Sections  sections
	Services  []*service
	Types     []*typeView
	Errors    []*errorView
	Protocol  []*errorView
	Own       []ownMethod
	Session   []sessionKey
	Settings  []setting
	Retired   []retired
	TryPing   string
	TryMethod *method // the first method that anyone may call, or nil
	TryID     uint32  // of that, or of Ping
	Count     int     // of methods
	History   []ir.Release

	TokenMethod string // what a token at the handshake is for, or ""

	Life template.HTML // the life of a session as inline SVG, or ""

	model   *ir.Model
	docs    sync.Map // doc by its source: columns of many methods share a comment
	pieces  sync.Map // *piece by template and data
	kinds   sync.Map // *values by valuesKey
	anchors anchors
	places  map[string]place     // by the name that a comment may link to
	named   map[string]*typeView // by SQL name

	ownKeys   []string // of ownMethods' definitions, in their order
	errorKeys map[*errorView]string
}

// sections are the anchors of the page's parts.
type sections struct{ Connect, Own, Types, Errors, Protocol, Retired, Changelog string }

type service struct {
	Header      string
	Name        string
	First, Last uint32
	Doc         doc
	Anchor      string
	File        string
	Methods     []*method
	Tables      template.HTML // the tables that its methods read and write, as inline SVG, or ""
	Mermaid     string        // the same for Markdown, or ""
}

type method struct {
	ID         uint32
	Service    string
	Name       string
	Anchor     string
	IDAnchor   string
	File       string
	Summary    string
	Doc        doc
	Badges     *piece
	Facts      *piece
	Identity   string
	Deprecated string
	Since      string
	Params     []*field
	Filled     []*field
	Shape      string
	Columns    []*field
	Errors     []*errorView
	Protocol   *piece
	protocol   []*errorView
	Request    string
	Answer     string
	ReadOnly   bool
	Access     string

	FactList []fact // what Facts are made of
	model    *ir.Method
}

// doc is a comment in the forms that templates place.
type doc struct {
	HTML     template.HTML
	Markdown string
	Text     string
}

type badge struct{ Kind, Text string }

type fact struct{ Name, Text string }

type retired struct {
	ID       uint32
	Name     string
	Function string
	Anchor   string
}

type setting struct{ Name, Source string }

type sessionKey struct {
	Name string
	Type typeRef
	Role bool
}

type errorView struct {
	Anchor    string
	File      string
	Code      int32
	Name      string
	Message   string
	Field     string
	Cause     string // what in the database leads to it, for readers of the schema
	Retryable bool
}

func newSite(m *ir.Model) (*site, error) {
	s := &site{
		Header: Header, Title: title(m.Schema), Schema: m.Schema, Own: ownMethods, Count: len(m.Methods),
		model: m, anchors: anchors{}, places: map[string]place{}, named: map[string]*typeView{},
	}
	s.name()
	for _, build := range []func() error{s.addTypes, s.addErrors, s.addServices, s.addRest} {
		if err := build(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// name gives everything its anchor and file, methods first: their anchors are
// part of what people link to, so nothing else may take them.
func (s *site) name() {
	files := anchors{"readme": true}
	for _, sv := range s.model.Services {
		view := &service{Header: Header, Name: sv.Name, First: sv.First, Last: sv.Last}
		view.File = files.takeFold(slug(sv.Name)) + ".md"
		for _, m := range sv.Methods {
			mv := &method{ID: m.ID, Name: m.Name, Service: sv.Name, File: view.File}
			mv.Anchor, mv.IDAnchor = s.anchors.take(slug(m.Name)), s.anchors.take(fmt.Sprint(m.ID))
			s.place(m.Name, mv.Anchor, view.File)
			s.place(fmt.Sprint(m.ID), mv.Anchor, view.File)
			view.Methods = append(view.Methods, mv)
		}
		s.Services = append(s.Services, view)
	}
	for _, sv := range s.Services {
		sv.Anchor = s.anchors.take("service-" + slug(sv.Name))
	}
	take := s.anchors.take
	s.Sections = sections{take("connect"), take("own-methods"), take("types"), take("errors"), take("protocol-errors"), take("retired"), take("changelog")}
	keys := anchors{}
	for _, t := range s.model.Types {
		key := keys.take(first(t.GoName, plausible.BareName(t.Name)))
		view := &typeView{Key: key, Anchor: take("type-" + slug(key))}
		s.place(key, view.Anchor, readme)
		s.named[t.Name] = view
		s.Types = append(s.Types, view)
	}
	s.define()
}

func (s *site) place(name, anchor, file string) {
	if _, taken := s.places[name]; !taken {
		s.places[name] = place{anchor, file}
	}
}

func (s *site) prose(source string) prose {
	return prose{source: source, find: func(name string) (place, bool) {
		at, ok := s.places[name]
		return at, ok
	}}
}

func (s *site) doc(source string) (doc, error) {
	source = strings.TrimSpace(source)
	if known, ok := s.docs.Load(source); ok {
		return known.(doc), nil //nolint:forcetypeassert // nothing else is stored
	}
	d, err := s.prose(source).doc()
	if err == nil {
		s.docs.Store(source, d)
	}
	return d, err
}

func (s *site) addErrors() error {
	for _, e := range s.model.Errors {
		v := &errorView{Code: e.Code, Name: e.Name, Message: e.Message, Field: e.Field, File: readme}
		v.Anchor = s.anchors.take("error-" + slug(e.Name))
		if e.Constraint != "" {
			v.Cause = "constraint " + e.Constraint
		} else if e.SQLState != "" {
			v.Cause = "SQLSTATE " + e.SQLState
		}
		s.Errors = append(s.Errors, v)
	}
	for _, e := range protocolErrors {
		v := &errorView{Code: e.Code, Name: e.Name, Message: e.When, Retryable: e.Retryable, File: readme}
		v.Anchor = s.anchors.take("error-" + slug(e.Name))
		s.Protocol = append(s.Protocol, v)
	}
	taken := anchors{}
	s.errorKeys = map[*errorView]string{}
	for _, list := range [][]*errorView{s.Errors, s.Protocol} {
		for _, e := range list {
			s.errorKeys[e] = taken.take(slug(e.Name))
		}
	}
	return nil
}

func (s *site) addServices() error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range s.model.Services {
		group.Go(func() error { return s.fillService(s.Services[i], &s.model.Services[i]) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, sv := range s.model.Services {
		for j, m := range sv.Methods {
			if m.Access.Public && s.TryMethod == nil {
				s.TryMethod = s.Services[i].Methods[j]
			}
		}
	}
	return nil
}

// fillService makes the view of sv. Services are filled at the same time.
func (s *site) fillService(view *service, sv *ir.Service) (err error) {
	if view.Doc, err = s.doc(sv.Doc); err != nil {
		return err
	}
	for i, m := range sv.Methods {
		if err := s.fill(view.Methods[i], m); err != nil {
			return fmt.Errorf("method %d %s: %w", m.ID, m.Name, err)
		}
	}
	view.Tables, view.Mermaid = s.tablesPicture(view, sv), mermaid(view, sv)
	return nil
}

func (s *site) addRest() error {
	for _, k := range s.model.Session {
		s.Session = append(s.Session, sessionKey{Name: k.Name, Type: s.typeRef(k.Type), Role: k.Role})
	}
	for _, one := range s.model.Settings {
		s.Settings = append(s.Settings, setting{one.Name, one.Source})
	}
	for _, r := range s.model.Retired {
		s.Retired = append(s.Retired, retired{r.ID, r.Name, r.Function, s.anchors.take(fmt.Sprint(r.ID))})
	}
	s.Life = s.lifePicture()
	s.History, s.TryID = s.model.History, ownMethods[0].ID
	if s.TryMethod != nil {
		s.TryID = s.TryMethod.ID
	}
	for _, m := range s.model.Methods {
		if m.ID == s.model.Authorize {
			s.TokenMethod = m.Name
		}
	}
	s.TryPing = `{"method": 1, "seq": 1}`
	return nil
}

// title names the API after its schema, unless that is called api.
func title(schema string) string {
	if schema == "" || schema == "api" {
		return "API reference"
	}
	return schema + " API reference"
}

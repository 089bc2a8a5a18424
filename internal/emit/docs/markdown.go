package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/spgen/spgen/internal/ir"
)

// The Markdown is read as a diff, too. So each line tells one fact and names the
// method or type that it is of, and no line changes because of another fact.

// fieldPath names a field in Markdown: SignUp.email, SignUp.result.token.
func fieldPath(of string, f *field) string { return codeSpan(of + "." + f.Name) }

// paramLine says of a parameter what a client must know.
func paramLine(of string, f *field) string {
	need := "required"
	if f.Optional {
		need = "optional, default " + first(codeSpan(f.Default), "the function's own")
	}
	null := "may be null"
	if f.NotNull {
		null = "never null"
	}
	return fmt.Sprintf("%s: %s, %s, %s.", fieldPath(of, f), f.typeMarkdown(), need, null)
}

// columnLine says of a column of an object what a client must know.
func columnLine(of string, f *field) string {
	return fmt.Sprintf("%s: %s.", fieldPath(of, f), f.valueMarkdown())
}

// valueMarkdown says what a value may be: its type, and whether it may be null.
func (f *field) valueMarkdown() string {
	if f.NotNull {
		return f.typeMarkdown() + ", never null"
	}
	return f.typeMarkdown() + ", may be null"
}

// typeMarkdown names the type, and links to what is said of it.
func (f *field) typeMarkdown() string {
	name := codeSpan(f.Type.Name)
	if f.Type.Anchor == "" {
		return name
	}
	return "[" + name + "](" + readme + "#" + f.Type.Anchor + ")"
}

// asides are the further lines of a field: its comment, its values, its former names.
func asides(f *field) []string {
	var all []string
	if f.Doc.Text != "" {
		all = append(all, sentence(escapeStarts(escapeMarkdown(oneLine(f.Doc.Text)))))
	}
	if len(f.Labels) > 0 {
		all = append(all, "One of "+codes(f.Labels)+".")
	}
	for _, c := range f.Checks {
		all = append(all, c.markdown())
	}
	for _, former := range f.Aliases {
		all = append(all, codeSpan(former)+" is a former name, and is still taken.")
	}
	return all
}

// resultPath is what the columns of m's result are named after.
func (m *method) resultPath() string {
	switch m.model.Shape {
	case ir.Array, ir.Scalars:
		return m.Name + ".result[]"
	}
	return m.Name + ".result"
}

// resultLines describe m's result: its form, and each value in it.
func resultLines(m *method) []line {
	all := []line{{fmt.Sprintf("%s answers: %s", plainText(m.Name), lowerFirst(m.Shape)), nil}}
	for _, f := range m.Columns {
		switch m.model.Shape {
		case ir.Scalar, ir.Scalars, ir.OptScalar:
			all = append(all, line{fmt.Sprintf("%s: %s.", codeSpan(m.resultPath()), f.valueMarkdown()), asides(f)})
		default:
			all = append(all, line{columnLine(m.resultPath(), f), asides(f)})
		}
	}
	return all
}

// line is an item of a list, and what is below it.
type line struct {
	Text  string
	Below []string
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// plainText places text of a database in a line of Markdown.
func plainText(s string) string { return escapeStarts(escapeMarkdown(oneLine(s))) }

// placeInBody is the end of why an error is raised: it changes with every line that
// is added above, and so has no place in a diff.
var placeInBody = regexp.MustCompile(`, line \d+$`)

// errorLines are the errors that m can answer of its own, and why.
func errorLines(m *method) []line {
	var all []line
	for _, e := range m.Errors {
		text := fmt.Sprintf("%s can answer %d %s", plainText(m.Name), e.Code, codeSpan(e.Name))
		if e.Message != "" {
			text += ": " + plainText(e.Message)
		}
		if text = sentence(text); e.Field != "" {
			text += " It is about " + codeSpan(e.Field) + "."
		}
		all = append(all, line{text, m.reasons(func(r *ir.Raise) bool { return r.Error != nil && r.Error.Code == e.Code })})
	}
	for i, r := range m.model.Raises {
		if r.Error != nil {
			continue
		}
		what := fmt.Sprintf("%s can answer %s", plainText(m.Name), codeSpan(r.Protocol))
		if told := strings.TrimSpace(r.SQLState + " " + r.Cause); told != "" {
			what += ", of " + codeSpan(told)
		}
		all = append(all, line{what + ".", m.reasons(func(one *ir.Raise) bool { return one == &m.model.Raises[i] })})
	}
	return all
}

// reasons say how it is known that m raises an error, each once.
func (m *method) reasons(of func(*ir.Raise) bool) []string {
	var all []string
	add := func(text string) {
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for i := range m.model.Raises {
		r := &m.model.Raises[i]
		if !of(r) {
			continue
		}
		if r.Declared {
			add("Declared by the comment.")
		}
		for _, why := range r.Why {
			add("Inferred: " + sentence(plainText(placeInBody.ReplaceAllString(why, ""))))
		}
		if !r.Declared && len(r.Why) == 0 {
			add("Inferred.")
		}
	}
	return all
}

// tableLines say which tables m reads and writes.
func tableLines(m *method) []string {
	var all []string
	for _, t := range qualified(m.model.Writes) {
		all = append(all, plainText(m.Name)+" writes "+codeSpan(t)+".")
	}
	for _, t := range qualified(m.model.Reads) {
		all = append(all, plainText(m.Name)+" reads "+codeSpan(t)+".")
	}
	for _, o := range m.model.Opaque {
		all = append(all, plainText(m.Name)+" may do more: "+sentence(plainText(placeInBody.ReplaceAllString(o, ""))))
	}
	return all
}

// sample is an example in Markdown.
type sample struct {
	Caption string
	Frames  string
}

// samples are the transcripts of m or, where it has none, frames that are made up and
// say so. A frame is one line, as it travels.
func samples(m *method) ([]sample, error) {
	var all []sample
	for _, t := range m.model.Transcripts {
		caption := plainText(m.Name) + ", run against the database"
		if t.MadeUp {
			caption += " with values made up from types and constraints"
		}
		if t.Error != "" {
			caption += ", answered " + codeSpan(t.Error)
		}
		if t.Title != "" {
			caption += ": " + plainText(t.Title)
		}
		all = append(all, sample{sentence(caption), t.Request + "\n" + t.Answer})
	}
	if len(all) > 0 {
		return all, nil
	}
	request, answer, err := Frames(m.model)
	return []sample{{plainText(m.Name) + ", made up from types and constraints, not run.", string(request) + "\n" + string(answer)}}, err
}

// markdownLines place what is said of methods and types.
var markdownLines = template.FuncMap{
	"param": paramLine, "column": columnLine, "asides": asides, "resultLines": resultLines, "errorLines": errorLines,
	"tableLines": tableLines, "samples": samples, "lowerFirst": lowerFirst,
}

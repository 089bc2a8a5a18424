package example

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/rpc"
)

// check reports what is wrong with j before it is run.
func (r *run) check(j *job) bool {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(j.example.Params), &object); err != nil || object == nil {
		what := "its parameters are no JSON object"
		if err != nil && j.example.Params != "" {
			what = fmt.Sprintf("%s: %v", what, err)
		}
		r.fault(j, "EXA001", "%s", what).Hintf(`write: @example {"name": "value"} or @example error_name {"name": "value"}`)
		return false
	}
	if n := len(j.example.Params); n > maxAnswer {
		r.fault(j, "EXA001", "its parameters are %d bytes, and the docs show at most %d", n, maxAnswer).Hintf("write a shorter one")
		return false
	}
	if e := j.example.Error; e != "" && !slices.Contains(r.errorNames(), e) {
		d := r.fault(j, "EXA004", "there is no error %s", e)
		if d.Hint = diag.DidYouMean(e, r.errorNames()); d.Hint == "" {
			d.Hintf("name one of the manifest or of the protocol, or begin with the parameters: @example {…}")
		}
		return false
	}
	return true
}

// firstCode is where the codes begin that JSON-RPC leaves to protocols.
const firstCode rpc.Code = -32768

// errorNames are the names of all errors that an answer may have.
func (r *run) errorNames() []string {
	if r.names != nil {
		return r.names
	}
	var names []string
	for _, e := range r.model.Errors {
		names = append(names, e.Name)
	}
	for code := firstCode; code < 0; code++ {
		if name := code.String(); name != "" {
			names = append(names, name)
		}
	}
	r.names = names
	return names
}

func (r *run) fault(j *job, code, format string, args ...any) *diag.Diagnostic {
	return r.diags().Errorf(code, j.pos, "an example of %s: %s", j.method.Name, fmt.Sprintf(format, args...)).About(j.method.Identity)
}

// judge compares what was answered with what was expected, and makes the transcripts.
func (r *run) judge() {
	for _, j := range r.jobs {
		switch {
		case j.madeUp && j.first.err != nil:
			r.result.Hints.Notef("EXA009", r.place(j), "a call of %s that was made up fails, so that the docs show no real one: %s", j.method.Name, said(j.first)).
				About(j.method.Identity).Hintf("write an @example into its comment, or rows for it into the setup of the examples")
		case !j.madeUp && !r.expected(j):
		case (j.first.err == nil) != (j.second.err == nil) || j.first.err != nil && j.first.err.Code != j.second.err.Code:
			r.undetermined(j)
		default:
			r.keep(j)
		}
	}
}

func (r *run) place(j *job) diag.Pos {
	for i := range r.manifest.Methods {
		if r.manifest.Methods[i].ID == j.method.ID {
			return r.manifest.Methods[i].Pos
		}
	}
	return diag.Pos{File: r.manifest.Path}
}

// expected reports whether j was answered as its tag says.
func (r *run) expected(j *job) bool {
	want, got := j.example.Error, j.first.err
	switch {
	case got == nil && want == "" || got != nil && got.Name == want:
		return true
	case want != "" && got == nil:
		r.fault(j, "EXA004", "it succeeds, and was to fail with %s", want).
			Hintf("answered: %s", clip(gjson.GetBytes(j.first.answer, "result").Raw))
	case want != "":
		r.fault(j, "EXA004", "it fails with %s, and was to fail with %s", said(j.first), want).
			Hintf("write: @example %s %s", got.Name, clip(j.example.Params))
	case got.Code == rpc.CodeInvalidParams:
		r.fault(j, "EXA002", "%s", said(j.first)).Hintf("correct the parameters, or write: @example invalid_params {…}")
	default:
		r.fault(j, "EXA003", "it fails with %s", said(j.first)).
			Hintf("correct the parameters, put rows for it into the setup of the examples, or write: @example %s {…}", got.Name)
	}
	return false
}

// undetermined reports a call that now succeeds, now fails.
func (r *run) undetermined(j *job) {
	words := func(o outcome) string {
		if o.err == nil {
			return "succeeds"
		}
		return "fails with " + said(o)
	}
	if j.madeUp {
		r.result.Hints.Notef("EXA009", r.place(j), "a call of %s that was made up %s and then %s", j.method.Name, words(j.first), words(j.second)).
			About(j.method.Identity).Hintf("write an @example into its comment")
		return
	}
	r.diags().Warnf("EXA008", j.pos, "an example of %s first %s and then %s, so that the docs do not show it", j.method.Name, words(j.first), words(j.second)).
		About(j.method.Identity).Hintf("choose parameters whose answer is the same at any time")
}

// keep makes the transcript of j.
func (r *run) keep(j *job) {
	answer, unordered := stable(j.method, j.first, j.second)
	if len(answer) > maxAnswer {
		r.tooLong(j, len(answer))
		return
	}
	if len(unordered) > 0 && !j.madeUp {
		r.diags().Warnf("EXA008", j.pos, "the order of %s is not determined, so that the docs show a made-up answer of %s", strings.Join(unordered, " and "), j.method.Name).
			About(j.method.Identity).Hintf("add `order by` to it")
	}
	t := ir.Transcript{Title: j.example.Title, Request: string(j.frame), Answer: string(answer), MadeUp: j.madeUp}
	if j.first.err != nil {
		t.Error = j.first.err.Name
	}
	r.result.Transcripts[j.method.ID] = append(r.result.Transcripts[j.method.ID], t)
}

func (r *run) tooLong(j *job, n int) {
	if j.madeUp {
		r.result.Hints.Notef("EXA009", r.place(j), "the answer of %s is %d bytes, and the docs show at most %d", j.method.Name, n, maxAnswer).
			About(j.method.Identity).Hintf("write an @example whose answer is short")
		return
	}
	r.fault(j, "EXA003", "its answer is %d bytes, and the docs show at most %d", n, maxAnswer).Hintf("choose parameters that are answered with less")
}

// said is an error answer in words, with its cause where clients do not see it.
func said(o outcome) string {
	s := o.err.Name + ": " + o.err.Message
	faults := gjson.GetBytes(o.err.Data, "faults")
	if n := len(faults.Array()); n > 1 {
		var each []string
		for _, f := range faults.Array() {
			each = append(each, f.Get("param").Str+" ("+f.Get("reason").Str+")")
		}
		s += ": " + strings.Join(each, ", ")
	}
	if o.cause != "" && !strings.Contains(s, o.cause) {
		s += " (" + o.cause + ")"
	}
	return s
}

// clip shortens s for a message.
func clip(s string) string {
	const most = 120
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

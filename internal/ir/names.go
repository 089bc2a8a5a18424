package ir

import (
	"strings"
	"unicode"
)

// initialisms are written in capitals in Go names.
var initialisms = map[string]string{
	"api": "API", "ascii": "ASCII", "cpu": "CPU", "css": "CSS", "db": "DB", "dns": "DNS", "eof": "EOF",
	"guid": "GUID", "html": "HTML", "http": "HTTP", "https": "HTTPS", "id": "ID", "ids": "IDs", "ip": "IP",
	"json": "JSON", "jwt": "JWT", "os": "OS", "ram": "RAM", "rpc": "RPC", "sla": "SLA", "smtp": "SMTP",
	"sql": "SQL", "ssh": "SSH", "tcp": "TCP", "tls": "TLS", "ttl": "TTL", "udp": "UDP", "ui": "UI",
	"uri": "URI", "url": "URL", "urls": "URLs", "utc": "UTC", "utf8": "UTF8", "uuid": "UUID", "vm": "VM",
	"xml": "XML", "xss": "XSS",
}

// GoName returns an exported Go identifier for an SQL name: "user_id" gives
// "UserID". It is total: every name gives a valid identifier.
func GoName(name string) string {
	out := camel(name)
	if first := []rune(out + "_")[0]; !unicode.IsUpper(first) {
		return "X" + out
	}
	return out
}

// camel joins the words of a name, each begun in upper case: "1st id" gives
// "1stID".
func camel(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		if upper, ok := initialisms[strings.ToLower(word)]; ok {
			b.WriteString(upper)
			continue
		}
		runes := []rune(word)
		runes[0] = unicode.ToUpper(runes[0])
		b.WriteString(string(runes))
	}
	return b.String()
}

// words splits a name where it has something else than letters and digits, and
// where a lower-case letter precedes an upper-case one.
func words(name string) []string {
	var (
		all  []string
		word []rune
	)
	flush := func() {
		if len(word) > 0 {
			all = append(all, string(word))
			word = nil
		}
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && len(word) > 0 && !unicode.IsUpper(word[len(word)-1]) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return all
}

// Unexported returns name with its leading capitals lowered: "SignUp" gives
// "signUp", "URLOf" gives "urlOf". It may be a keyword: append something to it.
func Unexported(name string) string {
	runes := []rune(name)
	for i := range runes {
		nextWord := i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if !unicode.IsUpper(runes[i]) || nextWord {
			break
		}
		runes[i] = unicode.ToLower(runes[i])
	}
	if len(runes) > 0 && unicode.IsUpper(runes[0]) {
		return "x" + string(runes) // a capital without a small letter
	}
	return string(runes)
}

// fieldName returns the Go name of a struct's field. CodeJSON is a method of
// every emitted struct.
func fieldName(name string) string {
	if out := GoName(name); out != "CodeJSON" {
		return out
	}
	return "CodeJSON_"
}

// quoteIdent quotes an SQL identifier.
func quoteIdent(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

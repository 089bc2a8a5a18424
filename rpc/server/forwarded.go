package server

import (
	"net/netip"
	"strings"
)

// hop is one element of a header in which proxies say whom they had a request
// from. An element that cannot be read, or hides the address, is the zero hop.
type hop struct {
	addr  netip.Addr
	proto string // "": not said
	host  string // the same
}

// eachListed calls f for the elements of an X-Forwarded-For line.
func eachListed(line string, f func(hop)) {
	for entry := range strings.SplitSeq(line, ",") {
		if entry = strings.Trim(entry, " \t"); entry != "" {
			f(hop{addr: node(entry)})
		}
	}
}

// eachForwarded calls f for the elements of a Forwarded line, RFC 7239, section
// 4. What follows a mistake belongs to the element with the mistake: a quote
// that a client has left open can so hide elements, and never makes them.
func eachForwarded(line string, f func(hop)) {
	for {
		if line = strings.TrimLeft(line, " \t,"); line == "" {
			return
		}
		h, rest, ok := element(line)
		if !ok {
			f(hop{})
			return
		}
		f(h)
		line = rest
	}
}

// element reads the first element of line, and the comma after it.
func element(line string) (h hop, rest string, ok bool) {
	named := false
	for {
		name, value, after, ok := pair(line)
		if !ok {
			return hop{}, "", false
		}
		switch strings.ToLower(name) {
		case "for":
			if named {
				return hop{}, "", false
			}
			named, h.addr = true, node(value)
		case "proto":
			h.proto = value
		case "host":
			h.host = value
		}
		switch {
		case after == "":
			return h, "", true
		case after[0] == ',':
			return h, after[1:], true
		}
		line = after[1:] // ';'
	}
}

// pair reads name=value from the beginning of s. What is after it is empty or
// begins with a semicolon or a comma.
func pair(s string) (name, value, after string, ok bool) {
	name, s, ok = strings.Cut(strings.TrimLeft(s, " \t"), "=")
	if !ok || name == "" || strings.ContainsAny(name, "\",; \t") {
		return "", "", "", false
	}
	if strings.HasPrefix(s, `"`) {
		if value, s, ok = quoted(s[1:]); !ok {
			return "", "", "", false
		}
	} else {
		end := strings.IndexAny(s, ";,")
		if end < 0 {
			end = len(s)
		}
		value, s = strings.TrimRight(s[:end], " \t"), s[end:]
		if strings.ContainsAny(value, "\" \t") {
			return "", "", "", false
		}
	}
	after = strings.TrimLeft(s, " \t")
	return name, value, after, after == "" || after[0] == ';' || after[0] == ','
}

// quoted reads a quoted-string of RFC 9110 whose first quote is read.
func quoted(s string) (value, after string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// node returns the address of a node, with or without port and brackets, or the
// zero Addr for what is none: "unknown", "_hidden".
func node(s string) netip.Addr {
	addr, err := netip.ParseAddr(s)
	if err != nil && strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		addr, err = netip.ParseAddr(s[1 : len(s)-1])
	}
	if err != nil {
		ap, _ := netip.ParseAddrPort(s)
		addr = ap.Addr()
	}
	return addr.Unmap().WithZone("")
}

// lastOf returns the last element of a header of which lines are the values.
func lastOf(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	last := lines[len(lines)-1]
	return strings.Trim(last[strings.LastIndexByte(last, ',')+1:], " \t")
}

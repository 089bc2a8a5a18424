package server

import (
	"bytes"
	"html"
	"io/fs"
	"regexp"
	"strings"
)

// The page of the docs, and the console on it.
const (
	indexName   = "index.html"
	consoleMark = "<!-- console -->"
	consoleHTML = `<link rel="stylesheet" href="console.css"><script src="console.js" defer></script>`
)

var consoleFiles = map[string]bool{"console.js": true, "console.css": true}

// hasConsole reports whether docs were generated with a console.
func hasConsole(files fs.FS) bool {
	for name := range consoleFiles {
		if _, err := fs.Stat(files, name); err != nil {
			return false
		}
	}
	return true
}

var policyElement = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n?`)

// servedPage returns the page as it is served, with or without the console, and
// its policy, which takes the place of the one in the page: that one is for
// those who open the file. A page without a policy is sent as it is.
func servedPage(page []byte, console bool) (served []byte, policy string) {
	if m := policyElement.FindSubmatchIndex(page); m != nil {
		policy = servedPolicy(html.UnescapeString(string(page[m[2]:m[3]])), console)
		page = bytes.Join([][]byte{page[:m[0]], page[m[1]:]}, nil)
	}
	mark, put := consoleMark, ""
	if console {
		put = consoleHTML
		if !bytes.Contains(page, []byte(mark)) {
			mark, put = "</head>", consoleHTML+"</head>"
		}
	}
	return bytes.Replace(page, []byte(mark), []byte(put), 1), policy
}

// servedPolicy admits the scripts and styles whose hashes the page's own policy
// has, and, for the console, files and the socket of the server. 'self' covers
// ws: and wss: of the page's origin in Chrome 71, Firefox 63, Safari 16 and what
// came after them (CSP Level 3, section 6.7.2.8).
func servedPolicy(own string, console bool) string {
	self := ""
	if console {
		self = " 'self'"
	}
	policy := "default-src 'none'; script-src" + sources(own, "script-src", self) + "; style-src" + sources(own, "style-src", self)
	if console {
		policy += "; connect-src 'self'"
	}
	return policy + "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// sources returns the hashes of a directive of policy, and more.
func sources(policy, directive, more string) string {
	for d := range strings.SplitSeq(policy, ";") {
		name, list, _ := strings.Cut(strings.TrimSpace(d), " ")
		if name != directive {
			continue
		}
		hashes := ""
		for source := range strings.FieldsSeq(list) {
			if strings.HasPrefix(source, "'sha256-") {
				hashes += " " + source
			}
		}
		more = hashes + more
	}
	if more == "" {
		return " 'none'"
	}
	return more
}

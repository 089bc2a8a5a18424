package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// docs serves the generated docs from memory.
type docs struct {
	files map[string]*document // by path
}

// document is a file as it is sent.
type document struct {
	kind   string // its media type; "": to be sniffed
	policy string // its Content-Security-Policy; "": that of every answer
	body   []byte
	etag   string        // without quotes
	zipped func() []byte // the body in gzip; nil: not worth it
}

// kinds are the media types of what is generated.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".md":   "text/markdown; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// newDocs reads files, if there are any. Without the console its files are left out.
func newDocs(files fs.FS, console bool) (*docs, error) {
	d := &docs{files: map[string]*document{}}
	if files == nil {
		return d, nil
	}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !console && consoleFiles[name] {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		policy := ""
		if name == indexName {
			body, policy = servedPage(body, console && hasConsole(files))
		}
		d.files[name] = newDocument(name, body, policy)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read docs: %w", err)
	}
	d.files[""] = d.files[indexName]
	return d, nil
}

// leastZipped is where compression begins to save packets.
const leastZipped = 1400

func newDocument(name string, body []byte, policy string) *document {
	sum := sha256.Sum256(body)
	d := &document{
		kind: kinds[path.Ext(name)], policy: policy, body: body,
		etag: base64.RawURLEncoding.EncodeToString(sum[:16]),
	}
	if d.kind != "" && len(body) >= leastZipped {
		d.zipped = sync.OnceValue(func() []byte { return zip(body) })
	}
	return d
}

func zip(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// ServeHTTP implements http.Handler, for paths below that of the docs.
func (d *docs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := d.files[r.URL.Path]
	if f == nil {
		answer(w, http.StatusNotFound, "there is no such file, the docs begin at /docs/")
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // kept, and asked for
	if f.kind != "" {
		h.Set("Content-Type", f.kind)
	}
	if f.policy != "" {
		h.Set("Content-Security-Policy", f.policy)
	}
	body, etag := f.body, f.etag
	if f.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body, etag = f.zipped(), etag+"-gzip"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reports whether r's client takes gzip (RFC 9110, section 12.5.3).
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		weight = strings.ReplaceAll(weight, " ", "")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.ToLower(weight), "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spgen/spgen/internal/devpg"
)

// repository serves one archive under any name, and its checksum.
type repository struct {
	archive  []byte
	checksum string
	asked    atomic.Int32 // for the archive
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	txz, err := os.ReadFile("testdata/postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	w := zip.NewWriter(&jar)
	for name, body := range map[string][]byte{"postgres.txz": txz, "ballast": make([]byte, 1<<20)} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(jar.Bytes())
	return &repository{archive: jar.Bytes(), checksum: hex.EncodeToString(sum[:])}
}

func (r *repository) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if strings.HasSuffix(req.URL.Path, ".sha256") {
		_, _ = w.Write([]byte(r.checksum))
		return
	}
	r.asked.Add(1)
	w.Header().Set("Content-Length", fmt.Sprint(len(r.archive)))
	_, _ = w.Write(r.archive)
}

// bare is a host without PostgreSQL whose downloads come from handler.
func bare(t *testing.T, dir string, handler http.Handler) devpg.Host {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h := host(dir)
	h.Path, h.Globs, h.Repository = "", nil, server.URL
	return h
}

func TestDownload(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	files := newRepository(t)
	h := bare(t, dir, files)
	// Under root the first cache is one that the server's user cannot enter.
	private := filepath.Join(dir, "private")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	h.Caches = append([]string{private}, h.Caches...)
	o := options(filepath.Join(dir, "pg"))
	var out bytes.Buffer
	o.Output = &out
	c := start(t, h, o)
	query(t, c, "select 1")
	for _, line := range []string{
		"downloading PostgreSQL 18.3.0: 0.1 of 1.0 MB\n",
		"downloading PostgreSQL 18.3.0: 1.0 of 1.0 MB\n",
		"making a PostgreSQL",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("output %q lacks %q", out.String(), line)
		}
	}
	stop(t, c)
	start(t, h, options(filepath.Join(dir, "another")))
	if n := files.asked.Load(); n != 1 {
		t.Errorf("downloaded %d times", n)
	}
}

func TestDownloadFails(t *testing.T) {
	t.Parallel()
	good := newRepository(t)
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{
			name:    "missing",
			handler: http.NotFound,
			want:    "404",
		},
		{
			name: "other bytes",
			handler: (&repository{
				archive:  bytes.Replace(good.archive, []byte("ballast"), []byte("ballist"), 1),
				checksum: good.checksum,
			}).ServeHTTP,
			want: "checksums do not match",
		},
		{
			name: "cut off",
			handler: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(good.archive)))
				_, _ = w.Write(good.archive[:1000])
			},
			want: "unexpected EOF",
		},
		{
			name: "no archive",
			handler: func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ".sha256") {
					http.NotFound(w, r)
				}
				_, _ = w.Write([]byte("hello"))
			},
			want: "zip",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := scratch(t)
			_, err := bare(t, dir, test.handler).Start(t.Context(), options(filepath.Join(dir, "pg")))
			assertContains(t, err, test.want, "18.3.0", "apt-get install postgresql", "brew install postgresql", "--database-url")
			assertNoDownload(t, dir)
		})
	}
}

func assertNoDownload(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, "cache", "postgres", "*"))
	if err != nil || len(left) != 1 || !strings.HasSuffix(left[0], ".lock") {
		t.Errorf("the cache holds %v (%v)", left, err)
	}
}

func TestDownloadWithoutNetwork(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	h := host(dir)
	h.Path, h.Globs = "", nil
	_, err := h.Start(t.Context(), options(filepath.Join(dir, "pg")))
	assertContains(t, err, h.Repository, "refused", "apt-get install postgresql", "brew install postgresql", "--database-url")
	assertNoDownload(t, dir)
}

func TestCancelledDownload(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	ctx, cancel := context.WithCancel(t.Context())
	h := bare(t, dir, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(make([]byte, 1000))
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	}))
	_, err := h.Start(ctx, options(filepath.Join(dir, "pg")))
	assertContains(t, err, "context canceled")
	assertNoDownload(t, dir)
}

func TestBar(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	devpg.Bar(&out, "PostgreSQL 18", 3<<20)
	for _, part := range []string{"PostgreSQL 18", "3.0 MiB / 3.0 MiB", "100 %"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the bar %q lacks %q", out.String(), part)
		}
	}
}

package server_test

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/internal/certtest"
	"github.com/spgen/spgen/rpc/server"
)

// files is a certificate with its key on disk, behind a symbolic link that is
// exchanged, as Kubernetes does it.
type files struct {
	dir       string
	cert, key string
	n         int
}

func newFiles(t *testing.T) *files {
	dir := t.TempDir()
	return &files{dir: dir, cert: filepath.Join(dir, "current", "tls.crt"), key: filepath.Join(dir, "current", "tls.key")}
}

// write puts new files in place of the old ones.
func (f *files) write(t *testing.T, cert, key []byte) {
	t.Helper()
	f.n++
	next := filepath.Join(f.dir, strings.Repeat("x", f.n))
	link := filepath.Join(f.dir, "next")
	for _, err := range []error{
		os.Mkdir(next, 0o700),
		os.WriteFile(filepath.Join(next, "tls.crt"), cert, 0o600),
		os.WriteFile(filepath.Join(next, "tls.key"), key, 0o600),
		os.Symlink(next, link),
		os.Rename(link, filepath.Join(f.dir, "current")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// served returns the name in the certificate that c has.
func served(t *testing.T, c *server.Certificate) string {
	t.Helper()
	got, err := c.TLS().GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Leaf.DNSNames[0]
}

const day = 24 * time.Hour

func TestCertificateIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ca, f := certtest.New(t), newFiles(t)
		oldCert, oldKey := ca.Issue(90*day, 60*day, "old.example")
		newCert, newKey := ca.Issue(90*day, 60*day, "new.example")
		f.write(t, oldCert, oldKey)
		var log bytes.Buffer
		c, err := server.LoadCertificate(f.cert, f.key, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		go c.Watch(t.Context())
		for _, step := range []struct {
			name      string
			cert, key []byte
			want, log string
		}{
			{"nothing changed", oldCert, oldKey, "old.example", ""},
			{"half", newCert, oldKey, "old.example", "stays in use"},
			{"both", newCert, newKey, "new.example", "read again"},
			{"empty", nil, nil, "new.example", "stays in use"},
			{"too large", bytes.Repeat([]byte("\n"), 2<<20), newKey, "new.example", "more than a megabyte"},
			{"the same again", newCert, newKey, "new.example", ""},
			{"back", oldCert, oldKey, "old.example", "read again"},
		} {
			log.Reset()
			f.write(t, step.cert, step.key)
			<-time.After(time.Minute)
			synctest.Wait()
			if got := served(t, c); got != step.want {
				t.Errorf("%s: %s is served, want %s", step.name, got, step.want)
			}
			if n := strings.Count(log.String(), "\n"); !strings.Contains(log.String(), step.log) || n > 1 || n == 1 && step.log == "" {
				t.Errorf("%s: logged %s", step.name, log.String())
			}
		}
		log.Reset()
		if err := os.RemoveAll(f.dir); err != nil {
			t.Fatal(err)
		}
		if err := c.Reload(); err == nil || served(t, c) != "old.example" {
			t.Errorf("without files: %v", err)
		}
	})
}

func TestNoCertificate(t *testing.T) {
	t.Parallel()
	ca, f := certtest.New(t), newFiles(t)
	cert, key := ca.Issue(90*day, 60*day, "a.example")
	_, other := ca.Issue(90*day, 60*day, "b.example")
	for _, tt := range []struct {
		name      string
		cert, key []byte
		want      string
	}{
		{"exchanged", key, cert, "no certificate with its key in PEM"},
		{"another's key", cert, other, "does not match"},
		{"no key", cert, nil, "no certificate with its key in PEM"},
		{"no PEM", []byte("hello"), key, "no certificate with its key in PEM"},
	} {
		f.write(t, tt.cert, tt.key)
		if _, err := server.LoadCertificate(f.cert, f.key, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := server.LoadCertificate(f.cert, f.key+"x", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "tls.keyx") {
		t.Errorf("no file: %v", err)
	}
}

// Of a certificate that ends soon the log says so when it is read, and once a day.
func TestCertificateExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ca, f := certtest.New(t), newFiles(t)
		cert, key := ca.Issue(90*day, 10*day+time.Hour, "a.example")
		f.write(t, cert, key)
		var log bytes.Buffer
		c, err := server.LoadCertificate(f.cert, f.key, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		for passed, want := range []struct{ soon, over int }{1: {0, 0}, 2: {1, 0}, 3: {2, 0}, 10: {9, 0}, 11: {9, 1}, 12: {9, 2}} {
			soon, over := strings.Count(log.String(), "expires soon"), strings.Count(log.String(), "has expired")
			if want.soon+want.over > 0 || passed < 2 {
				if soon != want.soon || over != want.over {
					t.Errorf("after %d days: %d and %d warnings, want %d and %d", passed, soon, over, want.soon, want.over)
				}
			}
			for range 24 {
				<-time.After(time.Hour)
				_ = c.Reload()
			}
		}
	})
}

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/certtest"
	"github.com/spgen/spgen/rpc/rpctest"
)

// authority is an ACME server (RFC 8555) for one domain. It checks challenges
// and signs; it does not check who asks.
type authority struct {
	ca     *certtest.Authority
	url    string
	domain string
	http   string // where it finds the domain's port 80; "": not to be tried
	https  string // where it finds its port 443

	mu     sync.Mutex // guards what follows
	status string     // of the one order
	cert   []byte
	failed error // of the last challenge
	issued int
}

func newAuthority(t *testing.T, domain string) *authority {
	t.Helper()
	a := &authority{ca: certtest.New(t), domain: domain, status: "pending"}
	web := httptest.NewServer(a)
	t.Cleanup(web.Close)
	a.url = web.URL
	return a
}

// challenge is the token that the domain has to know.
const challenge = "a-token-of-the-authority"

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Header().Set("Replay-Nonce", "once")
	var request struct{ Payload string }
	_ = json.NewDecoder(r.Body).Decode(&request)
	payload, _ := base64.RawURLEncoding.DecodeString(request.Payload)
	switch r.URL.Path {
	case "/directory":
		a.reply(w, http.StatusOK, map[string]any{
			"newNonce": a.url + "/nonce", "newAccount": a.url + "/account", "newOrder": a.url + "/new", "meta": map[string]any{"termsOfService": "tos"},
		})
	case "/nonce":
	case "/account":
		w.Header().Set("Location", a.url+"/account/1")
		a.reply(w, http.StatusCreated, map[string]any{"status": "valid"})
	case "/new", "/order":
		if r.URL.Path == "/new" {
			a.status = "pending"
		}
		w.Header().Set("Location", a.url+"/order")
		a.order(w, map[string]int{"/new": http.StatusCreated, "/order": http.StatusOK}[r.URL.Path])
	case "/authz":
		a.reply(w, http.StatusOK, map[string]any{
			"status": map[string]string{"pending": "pending", "invalid": "invalid", "ready": "valid", "valid": "valid"}[a.status], "identifier": a.identifier(),
			"challenges": []any{a.challenge("tls-alpn-01"), a.challenge("http-01")},
		})
	case "/tls-alpn-01", "/http-01":
		a.status = "ready"
		if a.failed = a.check(r.URL.Path[1:]); a.failed != nil {
			a.status = "invalid" // a new order tries the next challenge
		}
		a.reply(w, http.StatusOK, a.challenge(r.URL.Path[1:]))
	case "/finalize":
		a.failed = a.sign(payload)
		a.order(w, http.StatusOK)
	case "/cert":
		_, _ = w.Write(a.cert)
	default:
		http.NotFound(w, r)
	}
}

func (a *authority) reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (a *authority) identifier() any { return map[string]any{"type": "dns", "value": a.domain} }

func (a *authority) challenge(kind string) any {
	return map[string]any{"type": kind, "url": a.url + "/" + kind, "token": challenge, "status": "pending"}
}

func (a *authority) order(w http.ResponseWriter, status int) {
	a.reply(w, status, map[string]any{
		"status": a.status, "identifiers": []any{a.identifier()}, "authorizations": []string{a.url + "/authz"},
		"finalize": a.url + "/finalize", "certificate": a.url + "/cert",
	})
}

// check has the domain prove that it is the client's.
func (a *authority) check(kind string) error {
	if kind == "http-01" {
		return a.checkHTTP()
	}
	conn, err := tls.Dial("tcp", a.https, &tls.Config{ServerName: a.domain, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	defer conn.Close()
	proof := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31} // RFC 8737
	for _, e := range conn.ConnectionState().PeerCertificates[0].Extensions {
		if e.Id.Equal(proof) {
			return nil
		}
	}
	return fmt.Errorf("%s: no proof in the certificate", kind)
}

func (a *authority) checkHTTP() error {
	if a.http == "" {
		return fmt.Errorf("nobody listens for http-01")
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+a.http+"/.well-known/acme-challenge/"+challenge, nil)
	if err != nil {
		return err
	}
	r.Host = a.domain
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); !strings.HasPrefix(string(body), challenge+".") {
		return fmt.Errorf("http-01: %s", body)
	}
	return nil
}

// sign issues what the client asks for.
func (a *authority) sign(payload []byte) error {
	var request struct{ CSR string }
	if err := json.Unmarshal(payload, &request); err != nil {
		return err
	}
	der, err := base64.RawURLEncoding.DecodeString(request.CSR)
	if err != nil {
		return err
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return err
	}
	a.cert = a.ca.Sign(csr.PublicKey, time.Now().Add(-time.Hour), time.Now().Add(90*day), a.domain)
	a.status = "valid"
	a.issued++
	return nil
}

// show returns the certificate that address shows who asks for domain.
func (a *authority) show(address, domain string) error {
	config := a.ca.Client()
	config.ServerName = domain
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 20 * time.Second}, "tcp", address, config)
	if err != nil {
		return err
	}
	return conn.Close()
}

// The program gets a certificate from an authority that comes to its own port,
// or to that of --autocert-http, and has it still after a restart.
func TestAutocert(t *testing.T) {
	t.Parallel()
	const domain = "api.example.org"
	for _, over := range []string{"tls-alpn-01", "http-01"} {
		t.Run(over, func(t *testing.T) {
			t.Parallel()
			a, dir := newAuthority(t, domain), t.TempDir()
			args := []string{
				"--autocert", domain, "--autocert-directory", a.url + "/directory", "--autocert-email", "ops@example.org",
				"--listen", "127.0.0.1:0", "--log-level", "error", "--database-url", nowhere, "--data-dir", dir,
			}
			if over == "http-01" {
				socket, address := passedOn(t) // whose port is free, and known
				_ = socket.Close()
				a.http = address
				args = append(args, "--autocert-http", address)
			}
			p := launch(t, nil, nil, args...)
			_, port, _ := net.SplitHostPort(p.address)
			if want := "wss://" + net.JoinHostPort(domain, port) + "/ws"; p.url != want {
				t.Errorf("the socket is %s, want %s", p.url, want)
			}
			address := net.JoinHostPort("127.0.0.1", port)
			if over == "tls-alpn-01" {
				a.https = address
			} else {
				a.https = "127.0.0.1:1"
			}
			if err := a.show(address, "other.example.org"); err == nil {
				t.Error("there is a certificate for a domain that is not the server's")
			}
			if err := a.show(address, domain); err != nil {
				t.Fatalf("%v (%v)", err, a.failed)
			}
			if files, err := filepath.Glob(filepath.Join(dir, "autocert", domain+"*")); err != nil || len(files) == 0 {
				t.Errorf("kept: %v, %v", files, err)
			}
			_ = p.Process.Signal(os.Interrupt)
			p.status(t)
			p = launch(t, nil, nil, args...)
			_, port, _ = net.SplitHostPort(p.address)
			if err := a.show(net.JoinHostPort("127.0.0.1", port), domain); err != nil || a.issued != 1 {
				t.Errorf("after a restart: %v, %d certificates", err, a.issued)
			}
		})
	}
}

// What keeps a domain without its certificate is in the log, once, and what
// strangers ask for is not.
func TestAutocertFails(t *testing.T) {
	t.Parallel()
	const domain = "api.example.org"
	a := newAuthority(t, domain)
	a.https = "127.0.0.1:1" // nobody
	var log rpctest.Log
	p := launchLogging(t, &log, nil, nil, "--autocert", domain, "--autocert-directory", a.url+"/directory",
		"--listen", "127.0.0.1:0", "--log-level", "error", "--database-url", nowhere, "--data-dir", t.TempDir())
	_, port, _ := net.SplitHostPort(p.address)
	for _, name := range []string{"stranger.example", domain, domain} {
		if err := a.show(net.JoinHostPort("127.0.0.1", port), name); err == nil {
			t.Errorf("there is a certificate for %s", name)
		}
	}
	if said := log.String(); strings.Count(said, "there is no certificate") != 1 || !strings.Contains(said, "domain="+domain) || strings.Contains(said, "stranger") {
		t.Errorf("logged %s", said)
	}
}

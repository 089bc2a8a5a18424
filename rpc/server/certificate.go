package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Certificate is a TLS certificate with its key in PEM files, which are read
// again when they change. Connections that are open keep the one they came with.
type Certificate struct {
	certFile, keyFile string
	logger            *slog.Logger
	current           atomic.Pointer[tls.Certificate]

	mu     sync.Mutex // guards what follows
	seen   [2 * sha256.Size]byte
	failed string    // the last complaint about the files
	warned time.Time // when it was last said that the certificate expires
}

// LoadCertificate reads the files. certFile has the certificate first and those
// that sign it after it.
func LoadCertificate(certFile, keyFile string, logger *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, logger: logger}
	if _, err := c.load(); err != nil {
		return nil, err
	}
	c.remind()
	return c, nil
}

// TLS returns a configuration that has the current certificate at each handshake.
func (c *Certificate) TLS() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
}

// certificatePoll is how often Watch looks at the files.
const certificatePoll = 5 * time.Second

// Watch reads the files every few seconds until ctx ends. It reads, and does not
// ask when they were changed: what renews certificates may exchange a directory,
// or keep the time.
func (c *Certificate) Watch(ctx context.Context) {
	ticker := time.NewTicker(certificatePoll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = c.Reload() // which logs
		}
	}
}

// Reload reads the files now. When they are no pair, which they are for a moment
// while both are written, the certificate stays as it is, and the log says why.
func (c *Certificate) Reload() error {
	changed, err := c.load()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		if c.failed != err.Error() {
			c.failed = err.Error()
			c.logger.Error("the certificate cannot be read again: the one that was read before stays in use", "error", err)
		}
	case changed:
		c.failed, c.warned = "", time.Time{}
		c.logger.Info("certificate read again", "file", c.certFile, "expires", c.current.Load().Leaf.NotAfter)
	default:
		c.failed = ""
	}
	c.remindLocked()
	return err
}

// load reads the files and uses them unless they are what is used already.
func (c *Certificate) load() (changed bool, err error) {
	cert, err := readPEM(c.certFile)
	if err != nil {
		return false, fmt.Errorf("read the certificate: %w", err)
	}
	key, err := readPEM(c.keyFile)
	if err != nil {
		return false, fmt.Errorf("read the certificate's key: %w", err)
	}
	var seen [2 * sha256.Size]byte
	one, two := sha256.Sum256(cert), sha256.Sum256(key)
	copy(seen[copy(seen[:], one[:]):], two[:])
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current.Load() != nil && seen == c.seen {
		return false, nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return false, fmt.Errorf("%s and %s are no certificate with its key in PEM: %w", c.certFile, c.keyFile, err)
	}
	c.seen = seen
	c.current.Store(&pair)
	return true, nil
}

// maxPEM is more than any chain of certificates needs.
const maxPEM = 1 << 20

var errTooLarge = errors.New("it has more than a megabyte")

func readPEM(name string) ([]byte, error) {
	f, err := os.Open(name) // #nosec G304 -- the operator names it
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(f, maxPEM+1)); err != nil {
		return nil, err
	}
	if b.Len() > maxPEM {
		return nil, fmt.Errorf("%s: %w", name, errTooLarge)
	}
	return b.Bytes(), nil
}

// When the log says that a certificate expires, and how often.
const (
	lastPart    = 10 // of its validity, a tenth: nine days of the usual ninety
	remindAgain = 24 * time.Hour
)

func (c *Certificate) remind() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remindLocked()
}

func (c *Certificate) remindLocked() {
	leaf, now := c.current.Load().Leaf, time.Now()
	left := leaf.NotAfter.Sub(now)
	if left > leaf.NotAfter.Sub(leaf.NotBefore)/lastPart || now.Sub(c.warned) < remindAgain {
		return
	}
	c.warned = now
	if left <= 0 {
		c.logger.Error("the certificate has expired: clients refuse it; renew it, the files are read again by themselves",
			"file", c.certFile, "expired", leaf.NotAfter)
		return
	}
	c.logger.Warn("the certificate expires soon: renew it, the files are read again by themselves",
		"file", c.certFile, "expires", leaf.NotAfter)
}

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// stall is how long a download may stand still.
const stall = time.Minute

// mirror stands between the library that downloads and the repository: the
// library takes no context and reports no progress, but its address can be set.
type mirror struct {
	url    string // where it listens, on loopback
	title  string
	out    io.Writer
	server *http.Server
	served chan struct{} // closed when the server has ended
	cancel context.CancelFunc

	mu  sync.Mutex // guards err
	err error
}

func newMirror(ctx context.Context, repository, title string, out io.Writer) (*mirror, error) {
	upstream, err := url.Parse(repository)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	m := &mirror{
		url:    "http://" + listener.Addr().String(),
		title:  title,
		out:    out,
		served: make(chan struct{}),
		cancel: cancel,
	}
	m.server = &http.Server{
		Handler:           m.proxy(upstream),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: stall,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	go func() {
		defer close(m.served)
		_ = m.server.Serve(listener)
	}()
	return m, nil
}

func (m *mirror) proxy(upstream *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Header.Del("Accept-Encoding") // the length must be known
		},
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
			TLSHandshakeTimeout:   15 * time.Second,
			ResponseHeaderTimeout: 30 * time.Second,
			DisableCompression:    true,
			DisableKeepAlives:     true,
		},
		ModifyResponse: m.watch,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if cause := context.Cause(r.Context()); cause != nil {
				err = cause
			}
			m.fail(err)
			w.WriteHeader(http.StatusBadGateway)
		},
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

// watch follows the download of the archive; its checksum is small.
func (m *mirror) watch(resp *http.Response) error {
	if !strings.HasSuffix(resp.Request.URL.Path, ".jar") {
		return nil
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s: %s", resp.Request.URL, resp.Status)
	}
	resp.Body = &watched{
		ReadCloser: resp.Body,
		mirror:     m,
		meter:      newMeter(m.out, m.title, resp.ContentLength),
		idle:       time.AfterFunc(stall, m.stalled),
	}
	return nil
}

func (m *mirror) stalled() {
	m.fail(fmt.Errorf("no data for %v", stall))
	m.cancel()
}

// fail keeps the first error: those that follow come of it.
func (m *mirror) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
}

// close ends the mirror and returns what went wrong beyond it.
func (m *mirror) close() error {
	_ = m.server.Close()
	<-m.served
	m.cancel()
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

// watched is a body that shows how far its reader is.
type watched struct {
	io.ReadCloser
	mirror *mirror
	meter  meter
	idle   *time.Timer
	once   sync.Once
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	w.idle.Reset(stall)
	w.meter.add(n)
	if err != nil && !errors.Is(err, io.EOF) {
		w.mirror.fail(err)
	}
	return n, err
}

func (w *watched) Close() error {
	w.once.Do(func() {
		w.idle.Stop()
		w.meter.done()
	})
	return w.ReadCloser.Close()
}

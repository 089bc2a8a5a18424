package app

import (
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// exposed says what somebody between the server and its database could do, or "".
// Unix sockets and loopback have nobody between.
func exposed(config *pgconn.Config) string {
	worst := ""
	for _, way := range ways(config) {
		switch {
		case near(way.Host):
		case way.TLSConfig == nil:
			return "read and change everything: its URL allows a connection without TLS"
		case way.TLSConfig.InsecureSkipVerify && way.TLSConfig.VerifyPeerCertificate == nil && way.TLSConfig.VerifyConnection == nil:
			worst = "pretend to be the database: its URL does not have the certificate checked"
		}
	}
	return worst
}

// ways returns what is tried, one after the other.
func ways(config *pgconn.Config) []*pgconn.FallbackConfig {
	return append([]*pgconn.FallbackConfig{{Host: config.Host, Port: config.Port, TLSConfig: config.TLSConfig}}, config.Fallbacks...)
}

// near reports whether a host is a unix socket or a loopback address.
func near(host string) bool {
	if strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") || host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// warnOfDatabase says in the log what the way to the database lacks.
func (p *program) warnOfDatabase(config *pgconn.Config) {
	if risk := exposed(config); risk != "" {
		p.logger.Warn("whoever is between this server and its database can "+risk+"; use sslmode=verify-full", "host", config.Host)
	}
}

package server

import "net/http"

// bodiless refuses requests with a body: nothing here takes one. The connection
// is closed, so that a proxy that takes another view of where the body ends
// cannot be made to see two requests in one (RFC 9112, section 11.2).
func bodiless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			w.Header().Set("Connection", "close")
			answer(w, http.StatusBadRequest, "requests have no body here, send none")
			return
		}
		next.ServeHTTP(w, r)
	})
}

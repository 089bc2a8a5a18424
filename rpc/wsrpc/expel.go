package wsrpc

// Expel implements [rpc.Connection].
func (c *conn) Expel(code int, reason string, now bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expelled = &farewell{code: code, reason: reason}
	if now {
		c.endLocked(*c.expelled)
		return
	}
	c.endDrained()
}

// Pardon implements [rpc.Connection].
func (c *conn) Pardon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expelled = nil
}

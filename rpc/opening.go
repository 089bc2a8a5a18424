package rpc

// open starts a call that may open a session, once all revocations from before it
// are known. Those from after that hold for its session, too, as it may not have
// seen them in the database.
func (d *Dispatcher) open(rt *route, call *Call) {
	if d.sessions.options.Refresh == nil {
		call.opens, call.epoch = true, d.sessions.begin()
		d.start(rt, call)
		return
	}
	go func() {
		d.sessions.options.Refresh((*callContext)(call).Full())
		call.opens, call.epoch = true, d.sessions.begin()
		d.start(rt, call)
	}()
}

// changeSession does to the session what the success of c does.
func (c *Call) changeSession() error {
	sessions := c.dispatcher.sessions
	var next *Session
	switch {
	case c.Method.Session == SessionOpen && c.opened != nil:
		next = c.opened
	case c.Method.Session == SessionClose:
	default:
		if sessions != nil && sessions.anonymous {
			c.use()
		}
		return nil
	}
	if sessions == nil {
		c.Peer.SetSession(next)
		return nil
	}
	if err := sessions.set(c.Peer, next, c.epoch); err != nil {
		err.Retryable = err.Code == CodeRateLimited && c.Method.ReadOnly
		return err
	}
	return nil
}

// use notes that a client without a session has done something.
func (c *Call) use() {
	if c.Method.ID > LastOwnID && c.Method.Session == SessionKeep && !c.Peer.used.Load() {
		c.Peer.used.Store(true)
	}
}

package pgcall

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// watcher does what a connection's configuration says about calls whose context
// ends. It is pgconn's own, for calls that pgconn does not run, and allocates
// nothing itself.
type watcher struct {
	handler ctxwatch.Handler
	ctx     context.Context // of the call that is watched
	cancel  func()          // calls the handler
	fired   chan struct{}   // receives an element after cancel
}

func newWatcher(conn *pgx.Conn) *watcher {
	w := &watcher{
		handler: conn.Config().BuildContextWatcherHandler(conn.PgConn()),
		fired:   make(chan struct{}, 1),
	}
	w.cancel = func() {
		w.handler.HandleCancel(w.ctx)
		w.fired <- struct{}{}
	}
	return w
}

// watch begins to watch ctx, one at a time. The caller passes what it returns
// to unwatch.
func (w *watcher) watch(ctx context.Context) (stop func() bool) {
	if ctx.Done() == nil {
		return nil
	}
	w.ctx = ctx
	return context.AfterFunc(ctx, w.cancel)
}

// unwatch ends what watch began. When the context has ended, it waits until the
// connection can be used again.
func (w *watcher) unwatch(stop func() bool) {
	if stop != nil && !stop() {
		<-w.fired
		w.handler.HandleUnwatchAfterCancel()
	}
	w.ctx = nil
}

// Package devpg runs a private PostgreSQL for development and tests.
//
// [Start] brings up a cluster under a directory, or joins the one that already
// runs there, and [Cluster.Stop] leaves it; the last one out stops the server.
// The layout of that directory:
//
//	data/        the cluster, unless the file "place" names another place
//	run/         the socket, unless its path is too long for one
//	log          what the server printed
//	start.lock   held while a server is started or stopped
//	users.lock   held, shared, by every user of the cluster
//	server.lock  held by the server's own processes, which inherit it
//
// Every decision rests on the three flock(2) locks and never on a process id
// alone: a free server.lock proves that no process of the server is left,
// whatever became of the program that started it.
//
// The server listens on a Unix socket only, inside a directory of mode 0700,
// and trusts whoever reaches it. Under root it runs as the user postgres, or
// nobody, because PostgreSQL refuses to run as root.
package devpg

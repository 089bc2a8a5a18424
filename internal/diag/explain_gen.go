package diag

// generatorExplanations are findings of spgen's checks on its own output.
var generatorExplanations = []Explanation{
	{"GEN001", "prepared call differs", "PostgreSQL prepared the generated call and described other parameters or columns than spgen derived from the catalog. The schema changed while spgen ran, or this is a bug in spgen: run again, then report it."},
	{"GEN002", "generated Go does not format", "A generated file is not valid Go. This is a bug in spgen: report it with the routine that the message names."},
	{"GEN003", "calls not checked as the server's role", "The generated calls are prepared with the rights of `server_role`, which shows what the server may not execute. The connection cannot take that role, so nothing was checked. Connect as a member of it."},
	{"LCK001", "lock unreadable", "schema/api.lock.json is the contract that clients were told, so it is read strictly: it may hold no conflict of a merge, no unknown key, no method whose signature does not fit its facts. After a merge take either side and run `spgen generate`. Otherwise restore it from git, or delete it: `spgen generate` writes it anew then, and nothing says what changed."},
	{"LCK002", "lock in another version of the format", "schema/api.lock.json was written by a newer spgen. Writing it with this one would lose what the newer one noted: update spgen."},
	{"LCK003", "release unreadable", "A file of schema/history is the contract as it was released, and is read as strictly as the lock. Its name is its version. Releases are never changed: restore the file from git. One that should not have been made is deleted, as long as nobody was told of it."},
}

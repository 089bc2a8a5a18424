// Package scaffold makes new projects: what `spgen init` writes.
//
//	place, err := scaffold.Look(dir)          // is there room?
//	project := scaffold.Project{Module: "example.com/shop", Schema: "api", Access: scaffold.Session, Runtime: runtime}
//	files, err := project.Files()             // by path, from templates/project
//	err = place.Write(ctx, files)             // all of them or none
//
// Every name is checked before it stands in a file, and quoted in it. Nothing in
// a file depends on the machine, the time or, but for a replace directive that
// was asked for, on where the project is.
package scaffold

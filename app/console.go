package app

import "github.com/spf13/pflag"

// consoleFlag says whether the docs have a console.
type consoleFlag struct {
	on   bool
	told bool // on was given
}

func (c *consoleFlag) register(f *pflag.FlagSet) {
	f.BoolVar(&c.on, "console", false, "have a console in the docs, which calls methods with the reader's own session (env SPGEN_CONSOLE; default: with the private PostgreSQL only)")
}

// relax turns it on for who tries things out, unless told otherwise.
func (c *consoleFlag) relax() {
	if !c.told {
		c.on = true
	}
}

// Command server serves the sample's messenger, the schema of this repository.
package main

import (
	"github.com/spgen/spgen/app"
	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/generated/docs"
	"github.com/spgen/spgen/schema"
)

var messenger = app.App{
	Name:   "messenger",
	API:    &api.API,
	Docs:   docs.FS,
	Schema: schema.FS,
	Try:    `{"method": 10000, "params": {"username": "krumplee", "password": "mypass"}}`,
}

func main() { app.Main(messenger) }

package main

// What tests look at.
var (
	API           = &api
	SchemaSQL     = schemaSQL
	Median        = median
	ParsePgbench  = parsePgbench
	NewServer     = newServer
	GroupsOf      = chosen
	KindOurs      = kindOurs
	KindHand      = kindHand
	KindPost      = kindPost
	OneUser       = oneUser
	ManyUsers     = manyUsers
	NewEvent      = newEvent
	Ping          = ping
	SlowRequest   = slowCall
	WriteTable    = writeTable
	FiguresNumber = len(figures)
)

// Figures writes the table of ratios of a bench with the rates of trials.
func Figures(rates map[string]float64) [][]string {
	b := &bench{results: map[string]sample{}}
	for name, rate := range rates {
		b.results[name] = sample{rate: rate, p50: rate, p99: rate, serverCPU: rate, allocations: rate}
	}
	var lines [][]string
	for _, f := range figures {
		lines = append(lines, f.line(b))
	}
	return lines
}

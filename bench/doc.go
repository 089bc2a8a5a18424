// Package bench compares spgen with what a good Go developer would write by
// hand: load makes requests and measures, baseline has the hand-written servers,
// compare runs all side by side, generate measures the generator. Each compares
// in one run, so that ratios mean something on a noisy machine.
package bench

// Package bench compares spgen with what a good Go developer would write by
// hand. Every benchmark runs both sides in one process, so that the ratio means
// something on a noisy machine.
package bench

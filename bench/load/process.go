package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticks a second, of the times in /proc: Linux has always told user space 100.
const ticks = 100

// CPU returns a probe of the CPU time, in seconds, of a process on this machine
// and everything below it: those that live, and those that have ended.
func CPU(name string, pid int) Probe {
	return Probe{Name: name, Read: func(context.Context) (float64, error) { return cpuSeconds(pid) }}
}

// OwnCPU returns a probe of the CPU time, in seconds, of this process alone.
func OwnCPU(name string) Probe {
	return Probe{Name: name, Read: func(context.Context) (float64, error) {
		var usage syscall.Rusage
		err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds(), err
	}}
}

func cpuSeconds(pid int) (float64, error) {
	all, err := processes()
	if err != nil {
		return 0, err
	}
	if _, ok := all[pid]; !ok {
		return 0, fmt.Errorf("there is no process %d on this machine", pid)
	}
	children := map[int][]int{}
	for child, p := range all {
		children[p.parent] = append(children[p.parent], child)
	}
	total := uint64(0)
	for queue := []int{pid}; len(queue) > 0; queue = queue[1:] {
		total += all[queue[0]].ticks
		queue = append(queue, children[queue[0]]...)
	}
	return float64(total) / ticks, nil
}

type process struct {
	parent int
	ticks  uint64 // its own, and of children that have ended
}

// processes reads /proc.
func processes() (map[int]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("CPU time needs /proc: %w", err)
	}
	all := map[int]process{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		if all[pid], err = parseStat(string(stat)); err != nil {
			return nil, fmt.Errorf("/proc/%d/stat: %w", pid, err)
		}
	}
	return all, nil
}

// parseStat reads proc_pid_stat(5). The second field is a name in parentheses
// that may hold anything; behind it are state, ppid, and from the 12th on utime,
// stime, cutime and cstime.
func parseStat(stat string) (process, error) {
	_, rest, _ := strings.Cut(stat[max(strings.LastIndexByte(stat, ')'), 0):], " ")
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return process{}, errors.New("not understood")
	}
	parent, err := strconv.Atoi(fields[1])
	p := process{parent: parent}
	for _, f := range fields[11:15] {
		n, wrong := strconv.ParseUint(f, 10, 64)
		p.ticks += n
		err = errors.Join(err, wrong)
	}
	return p, err
}

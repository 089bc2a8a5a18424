package manifest_test

import (
	"testing"

	"github.com/spgen/spgen/internal/manifest"
)

func TestNextID(t *testing.T) {
	t.Parallel()
	m := &manifest.Manifest{
		Services: []manifest.Service{
			{Name: "auth", First: 10000, Last: 19999},
			{Name: "chat", First: 20000, Last: 20001},
			{Name: "new", First: 30000, Last: 39999},
			{Name: "faulty"},
			{Name: "end", First: 1<<31 - 2, Last: 1<<31 - 1},
		},
		Methods: []manifest.Method{{ID: 10000}, {ID: 10004}, {ID: 10002}, {ID: 20001}, {ID: 1<<31 - 1}},
		Retired: []manifest.Retired{{ID: 10009}, {ID: 10005}},
	}
	tests := []struct {
		service string
		want    uint32
		ok      bool
	}{
		{"auth", 10010, true},
		{"chat", 0, false},
		{"new", 30000, true},
		{"faulty", 0, false},
		{"end", 0, false},
		{"none", 0, false},
	}
	for _, tt := range tests {
		if got, ok := m.NextID(tt.service); got != tt.want || ok != tt.ok {
			t.Errorf("NextID(%s) = %d, %v, want %d, %v", tt.service, got, ok, tt.want, tt.ok)
		}
	}
}

func TestService(t *testing.T) {
	t.Parallel()
	m := &manifest.Manifest{Services: []manifest.Service{{Name: "auth", First: 10000, Last: 19999}, {Name: "chat", First: 20000, Last: 29999}}}
	for id, want := range map[uint32]string{9999: "", 10000: "auth", 19999: "auth", 20000: "chat", 29999: "chat", 30000: "", 0: ""} {
		if got, ok := m.Service(id); got.Name != want || ok != (want != "") {
			t.Errorf("Service(%d) = %v, %v, want %q", id, got, ok, want)
		}
	}
}

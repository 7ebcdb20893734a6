package discord

import (
	"strconv"
	"testing"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

func bitText(n uint64) string { return strconv.FormatUint(n, 10) }

func TestCanPost(t *testing.T) {
	t.Parallel()
	const all = neededInEachRoom
	everyone := func(allow, deny uint64) overwrite {
		return overwrite{"1", overwriteRole, bitText(allow), bitText(deny)}
	}
	ours := func(allow, deny uint64) overwrite {
		return overwrite{"2", overwriteRole, bitText(allow), bitText(deny)}
	}
	second := func(allow, deny uint64) overwrite {
		return overwrite{"3", overwriteRole, bitText(allow), bitText(deny)}
	}
	me := func(allow, deny uint64) overwrite {
		return overwrite{"9", overwriteMember, bitText(allow), bitText(deny)}
	}
	for name, tt := range map[string]struct {
		everyone, bot uint64
		overwrites    []overwrite
		want          bool
	}{
		"nothing":                               {0, 0, nil, false},
		"by everyone's role":                    {all, 0, nil, true},
		"by its own role":                       {0, all, nil, true},
		"by both together":                      {mayView | maySend, all &^ mayView, nil, true},
		"without seeing":                        {all &^ mayView, 0, nil, false},
		"without sending":                       {all &^ maySend, 0, nil, false},
		"without embeds":                        {all &^ mayEmbed, 0, nil, false},
		"without history":                       {all &^ mayReadHistory, 0, nil, false},
		"without reactions":                     {all &^ mayReact, 0, nil, false},
		"closed to everyone":                    {all, all, []overwrite{everyone(0, mayView)}, false},
		"closed to everyone, open to its role":  {all, 0, []overwrite{everyone(0, mayView), ours(mayView, 0)}, true},
		"the order of overwrites says nothing":  {all, 0, []overwrite{ours(mayView, 0), everyone(0, mayView)}, true},
		"one role allows what another denies":   {all, 0, []overwrite{ours(0, maySend), second(maySend, 0)}, true},
		"its role is denied":                    {all, 0, []overwrite{ours(0, maySend)}, false},
		"it itself is denied, its role allowed": {all, 0, []overwrite{me(0, maySend), ours(maySend, 0)}, false},
		"it itself is allowed":                  {all, 0, []overwrite{everyone(0, all), me(all, 0)}, true},
		"somebody else's overwrite":             {all, 0, []overwrite{{"8", overwriteMember, "0", bitText(all)}, {"7", overwriteRole, "0", bitText(all)}}, true},
		"a role's id for a member":              {all, 0, []overwrite{{"2", overwriteMember, "0", bitText(all)}}, true},
		"administrator":                         {0, mayAdministrate, []overwrite{everyone(0, all), me(0, all)}, true},
		"allowed all, but not to see":           {all, 0, []overwrite{everyone(all, 0), me(0, mayView)}, false},
		"what is no number":                     {all, 0, []overwrite{{"1", overwriteRole, "all", "-1"}}, true},
		"high bits":                             {all | 1<<51, 0, []overwrite{everyone(0, 1<<51)}, true},
	} {
		g := &guild{ID: "1", OwnerID: "5", Roles: []role{{ID: "1", Permissions: bitText(tt.everyone)}, {ID: "2", Permissions: bitText(tt.bot)}, {ID: "3", Permissions: "0"}, {ID: "7", Permissions: bitText(mayAdministrate)}}}
		self := &member{Roles: []string{"2", "3", "4"}}
		c := &channel{ID: "6", Overwrites: tt.overwrites}
		if got := canPost(permissionsIn(g, self, "9", c)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
		g.OwnerID = "9"
		if !canPost(permissionsIn(g, self, "9", c)) {
			t.Errorf("%s: the owner may not", name)
		}
	}
}

func TestRoomKind(t *testing.T) {
	t.Parallel()
	want := map[int]models.RoomKind{channelText: models.RoomText, channelAnnouncement: models.RoomAnnouncement, channelForum: models.RoomForum}
	for kind := range 20 {
		if got, ok := roomKind(&channel{Type: kind}); got != want[kind] || ok != (want[kind] != "") {
			t.Errorf("type %d: %q %v", kind, got, ok)
		}
	}
}

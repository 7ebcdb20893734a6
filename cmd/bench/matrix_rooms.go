//go:build goolm

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot/matrix/matrixtest"
)

// measureMatrixRooms says how much memory the program takes in many encrypted
// rooms, and how much it works when nothing happens. The program is a process of
// its own, so that nothing else is counted.
func measureMatrixRooms(ctx context.Context, server *matrixtest.Server, s settings) (_ []figure, err error) {
	rooms, members, idle := 100, 20, 30*time.Second
	if s.quick {
		rooms, members, idle = 5, 5, 5*time.Second
	}
	account, err := server.Register(ctx, "shirebot")
	if err != nil {
		return nil, err
	}
	people := make([]*matrixtest.Device, members)
	for i := range people {
		if people[i], err = matrixtest.OpenDevice(ctx, server, fmt.Sprintf("lee-%d-", i)); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, people[i].Close()) }()
	}
	device, err := account.OpenDevice(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, device.Close()) }()
	dir, remove, err := temp()
	if err != nil {
		return nil, err
	}
	defer remove()
	scene := matrixScene{Login: matrixLogin{URL: server.URL(), User: account.UserID.String(), Password: account.Password, Dir: dir}, Idle: idle}
	for i := range rooms {
		owner := people[i%len(people)]
		room, err := fullRoom(ctx, fmt.Sprintf("board %d", i), owner, append([]*matrixtest.Device{device}, people...))
		if err != nil {
			return nil, err
		}
		scene.Rooms, scene.Owner = append(scene.Rooms, room), append(scene.Owner, owner.ID)
	}
	result, err := scene.plays(ctx)
	if err != nil {
		return nil, err
	}
	return []figure{
		{name: fmt.Sprintf("Memory, %d encrypted rooms of %d", rooms, members), value: result.Resident, unit: "MB"},
		{name: "CPU while nothing happens", value: result.Idle, unit: "% of a core"},
	}, nil
}

// fullRoom makes an encrypted room that everybody is in.
func fullRoom(ctx context.Context, name string, owner *matrixtest.Device, others []*matrixtest.Device) (matrixtest.RoomID, error) {
	room, err := owner.CreateRoom(ctx, matrixtest.Room{Name: name, Encrypted: true, Public: true})
	if err != nil {
		return "", err
	}
	var joins sync.WaitGroup
	errs := make(chan error, len(others))
	slots := make(chan struct{}, 4)
	for _, other := range others {
		if other == owner {
			continue
		}
		slots <- struct{}{}
		joins.Go(func() {
			defer func() { <-slots }()
			errs <- other.Join(ctx, room)
		})
	}
	joins.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return "", err
		}
	}
	return room, nil
}

package store

import (
	"fmt"

	"github.com/berkshire-mutual-aid/shirebot/models"
)

// SpaceRooms is a space of a coalition with the rooms in it that are boards.
type SpaceRooms struct {
	models.Space
	Boards []models.Room
}

// Spaces lists the spaces of a platform, of all coalitions, that the bot was
// not sent away from.
func (i *Inspection) Spaces(platform string) ([]SpaceRooms, error) {
	var spaces []models.Space
	if err := i.db.Where("platform = ? AND gone_at IS NULL", platform).Order("id").Find(&spaces).Error; err != nil {
		return nil, fmt.Errorf("list the spaces: %w", explain(err))
	}
	list := make([]SpaceRooms, len(spaces))
	for n, space := range spaces {
		list[n].Space = space
		if err := i.db.Where("space_id = ? AND is_board AND gone_at IS NULL", space.ID).Order("id").Find(&list[n].Boards).Error; err != nil {
			return nil, fmt.Errorf("list the boards: %w", explain(err))
		}
	}
	return list, nil
}

package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// shape is how a type lies in its table, as GORM sees it. Most of what a
// command reads are single rows by a key, and there GORM spends more time on
// building the statement, the same each time, than the database on answering
// it: shapes keep the statements made. They go through GORM's connection and
// its prepared statements.
type shape struct {
	find   string          // SELECT all columns FROM the table WHERE
	update string          // UPDATE the table SET all other columns WHERE its key
	fields [][]int         // the fields of find's columns, by reflect's index
	sets   []*schema.Field // the arguments of update
	keys   []*schema.Field // and after them these
}

var shapes sync.Map // *shape by reflect.Type

func shapeOf[T any](db *gorm.DB) (*shape, error) {
	if s, ok := shapes.Load(reflect.TypeFor[T]()); ok {
		return s.(*shape), nil
	}
	stmt := &gorm.Statement{DB: db}
	if err := stmt.Parse(new(T)); err != nil {
		return nil, fmt.Errorf("understand %T: %w", *new(T), err)
	}
	s := &shape{}
	var columns, sets, keys []string
	for _, f := range stmt.Schema.Fields {
		if f.DBName == "" {
			continue
		}
		columns = append(columns, f.DBName)
		s.fields = append(s.fields, f.StructField.Index)
		if f.PrimaryKey {
			keys, s.keys = append(keys, f.DBName+" = ?"), append(s.keys, f)
		} else {
			sets, s.sets = append(sets, f.DBName+" = ?"), append(s.sets, f)
		}
	}
	s.find = "SELECT " + strings.Join(columns, ", ") + " FROM " + stmt.Schema.Table + " WHERE "
	s.update = "UPDATE " + stmt.Schema.Table + " SET " + strings.Join(sets, ", ") + " WHERE " + strings.Join(keys, " AND ")
	shapes.Store(reflect.TypeFor[T](), s)
	return s, nil
}

// read reads the rows for which a condition holds; what follows WHERE is given
// whole, with its order and limit.
func read[T any](db *gorm.DB, where string, args ...any) ([]*T, error) {
	s, err := shapeOf[T](db)
	if err != nil {
		return nil, err
	}
	rows, err := db.Statement.ConnPool.QueryContext(db.Statement.Context, s.find+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*T
	for rows.Next() {
		row := new(T)
		v := reflect.ValueOf(row).Elem()
		into := make([]any, len(s.fields))
		for i, index := range s.fields {
			into[i] = v.FieldByIndex(index).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// overwrite writes all columns of a row that is there, under the next version;
// 0 rows are affected if it has another version than the row by now. Version
// is nil for rows that have none.
func overwrite[T any](db *gorm.DB, row *T, version *int64) (affected int64, err error) {
	s, err := shapeOf[T](db)
	if err != nil {
		return 0, err
	}
	update, guard := s.update, []any(nil)
	if version != nil {
		update, guard = update+" AND version = ?", []any{*version}
		*version++
	}
	ctx, v := db.Statement.Context, reflect.ValueOf(row).Elem()
	args := make([]any, 0, len(s.fields)+len(guard))
	args = appendValues(ctx, args, s.sets, v)
	args = appendValues(ctx, args, s.keys, v)
	result, err := db.Statement.ConnPool.ExecContext(ctx, update, append(args, guard...)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func appendValues(ctx context.Context, args []any, fields []*schema.Field, row reflect.Value) []any {
	for _, f := range fields {
		value, _ := f.ValueOf(ctx, row)
		args = append(args, value)
	}
	return args
}

package migrate_test

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/migrate"
)

func ExampleApply() {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close(ctx)
	report, err := migrate.Apply(ctx, conn, os.DirFS("schema"), migrate.Options{})
	fmt.Print(report)
	if err != nil {
		fmt.Println(err)
	}
}

func ExampleSQLError() {
	fmt.Println(&migrate.SQLError{
		File: "schema/functions/login.sql", Line: 12, Column: 9,
		SQLState: "42703", Message: `column "usernam" does not exist`, Snippet: "  where usernam = a_username",
	})
	// Output:
	// schema/functions/login.sql:12:9: column "usernam" does not exist (SQLSTATE 42703)
	//     12 |   where usernam = a_username
	//        |         ^
}

// Package homeserver pins the homeserver that the Matrix tests run against. It
// is a module of its own, so that nothing of it gets into the program.
//
// Its SQLite driver is newer than the one that Dendrite names: that one keeps a
// lock when a request is given up in the middle of a query, as long polls are at
// the end of every test, and then the homeserver answers nobody any more.
package homeserver

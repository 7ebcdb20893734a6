// Package homeserver pins the homeserver that the Matrix tests run against. It
// is a module of its own, so that nothing of it gets into the program.
package homeserver

// Package matrixtest is a Matrix homeserver with people on it, for tests and
// benchmarks. It needs the build tag goolm.
//
// A [Server] is a Dendrite of its own, a child process on a port of this
// machine. Its users have clients and keys of their own: they act as people do
// (write, react, invite, leave) and read back what each of them is able to read.
// A [Proxy] in front of it answers wrongly on request. The package shares no
// code with the adapter, so that one mistake is not made twice.
package matrixtest

//! Everything that is tested from outside: one program, because each one costs a link.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bad_input;

mod client;
mod clients;
mod corpus;
mod dynamic;
mod fixtures;
mod golden;
mod house;
mod manifest;
mod output;
mod programs;
mod refresh;
mod server;

mod support;
mod wire;

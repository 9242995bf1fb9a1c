//! Everything that is tested from outside: one program, because each one costs a link.

mod bad_input;


mod client;
mod corpus;
mod fixtures;
mod golden;
mod house;
mod manifest;
mod output;
mod programs;
mod server;
mod support;


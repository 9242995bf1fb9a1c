//! Everything that is tested from outside: one program, because each one costs a link.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod action;
mod annotations;
mod attack;
mod bad_input;
mod bounds;

mod client;
mod clients;
mod corpus;
mod custom;
mod diff;
mod disk;
mod docs;
mod dynamic;
mod end_to_end;
mod example;
mod exceptions;
mod faults;
mod fixtures;
mod formats;
mod fuzz;
mod golden;
mod house;
mod inject;
mod lenient;
mod library;
mod lint;
mod manifest;
mod oauth2;
mod openapi;
mod output;
mod paging;
mod parity;
mod powershell;
mod programs;
mod python_client;
mod readers;
mod refresh;
mod release;
mod renames;
mod repeat;
mod roundtrip;
mod runner;
mod scopes;
mod secrets;
mod server;
mod settings;
mod shell;
mod short;
mod signatures;
mod snippets;

mod support;
mod token_store;
mod types;
mod urls;
mod watch;
mod wire;

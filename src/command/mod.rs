//! What the subcommands do.

pub(crate) mod diff;

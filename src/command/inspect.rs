//! `postwright inspect`: the model, printed.

use std::process::ExitCode;

use postwright::cli::Inspect;
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::error::Result;
use postwright::inspect;

use super::inputs::{collections, read};
use super::{print, print_json, say};

pub(crate) fn run(arguments: &Inspect) -> Result<ExitCode> {
    let config = Config::load(arguments.inputs.config.as_deref())?;
    let mut all = Vec::new();
    for collection in collections(&arguments.collections, &arguments.inputs, &config)? {
        let mut notes = Diagnostics::default();
        let api = read(&collection, &arguments.inputs, &config, &mut notes)?;
        if arguments.json {
            all.push(inspect::json(&api));
        } else {
            print(&inspect::text(&api))?;
            say(&collection, &config, &notes, true)?;
        }
    }
    if arguments.json {
        let value = if all.len() == 1 { all.remove(0) } else { serde_json::Value::Array(all) };
        print_json(&value)?;
    }
    Ok(ExitCode::SUCCESS)
}

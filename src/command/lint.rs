//! `postwright lint`: what there is to say, and no outputs.

use std::process::ExitCode;

use anstream::eprintln;
use postwright::cli::{Least, Lint, LintFormat};
use postwright::config::Config;
use postwright::diagnostic::{Diagnostics, Severity};
use postwright::error::Result;
use postwright::extra::Extra;
use postwright::lint;
use postwright::target::gaps;

use super::generate::targets;
use super::inputs::{Texts, collections, read};
use super::{coloured, print, print_coloured, print_json};

pub(crate) fn run(arguments: &Lint) -> Result<ExitCode> {
    if let Some(code) = arguments.explain {
        print(&format!("{}\n", lint::explain(code)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load(arguments.inputs.config.as_deref())?;
    let extras = config.custom_targets.iter().map(|it| Extra::load(it)).collect::<Result<Vec<_>>>()?;
    // An unknown target is for `generate` to refuse.
    let (targets, _) = targets(&[], &config, &extras).unwrap_or_default();
    let chosen = collections(&arguments.collections, &arguments.inputs, &config)?;
    // Everything is read before anything is printed: a log of half of the collections looks like a whole one.
    let mut read_all = Vec::new();
    for collection in &chosen {
        let mut notes = Diagnostics::default();
        let api = read(collection, &arguments.inputs, &config, &mut notes)?;
        let texts = Texts::read(collection)?;
        let source = texts.files().collection;
        gaps(&targets, &api, &mut notes);
        lint::check(source, &api, &config.secrets(), &mut notes)?;
        read_all.push((notes, texts));
    }
    let findings: Vec<_> =
        read_all.iter().flat_map(|(notes, texts)| lint::findings(notes, texts.files(), &config)).collect();
    match arguments.format {
        LintFormat::Text => {
            print_coloured(&findings.iter().map(|it| coloured(it) + "\n").collect::<String>())?
        }
        LintFormat::Json => print_json(&lint::json(&findings))?,
        LintFormat::Sarif => print_json(&lint::sarif(&findings))?,
    }
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let several = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    eprintln!(
        "{}, {}, {}, {} in {}",
        several(count(Severity::Error), "error"),
        several(count(Severity::Warning), "warning"),
        several(count(Severity::Gap), "gap"),
        several(count(Severity::Note), "note"),
        several(chosen.len(), "collection")
    );
    let least = match arguments.fail_on {
        Least::Error => Severity::Error,
        Least::Warning => Severity::Warning,
        Least::Gap => Severity::Gap,
        Least::Note => Severity::Note,
        Least::Never => return Ok(ExitCode::SUCCESS),
    };
    let failed = findings.iter().any(|it| it.severity <= least);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

//! A run of `generate` that would do what an earlier one did, and so need not.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anstream::eprintln;
use postwright::cli::{CheckFormat, Generate};
use postwright::files::take_notes;
use postwright::output::{Written, undisturbed};
use postwright::phases::phase;
use postwright::trace::{Run, Trace};

/// The run that these arguments ask for, if a later one may take its outcome for its own. What they do not change in the
/// outputs, and in what is said, is left out: to check is to ask whether a run would change something.
pub(super) fn run_of(arguments: &Generate) -> Option<Run> {
    // A release depends on what git has, and annotations are not kept.
    if arguments.no_cache || arguments.release || arguments.format != CheckFormat::Text {
        return None;
    }
    let outputs = &arguments.outputs;
    let inputs = &outputs.inputs;
    let options = [&inputs.environment, &inputs.globals, &inputs.config, &outputs.out, &outputs.templates];
    Run::of(&format!("{:?}", (&outputs.collections, options, &outputs.target, outputs.verbose)))
}

/// Tells what the run would, if it would only find all as it is. Otherwise what it reads and makes is noted from now on.
pub(super) fn repeated(run: &Run, arguments: &Generate, start: Instant) -> Option<ExitCode> {
    let Some(trace) = phase("last run", || unchanged(run)) else {
        take_notes();
        return None;
    };
    trace.said.iter().for_each(|it| eprintln!("{it}"));
    if arguments.check {
        say_fresh(trace.files(), &trace.out);
    } else {
        let written = Written { unchanged: trace.files(), ..Written::default() };
        say_written(trace.requests, &trace.out, written, start);
    }
    Some(ExitCode::SUCCESS)
}

fn unchanged(run: &Run) -> Option<Trace> {
    let trace = run.trace()?;
    let _lock = undisturbed(&trace.out);
    trace.holds().then_some(trace)
}

/// Says that a check has found nothing.
pub(super) fn say_fresh(files: usize, out: &Path) {
    eprintln!("{files} files in {} are fresh", out.display());
}

/// Says what a run has done.
pub(super) fn say_written(requests: usize, out: &Path, sum: Written, start: Instant) {
    eprintln!(
        "{} requests → {}: {} files written, {} unchanged, {} removed in {} ms",
        requests,
        out.display(),
        sum.written,
        sum.unchanged,
        sum.removed,
        start.elapsed().as_millis()
    );
}

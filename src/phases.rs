//! What a run does at the moment, how far it is, and how long each part of it has taken.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// What it is called.
    pub name: &'static str,
    /// How long a thread was in it, or several at once.
    pub took: Duration,
    /// The time of all threads that were in it, taken together.
    pub busy: Duration,
}

/// From when to when a thread was in a phase.
type Span = (Instant, Instant);

static TIMED: AtomicBool = AtomicBool::new(false);
static SPANS: Mutex<Vec<(&'static str, Span)>> = Mutex::new(Vec::new());
static DONE: AtomicUsize = AtomicUsize::new(0);
static OF: AtomicUsize = AtomicUsize::new(0);

/// From now on the time of each phase is taken.
pub fn take_times() {
    TIMED.store(true, Ordering::Relaxed);
}

/// The phases so far, in the order in which they began.
#[must_use]
pub fn times() -> Vec<Phase> {
    phases(SPANS.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

fn phases(mut spans: Vec<(&'static str, Span)>) -> Vec<Phase> {
    spans.sort_by_key(|(_, (begin, _))| *begin);
    let mut phases: Vec<(Phase, Instant)> = Vec::new();
    for (name, (begin, end)) in spans {
        let busy = end - begin;
        match phases.iter_mut().find(|(it, _)| it.name == name) {
            Some((known, until)) => {
                // Of what is before the end of another thread, that one has told.
                known.took += end.saturating_duration_since(begin.max(*until));
                known.busy += busy;
                *until = end.max(*until);
            }
            None => phases.push((Phase { name, took: busy, busy }, end)),
        }
    }
    phases.into_iter().map(|(it, _)| it).collect()
}

/// Does something that is part of a phase. Several threads may be in one, and may be in it again.
pub fn phase<R>(name: &'static str, work: impl FnOnce() -> R) -> R {
    if !TIMED.load(Ordering::Relaxed) {
        return work();
    }
    let begin = Instant::now();
    let done = work();
    let span = (begin, Instant::now());
    SPANS.lock().unwrap_or_else(PoisonError::into_inner).push((name, span));
    done
}

/// So many files more are to be made.
pub(crate) fn expect(files: usize) {
    OF.fetch_add(files, Ordering::Relaxed);
}

/// One of them is made.
pub(crate) fn advance() {
    DONE.fetch_add(1, Ordering::Relaxed);
}

/// How many files are made, and of how many.
#[must_use]
pub fn progress() -> (usize, usize) {
    (DONE.load(Ordering::Relaxed), OF.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_at_once_take_the_time_of_one() {
        let start = Instant::now();
        let at = |it| start + Duration::from_millis(it);
        let span = |name, begin, end| (name, (at(begin), at(end)));
        let spans = vec![
            span("render", 10, 30),
            span("read", 0, 5),
            span("render", 20, 40),
            span("render", 21, 22),
            span("read", 50, 51),
        ];
        let phase = |name, took, busy| Phase {
            name,
            took: Duration::from_millis(took),
            busy: Duration::from_millis(busy),
        };
        assert_eq!(phases(spans), [phase("read", 6, 6), phase("render", 30, 41)]);
    }
}

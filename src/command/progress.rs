//! How far a long run is, and how long its parts have taken.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anstream::eprintln;
use postwright::phases::{progress, times};

/// What is over before that needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar is drawn.
const PAUSE: Duration = Duration::from_millis(100);

/// Characters of the bar.
const WIDTH: usize = 30;

/// Does something that may take long, with a bar if somebody looks on.
pub(super) fn with_bar<R>(start: Instant, work: impl FnOnce() -> R) -> R {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let (sender, end) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || draw(start, &end));
        let done = work();
        drop(sender);
        done
    })
}

/// Draws the bar until the other side is gone. What cannot be drawn is no failure of the run.
fn draw(start: Instant, end: &Receiver<()>) {
    let mut terminal = std::io::stderr();
    let mut is_drawn = false;
    while let Err(RecvTimeoutError::Timeout) = end.recv_timeout(PAUSE) {
        if start.elapsed() >= PATIENCE {
            let (done, of) = progress();
            let _ = write!(terminal, "\r\x1b[K{}", bar(done, of)).and_then(|()| terminal.flush());
            is_drawn = true;
        }
    }
    if is_drawn {
        let _ = write!(terminal, "\r\x1b[K").and_then(|()| terminal.flush());
    }
}

fn bar(done: usize, of: usize) -> String {
    match of {
        0 => "reading".to_owned(),
        of => {
            let full = WIDTH * done.min(of) / of;
            format!("[{}{}] {done} of {of} files", "#".repeat(full), " ".repeat(WIDTH - full))
        }
    }
}

/// Says how long each phase has taken.
pub(super) fn say_times() {
    let milliseconds = |it: Duration| format!("{:.1} ms", it.as_secs_f64() * 1000.0);
    eprintln!("{:16}{:>12}{:>12}", "phase", "took", "all threads");
    for phase in times() {
        eprintln!("{:16}{:>12}{:>12}", phase.name, milliseconds(phase.took), milliseconds(phase.busy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_the_work_is_done() {
        assert_eq!(bar(0, 0), "reading");
        assert_eq!(bar(1, 2), format!("[{}{}] 1 of 2 files", "#".repeat(15), " ".repeat(15)));
        assert_eq!(bar(3, 2), format!("[{}] 3 of 2 files", "#".repeat(30)));
    }
}

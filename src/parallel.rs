//! All cores of the machine.

use std::num::NonZeroUsize;
use std::sync::{LazyLock, OnceLock};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Stack of each thread, in bytes. JSON may be nested 127 deep, and each level takes some kilobytes where nothing is
/// optimised: what a main thread has on most systems, and twice that.
const STACK: usize = 16 << 20;

static THREADS: OnceLock<NonZeroUsize> = OnceLock::new();

static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    // Of rayon's zero, the machine decides.
    let threads = THREADS.get().map_or(0, |it| it.get());
    ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build().ok()
});

/// Has everything that comes be done on so many threads, instead of one for each core. What is asked for first
/// stays.
pub fn use_threads(count: NonZeroUsize) {
    let _ = THREADS.set(count);
}

/// Does something where rayon's iterators and `join` have all cores, and where there is room for deep recursion,
/// whatever thread the caller is on.
pub(crate) fn on_all_cores<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match &*POOL {
        Some(pool) => pool.install(work),
        // A system that gives no threads: rayon does it on this one then.
        None => work(),
    }
}

/// Does two things, at once if there is more than one thread.
pub fn both<A: Send, B: Send>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
    on_all_cores(|| rayon::join(first, second))
}

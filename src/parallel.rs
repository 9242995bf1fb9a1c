//! All cores of the machine.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Stack of each thread, in bytes. JSON may be nested 127 deep, and each level takes some kilobytes where nothing is
/// optimised: what a main thread has on most systems, and twice that.
const STACK: usize = 16 << 20;

static POOL: LazyLock<Option<ThreadPool>> =
    LazyLock::new(|| ThreadPoolBuilder::new().stack_size(STACK).build().ok());

/// Does something where rayon's iterators and `join` have all cores, and where there is room for deep recursion,
/// whatever thread the caller is on.
pub(crate) fn on_all_cores<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match &*POOL {
        Some(pool) => pool.install(work),
        // A system that gives no threads: rayon does it on this one then.
        None => work(),
    }
}

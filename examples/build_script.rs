//! A `build.rs` that has the client made of a collection whenever a crate is built:
//!
//! ```toml
//! [build-dependencies]
//! postwright = "0.1"
//! ```
//!
//! `cargo test build_script` runs it as Cargo would.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::render::Templates;
use postwright::secret::Secrets;
use postwright::target::Target;
use postwright::{About, generate, parse};

const COLLECTION: &str = "collections/drchrono.postman_collection.json";

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={COLLECTION}");
    let text = fs::read_to_string(COLLECTION)?;
    let secrets = Secrets::default();
    let about = About { file: COLLECTION, name: Some("drchrono"), secrets: &secrets, paging: None };

    let mut notes = Diagnostics::default();
    let parsed = parse(Source { file: COLLECTION, text: &text }, None, None, &secrets)?;
    let api = parsed.model(about, &mut notes)?;
    let tree = generate(&api, &[Target::Rust], &[], &Templates::load(None)?, &mut notes)?;

    // Below it `drchrono/rust/src/lib.rs` and all that belongs to it.
    tree.write(Path::new(&env::var("OUT_DIR")?))?;
    for note in notes.sorted() {
        println!("cargo::warning={}: {}", note.place, note.message);
    }
    Ok(())
}

//! What a run reads and what it makes. Every file and folder that outputs are made of is read here, so that a run can
//! tell afterwards of all of them what they were: see [`crate::trace`].

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Seek as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256 of some bytes, in the base64 of file names: nobody can make another text that has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sum(String);

impl Sum {
    /// That of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Sum::from(Sha256::new().chain_update(bytes))
    }

    /// As a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Sha256> for Sum {
    fn from(digest: Sha256) -> Self {
        Sum(URL_SAFE_NO_PAD.encode(digest.finalize()))
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Look {
    /// The content of a file.
    File,
    /// The names in a folder, and which of them are folders.
    Folder,
    /// Whether there is such a file.
    Presence,
}

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Made {
    /// Its path below the folder of the outputs, `/` between its parts.
    pub path: String,
    /// Its content.
    pub sum: Sum,
    /// Whether it is a program.
    pub executable: bool,
}

/// What a run has looked at and what it has made.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// What it has read, and what that was: `None` if there was no such thing.
    pub read: Vec<(Look, PathBuf, Option<Sum>)>,
    /// The files that it has made.
    pub made: Vec<Made>,
}

#[derive(Default)]
struct Notes {
    read: BTreeMap<(Look, PathBuf), Option<Sum>>,
    made: Vec<Made>,
    /// Whether something was other when it was read again.
    unsteady: bool,
}

static NOTING: AtomicBool = AtomicBool::new(false);
static NOTES: Mutex<Option<Notes>> = Mutex::new(None);

/// From now on it is noted what is read and made.
pub fn take_notes() {
    NOTING.store(true, Ordering::Relaxed);
}

/// What was noted; `None` if nothing was to be, or if a file has changed while it was read.
#[must_use]
pub fn noted() -> Option<Noted> {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner).take()?;
    notes.made.sort();
    let read = notes.read.into_iter().map(|((look, path), sum)| (look, path, sum)).collect();
    (!notes.unsteady).then_some(Noted { read, made: notes.made })
}

fn note(add: impl FnOnce(&mut Notes)) {
    if NOTING.load(Ordering::Relaxed) {
        add(NOTES.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default());
    }
}

fn note_read(look: Look, path: &Path, sum: impl FnOnce() -> Option<Sum>) {
    if NOTING.load(Ordering::Relaxed) {
        let sum = sum();
        note(|notes| {
            let known = notes.read.entry((look, path.to_owned())).or_insert_with(|| sum.clone());
            notes.unsteady |= *known != sum;
        });
    }
}

/// Notes a file that was made.
pub(crate) fn note_made(path: &str, text: &str, executable: bool) {
    if NOTING.load(Ordering::Relaxed) {
        let made = Made { path: path.to_owned(), sum: Sum::of(text.as_bytes()), executable };
        note(|notes| notes.made.push(made));
    }
}

/// What there is to see now.
#[must_use]
pub fn look(look: Look, path: &Path) -> Option<Sum> {
    match look {
        Look::File => sum_of_file(path).ok(),
        Look::Folder => entries(path).ok().map(|it| sum_of(&it)),
        Look::Presence => path.is_file().then(|| Sum::of(b"")),
    }
}

/// Reads a file.
///
/// # Errors
/// As [`fs::read`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path);
    note_read(Look::File, path, || bytes.as_deref().ok().map(Sum::of));
    bytes
}

/// Reads a file of text.
///
/// # Errors
/// As [`fs::read_to_string`].
pub fn read_to_string(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path);
    note_read(Look::File, path, || text.as_deref().ok().map(|it| Sum::of(it.as_bytes())));
    text
}

/// Reads some bytes of a file of text that has been read before, to tell of it: this is not noted.
///
/// # Errors
/// If they are not there, cannot be read or are no text.
pub fn read_part(path: &Path, range: Range<usize>) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    file.seek(io::SeekFrom::Start(range.start as u64))?;
    let mut text = String::with_capacity(range.len());
    file.take(range.len() as u64).read_to_string(&mut text)?;
    if text.len() < range.len() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(text) }
}

/// Whether there is such a file.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    note_read(Look::Presence, path, || look(Look::Presence, path));
    path.is_file()
}

/// Whether it is a folder: what is in it is noted when it is read.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Something in a folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path of the folder, and its name.
    pub path: PathBuf,
    /// Whether it is a folder, or a link to one.
    pub is_folder: bool,
}

/// What is in a folder, in the order of the names.
///
/// # Errors
/// As [`fs::read_dir`].
pub fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let entries = entries(folder);
    note_read(Look::Folder, folder, || entries.as_deref().ok().map(sum_of));
    entries
}

fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let entry = |it: io::Result<fs::DirEntry>| {
        let path = it?.path();
        Ok(Entry { is_folder: path.is_dir(), path })
    };
    let mut entries = fs::read_dir(folder)?.map(entry).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// Piece by piece: a collection may be large.
fn sum_of_file(path: &Path) -> io::Result<Sum> {
    let mut file = fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Sum::from(digest)),
            length => digest.update(&piece[..length]),
        }
    }
}

fn sum_of(entries: &[Entry]) -> Sum {
    let names = entries.iter().map(|it| {
        let name = it.path.file_name().unwrap_or_default().to_string_lossy();
        // No name has a slash in it.
        format!("{name}/{}\n", it.is_folder)
    });
    Sum::of(names.collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let all = || {
            [(Look::File, file.as_path()), (Look::Folder, folder.path()), (Look::Presence, file.as_path())]
                .map(|(it, path)| look(it, path))
        };
        let nothing = all();
        assert!(nothing[0].is_none() && nothing[1].is_some() && nothing[2].is_none());
        fs::write(&file, "one").unwrap();
        let one = all();
        fs::write(&file, "two").unwrap();
        let two = all();
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        let beneath = all();
        let distinct = |at: usize| {
            let seen = [&nothing, &one, &two, &beneath].map(|it| it[at].clone());
            seen.into_iter().collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!((distinct(0), distinct(1), distinct(2)), (3, 3, 2));
    }
}

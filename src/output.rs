//! The tree of generated files, and the only code that writes to the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::files::{Made, Sum, note_made};
use crate::parallel::on_all_cores;
use crate::phases::{advance, expect, phase};
use crate::render::File;
use crate::target::GENERATED_MARK;

/// Most lines of a diff that are printed for one file.
const DIFF_LINES: usize = 100;

/// How long a difference is looked for.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// Paths of generated files, `/` between their parts, of which no two meet.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    paths: BTreeSet<String>,
    /// As a file system that ignores case has them.
    folded: BTreeSet<String>,
}

/// Generated files by path.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    paths: Paths,
    files: BTreeMap<String, File>,
}

/// Who is given each file that is made, as soon as it is.
pub type Take<'a> = &'a (dyn Fn(&File) -> Result<()> + Sync);

/// What [`Paths::write`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were new or other than before.
    pub written: usize,
    /// Files that were as they should be.
    pub unchanged: usize,
    /// Files of an earlier run that are no longer made.
    pub removed: usize,
}

/// A difference between a tree and the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// The file is not there.
    Missing(String),
    /// The file says something else; the second value is the difference.
    Changed(String, String),
    /// The file is generated and no longer made.
    Stale(String),
}

impl Tree {
    /// Adds a file.
    ///
    /// # Errors
    /// If its path is taken, also on a file system that ignores case, or leaves the tree.
    pub fn add(&mut self, file: File) -> Result<()> {
        self.paths.add(&file.path)?;
        self.files.insert(file.path.clone(), file);
        Ok(())
    }

    /// The files, by path.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The file of this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Writes the tree into a folder; see [`Paths::write`].
    ///
    /// # Errors
    /// As there.
    pub fn write(&self, folder: &Path) -> Result<Written> {
        self.paths.write(folder, |take| self.each(take))
    }

    /// Compares the tree with a folder; see [`Paths::compare`].
    ///
    /// # Errors
    /// As there.
    pub fn compare(&self, folder: &Path) -> Result<Vec<Drift>> {
        self.paths.compare(folder, |take| self.each(take))
    }

    fn each(&self, take: Take<'_>) -> Result<()> {
        expect(self.files.len());
        let one = |file: &File| {
            advance();
            take(file)
        };
        self.files.values().collect::<Vec<_>>().into_par_iter().try_for_each(one)
    }
}

impl Paths {
    /// Adds a path.
    ///
    /// # Errors
    /// If it is taken, also on a file system that ignores case, or leaves the folder.
    pub fn add(&mut self, path: &str) -> Result<()> {
        let refuse = |reason: &str| Error::Tree { path: path.to_owned(), reason: reason.to_owned() };
        let inside =
            |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0']);
        if !path.split('/').all(inside) {
            return Err(refuse("the path leaves the output folder"));
        }
        if !self.folded.insert(path.to_lowercase()) {
            return Err(refuse("two pages want this file"));
        }
        self.paths.insert(path.to_owned());
        Ok(())
    }

    /// The same, to which none is added any more: of many paths that is half of the memory.
    #[must_use]
    pub fn settled(self) -> Self {
        Self { folded: BTreeSet::new(), ..self }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Writes files with these paths into a folder, each when it is given. Those that are equal are left alone,
    /// generated files that have none of these paths are removed, nothing else is touched. Each file is written
    /// under another name and put in its place at once, so that none is ever half written.
    ///
    /// # Errors
    /// If a file cannot be written or removed: others are in place then, and the next run does the rest. If a folder
    /// of the paths is a link: nothing is written then.
    pub fn write(&self, folder: &Path, each: impl FnOnce(Take<'_>) -> Result<()> + Send) -> Result<Written> {
        self.refuse_links(folder)?;
        // Before there are files that are not yet in their place.
        let stale = phase("compare", || self.stale(folder))?;
        for parent in self.folders() {
            let path = folder.join(parent);
            fs::create_dir_all(&path).map_err(|source| Error::Write { path, source })?;
        }
        let (written, unchanged) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let take = |file: &File| {
            note_made(&file.path, &file.text, file.executable);
            let path = folder.join(&file.path);
            if phase("compare", || is_current(&path, file)) {
                unchanged.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            written.fetch_add(1, Ordering::Relaxed);
            phase("write", || replace(&path, file)).map_err(|source| Error::Write { path, source })
        };
        on_all_cores(|| each(&take))?;
        for path in &stale {
            let full = folder.join(path);
            fs::remove_file(&full).map_err(|source| Error::Write { path: full.clone(), source })?;
            remove_empty_parents(&full, folder);
        }
        Ok(Written { written: written.into_inner(), unchanged: unchanged.into_inner(), removed: stale.len() })
    }

    /// Compares files with these paths with a folder, each when it is given.
    ///
    /// # Errors
    /// If the folder cannot be read, or a folder of the paths is a link.
    pub fn compare(
        &self,
        folder: &Path,
        each: impl FnOnce(Take<'_>) -> Result<()> + Send,
    ) -> Result<Vec<Drift>> {
        self.refuse_links(folder)?;
        let found = Mutex::new(BTreeMap::new());
        let take = |file: &File| {
            note_made(&file.path, &file.text, file.executable);
            if let Some(drift) = phase("compare", || drift_of(file, folder))? {
                found.lock().unwrap_or_else(PoisonError::into_inner).insert(file.path.clone(), drift);
            }
            Ok(())
        };
        on_all_cores(|| each(&take))?;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut drift: Vec<Drift> = found.into_values().collect();
        drift.extend(phase("compare", || self.stale(folder))?.into_iter().map(Drift::Stale));
        Ok(drift)
    }

    /// Whether files that were made with these paths are in a folder as they were made, and nothing that
    /// [`Paths::write`] would remove.
    ///
    /// # Errors
    /// If the folder cannot be read, or a folder of the paths is a link.
    pub fn hold(&self, folder: &Path, made: &[Made]) -> Result<bool> {
        self.refuse_links(folder)?;
        let is_there = |it: &Made| {
            let path = folder.join(&it.path);
            fs::metadata(&path).is_ok_and(|file| has_mode(&file, it.executable))
                && fs::read(path).is_ok_and(|bytes| Sum::of(&bytes) == it.sum)
        };
        Ok(on_all_cores(|| made.par_iter().all(is_there)) && self.stale(folder)?.is_empty())
    }

    /// The folders that files go into.
    fn folders(&self) -> BTreeSet<&str> {
        self.paths.iter().filter_map(|it| Some(it.rsplit_once('/')?.0)).collect()
    }

    /// Whoever puts a link into the outputs must not have files elsewhere overwritten or removed.
    fn refuse_links(&self, folder: &Path) -> Result<()> {
        let mut seen = BTreeSet::new();
        for path in &self.paths {
            let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
            for inner in folders.filter(|it| seen.insert(*it)) {
                let path = folder.join(inner);
                if fs::symlink_metadata(&path).is_ok_and(|it| it.file_type().is_symlink()) {
                    return Err(Error::Link { path });
                }
            }
        }
        Ok(())
    }

    /// Generated files in the folders of the tree that are not in the tree: those of its
    /// targets, so that writing one target leaves the others alone.
    fn stale(&self, folder: &Path) -> Result<Vec<String>> {
        let target = |path: &'_ String| {
            let (api, rest) = path.split_once('/')?;
            let (target, _) = rest.split_once('/')?;
            Some(format!("{api}/{target}"))
        };
        let roots: BTreeSet<String> = self.paths.iter().filter_map(target).collect();
        let mut stale = Vec::new();
        for root in roots {
            let mut folders = vec![root];
            while let Some(next) = folders.pop() {
                let full = folder.join(&next);
                for entry in entries(&full)? {
                    let (Ok(kind), Some(name)) =
                        (entry.file_type(), entry.file_name().to_str().map(str::to_owned))
                    else {
                        continue;
                    };
                    let path = format!("{next}/{name}");
                    // Build products are large and not ours; a group may have their name.
                    let beside = |project: &str| full.join(project).exists();
                    let built =
                        name == "target" && beside("Cargo.toml") || name == "book" && beside("book.toml");
                    if kind.is_dir() && !built && name != ".git" {
                        folders.push(path);
                    } else if kind.is_file()
                        && !self.paths.contains(&path)
                        && is_generated(&folder.join(&path))
                    {
                        stale.push(path);
                    }
                }
            }
        }
        stale.extend(self.left_beside(folder)?);
        stale.sort();
        Ok(stale)
    }

    /// What a killed run has left beside the files that are of no target, such as the manifest. There is nothing
    /// else in their folder to take for one of ours.
    fn left_beside(&self, folder: &Path) -> Result<Vec<String>> {
        let api = |path: &String| {
            let (api, name) = path.split_once('/')?;
            (!name.contains('/')).then(|| api.to_owned())
        };
        let mut left = Vec::new();
        for api in self.paths.iter().filter_map(api).collect::<BTreeSet<_>>() {
            let full = folder.join(&api);
            for entry in entries(&full)? {
                if let Some(name) = entry.file_name().to_str().filter(|it| is_left(it)) {
                    left.push(format!("{api}/{name}"));
                }
            }
        }
        Ok(left)
    }
}

/// What is in a folder; nothing if there is no such folder.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<io::Result<_>>().map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(failed(source)),
    }
}

/// What differs between a file and the disk, if something does.
fn drift_of(file: &File, folder: &Path) -> Result<Option<Drift>> {
    let path = folder.join(&file.path);
    Ok(match fs::read(&path) {
        Ok(bytes) if bytes == file.text.as_bytes() => {
            let is_right = fs::metadata(path).is_ok_and(|it| has_mode(&it, file.executable));
            let wrong = if file.executable { "the file cannot be run" } else { "the file can be run" };
            (!is_right).then(|| Drift::Changed(file.path.clone(), wrong.to_owned()))
        }
        Ok(bytes) => {
            let old = String::from_utf8_lossy(&bytes);
            Some(Drift::Changed(file.path.clone(), difference(&file.path, &old, &file.text)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Drift::Missing(file.path.clone())),
        Err(source) => return Err(Error::Read { path, source }),
    })
}

/// Keeps other runs from writing into a folder until it is dropped, which it waits for itself if another one has it.
/// Where a folder cannot be locked (Windows, some network disks), it does nothing.
#[must_use]
pub fn alone(folder: &Path) -> Option<fs::File> {
    let lock = fs::File::open(folder).ok()?;
    lock.lock().is_ok().then_some(lock)
}

/// As [`alone`], for who reads only: others may read as well.
#[must_use]
pub fn undisturbed(folder: &Path) -> Option<fs::File> {
    let lock = fs::File::open(folder).ok()?;
    lock.lock_shared().is_ok().then_some(lock)
}

/// Whether the file on disk is as it should be, its permission to run included.
fn is_current(path: &Path, file: &File) -> bool {
    // Most files that have changed have another length.
    let alike = |it: &fs::Metadata| it.len() == file.text.len() as u64 && has_mode(it, file.executable);
    fs::metadata(path).is_ok_and(|it| alike(&it))
        && fs::read(path).is_ok_and(|bytes| bytes == file.text.as_bytes())
}

#[cfg(unix)]
fn has_mode(file: &fs::Metadata, executable: bool) -> bool {
    use std::os::unix::fs::PermissionsExt;
    (file.permissions().mode() & 0o111 != 0) == executable
}

#[cfg(not(unix))]
fn has_mode(_: &fs::Metadata, _: bool) -> bool {
    true
}

fn replace(path: &Path, file: &File) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_symlink()) {
        // Writing through a link would write somewhere that the user did not name.
        fs::remove_file(path)?;
    }
    let staged = staged(path);
    let written = fs::File::create(&staged).and_then(|mut out| out.write_all(file.text.as_bytes()));
    let placed = written
        .and_then(|()| set_executable(&staged, file.executable))
        .and_then(|()| fs::rename(&staged, path));
    if placed.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&staged);
    }
    placed
}

/// Puts a text in the place of a file of the user's own, at once. Its permissions stay, and a link to it
/// stays one.
///
/// # Errors
/// If the file cannot be written; it is as before then.
pub fn rewrite(path: &Path, text: &str) -> Result<()> {
    let replace = || {
        let path = fs::canonicalize(path)?;
        let staged = staged(&path);
        let placed = fs::File::create(&staged)
            .and_then(|mut out| out.write_all(text.as_bytes()))
            .and_then(|()| fs::set_permissions(&staged, fs::metadata(&path)?.permissions()))
            .and_then(|()| fs::rename(&staged, &path));
        if placed.is_err() {
            // The first error is the one to tell.
            let _ = fs::remove_file(&staged);
        }
        placed
    };
    replace().map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Writes a file that is the user's own from then on, at once; its folder is made if need be.
///
/// # Errors
/// If the file cannot be written; it is as before then.
pub fn keep(path: &Path, text: &str) -> Result<()> {
    if path.exists() {
        return rewrite(path, text);
    }
    let write = || {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let file = File { path: String::new(), text: text.to_owned(), executable: false };
        replace(path, &file)
    };
    write().map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Where a file is written before it takes its place: beside it, since a rename is only whole
/// on one file system.
fn staged(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.postwright", std::process::id()));
    path.with_file_name(name)
}

#[cfg(unix)]
fn set_executable(path: &Path, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(path)?.permissions();
    let mode = permissions.mode();
    // Who may read it may run it.
    permissions.set_mode(if executable { mode | (mode & 0o444) >> 2 } else { mode & !0o111 });
    fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn set_executable(_: &Path, _: bool) -> io::Result<()> {
    Ok(())
}

/// Whether a file of this name is one that a killed run has written and not yet put in its place: see [`staged`].
fn is_left(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".postwright")
}

/// Whether one of its first lines says that it is generated, or a killed run left it behind.
fn is_generated(path: &Path) -> bool {
    use std::io::Read;
    if path.file_name().and_then(|it| it.to_str()).is_some_and(is_left) {
        return true;
    }
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1024).read_to_end(&mut head));
    read.is_ok() && String::from_utf8_lossy(&head).lines().take(12).any(|line| line.contains(GENERATED_MARK))
}

/// Removes the folders that the removal of a file left empty, up to the output folder.
fn remove_empty_parents(path: &Path, folder: &Path) {
    let mut parent = path.parent();
    while let Some(next) = parent.filter(|next| *next != folder) {
        // Not empty, or not ours to remove: either way it stays.
        if fs::remove_dir(next).is_err() {
            break;
        }
        parent = next.parent();
    }
}

/// What differs between two texts of a file, as a diff that is cut where it gets too long to read.
#[must_use]
pub fn difference(path: &str, old: &str, new: &str) -> String {
    // Of large files that have nothing in common, a rougher difference says as much.
    let diff = similar::TextDiff::configure().timeout(DIFF_TIME).diff_lines(old, new);
    let text = diff.unified_diff().context_radius(2).header(&format!("{path} (on disk)"), path).to_string();
    let mut lines: Vec<&str> = text.lines().collect();
    let more = lines.len().saturating_sub(DIFF_LINES);
    lines.truncate(DIFF_LINES);
    let mut out = lines.join("\n");
    if more > 0 {
        out.push_str(&format!("\n… {more} more lines"));
    }
    out
}

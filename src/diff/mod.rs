//! What has changed from one model to another, for those who use the generated client.
//!
//! Models are compared, not files: a collection that was only laid out anew has no changes. The
//! classes are those of the Rust client, whose compiler is the strictest reader of the outputs, and
//! whose tests hold them (`tests/all/diff`).

mod operations;
mod pairs;
mod records;
mod release;
mod report;
mod variables;

use crate::api::Api;

pub use release::{entry, has_entry, with_entry};
pub use report::{json, markdown, sum, text};

/// What a change means for a program that uses the generated client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// It does not compile any more, or fails where it did not.
    Breaking,
    /// It goes on as it was.
    Compatible,
    /// Only what people read has changed.
    Docs,
}

/// What a change asks of the version (Semantic Versioning 2.0.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing has changed.
    None,
    /// The client has nothing new, but is not the same.
    Patch,
    /// The client has something new.
    Minor,
    /// A program that uses it may have to be changed.
    Major,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub class: Class,
    /// What it asks of the version.
    pub verdict: Verdict,
    /// What kind of change it is: `operation-removed`. A kind never changes its meaning.
    pub kind: &'static str,
    /// What has changed, as users of the client call it: `patients.list`, `Patient.weight`.
    pub subject: String,
    /// What is so now, to be read behind the subject.
    pub what: String,
    /// Why it is of its class.
    pub why: &'static str,
}

/// Everything that has changed, the gravest first.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// The changes, by class, then in the order of the collection.
    pub changes: Vec<Change>,
}

impl Diff {
    /// What the changes together ask of the version.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.changes.iter().map(|it| it.verdict).max().unwrap_or(Verdict::None)
    }

    /// Whether a program that uses the client may have to be changed.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(|it| it.class == Class::Breaking)
    }

    fn breaks(
        &mut self,
        kind: &'static str,
        subject: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
    ) {
        self.add(Class::Breaking, Verdict::Major, kind, subject.into(), what.into(), why);
    }

    /// Something new, which nobody has to use.
    fn brings(
        &mut self,
        kind: &'static str,
        subject: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
    ) {
        self.add(Class::Compatible, Verdict::Minor, kind, subject.into(), what.into(), why);
    }

    /// Something that is otherwise, and that programs do not notice.
    fn alters(
        &mut self,
        kind: &'static str,
        subject: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
    ) {
        self.add(Class::Compatible, Verdict::Patch, kind, subject.into(), what.into(), why);
    }

    fn documents(&mut self, kind: &'static str, subject: impl Into<String>, what: impl Into<String>) {
        self.add(
            Class::Docs,
            Verdict::Patch,
            kind,
            subject.into(),
            what.into(),
            "only documentation says it",
        );
    }

    fn add(
        &mut self,
        class: Class,
        verdict: Verdict,
        kind: &'static str,
        subject: String,
        what: String,
        why: &'static str,
    ) {
        self.changes.push(Change { class, verdict, kind, subject, what, why });
    }
}

/// Compares two models of one API.
#[must_use]
pub fn diff(old: &Api, new: &Api) -> Diff {
    let mut diff = Diff::default();
    if (&old.title, &old.description) != (&new.title, &new.description) {
        diff.documents("docs", new.title.as_str(), "is described otherwise");
    }
    let records = pairs::records(old, new);
    operations::compare(&mut diff, old, new, &records);
    records::compare(&mut diff, old, new, &records);
    variables::compare(&mut diff, old, new);
    // Stable: within a class the order of the collection stays.
    diff.changes.sort_by_key(|it| it.class);
    diff.changes.dedup();
    diff
}

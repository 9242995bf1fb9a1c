//! Python snippets: one file per request, to run or to paste, on requests or httpx.

mod auth;
mod client;
mod httpx;
mod library;
mod oauth2;
mod pages;
mod request;
mod short;
mod snippet;
mod source;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Page, generated_line};
use crate::api::{Api, Group, Http, Operation};
pub use client::example_call;
pub(super) use oauth2::has_token_store;
pub(super) use short::{Short, short};

/// Whether a snippet on this library can sign a request this way.
pub(super) fn signs(http: Http, operation: &Operation) -> bool {
    match http {
        Http::Requests => auth::signs(operation.auth()),
        Http::Httpx => httpx::signs(operation),
    }
}

/// What `python/ruff.toml` may say.
#[derive(Serialize)]
struct Settings {
    generated: String,
}

/// What `python/requirements.txt` may say.
#[derive(Serialize)]
struct Requirements {
    generated: String,
    packages: Vec<String>,
}

/// The package that snippets are on unless it is said otherwise, and the calls of OAuth 2.0 always.
const REQUESTS: &str = "requests>=2.31";

/// Modules of Python's standard library that the snippets import.
const STANDARD: &str = "base64 collections json os pathlib random re sys time typing urllib uuid";

/// Modules of Python's standard library from 3.9 to 3.14, and those of the packages. A script finds
/// its neighbours before all others, so that a file of such a name would take their place.
const MODULES: &str = "\
    abc aifc akamai annotationlib antigravity anyio argparse array ast asynchat asyncio asyncore atexit audioop \
    base64 bdb binascii bisect builtins bz2 calendar certifi cgi cgitb charset_normalizer chunk cmath \
    cmd code codecs codeop collections colorsys compileall compression concurrent configparser \
    contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal \
    difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp \
    fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib \
    grp gzip h11 hashlib heapq hmac html http httpcore httpx idlelib idna imaplib imghdr imp importlib inspect io \
    ipaddress itertools json jwt keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal \
    math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath \
    nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes \
    pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr \
    pydoc pydoc_data pyexpat queue quopri random re readline reprlib requests resource rlcompleter \
    runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr sniffio socket \
    socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string \
    stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib \
    tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace \
    traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib urllib3 uu \
    uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp \
    zipfile zipimport zlib zoneinfo";

/// The file of an operation.
pub(super) fn file_of(group: &Group, operation: &Operation) -> String {
    let name = operation.name.snake();
    let mark = if MODULES.split(' ').any(|it| it == name) { "_" } else { "" };
    format!("python/{}/{name}{mark}.py", group.name.snake())
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let mut pages = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            let view = move || snippet::view(api, group, operation);
            pages.push(Page::later(file_of(group, operation), "python/snippet.py", view));
        }
    }
    let oauth2 = oauth2::pages(api);
    let packages = packages(api, !oauth2.is_empty());
    pages.extend(oauth2);
    pages.extend(client::pages(api));
    let settings = Settings { generated: generated_line(api) };
    let requirements = Requirements { generated: generated_line(api), packages };
    pages.push(Page::new("python/ruff.toml", "python/ruff.toml", &settings));
    pages.push(Page::new("python/requirements.txt", "python/requirements.txt", &requirements));
    pages
}

/// What is to be installed for the snippets, and for the calls of OAuth 2.0 if there are any.
fn packages(api: &Api, has_oauth2: bool) -> Vec<String> {
    let operations = api.groups.iter().flat_map(|group| &group.operations);
    let (first, others): (&[&str], BTreeSet<&str>) = match api.settings.http {
        Http::Requests => (&[REQUESTS], operations.filter_map(|it| auth::package(it.auth())).collect()),
        Http::Httpx if has_oauth2 => {
            (&[httpx::PACKAGE, REQUESTS], operations.flat_map(httpx::packages).collect())
        }
        Http::Httpx => (&[httpx::PACKAGE], operations.flat_map(httpx::packages).collect()),
    };
    first.iter().copied().chain(others).map(str::to_owned).collect()
}

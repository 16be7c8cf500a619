//! What a run found out, in every form that people and programs read.
//!
//! [`write_all`] leaves `report.json`, `junit.xml` and `report.html` in a directory, [`text::print_run`] prints for a
//! terminal. All of them are made from the one [`model`], and all of them redact.

pub mod html;
pub mod json;
pub mod junit;
pub mod model;
pub mod redact;
pub mod text;
pub mod words;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use self::model::Report;
use self::redact::{Redacted, Redactor};

/// Where the files of a report lie.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The report as data.
    pub json: PathBuf,
    /// The report for build servers.
    pub junit: PathBuf,
    /// The report for people.
    pub html: PathBuf,
}

/// Writes a report in all its forms into a directory, which is made if it is missing.
///
/// Secrets are taken out first; give [`write_redacted`] a report of a [`Redactor`] that knows the configured ones.
///
/// # Errors
/// The directory or a file cannot be written; the message names it.
pub fn write_all(report: &Report, directory: &Path) -> io::Result<Written> {
    write_redacted(&Redactor::new().report(report), directory)
}

/// Writes a report without secrets in all its forms into a directory, which is made if it is missing.
///
/// # Errors
/// The directory or a file cannot be written; the message names it.
pub fn write_redacted(report: &Redacted<Report>, directory: &Path) -> io::Result<Written> {
    fs::create_dir_all(directory).map_err(|error| naming(directory, &error))?;
    let written = Written {
        json: directory.join("report.json"),
        junit: directory.join("junit.xml"),
        html: directory.join("report.html"),
    };
    into_file(&written.json, |out| json::write(report, out))?;
    into_file(&written.junit, |out| junit::write(report, out))?;
    into_file(&written.html, |out| html::write(report, out))?;
    Ok(written)
}

fn into_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let whole = || {
        let mut out = BufWriter::new(File::create(path)?);
        write(&mut out)?;
        out.flush()
    };
    whole().map_err(|error| naming(path, &error))
}

fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("report not written: {}: {error}", path.display()))
}

//! What is wrong in a folder, each with file, line and column, so that it can be mended in one go.

use std::fmt;

use crate::db;

/// Problems that are listed; more are only counted.
const LISTED: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// Counted from 1, the header's; `None`: the file as a whole.
    pub line: Option<u64>,
    pub column: Option<String>,
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.text)
    }
}

/// The first hundred problems, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    pub listed: Vec<Problem>,
    pub total: u64,
}

impl Problems {
    pub fn add(&mut self, problem: Problem) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(problem);
        }
    }

    /// A problem of a file as a whole.
    pub fn in_file(&mut self, file: &str, text: impl Into<String>) {
        self.add(Problem { file: file.into(), line: None, column: None, text: text.into() });
    }

    /// A problem in one place.
    pub fn at(&mut self, file: &str, line: u64, column: &str, text: impl Into<String>) {
        let column = Some(column).filter(|column| !column.is_empty()).map(str::to_owned);
        self.add(Problem { file: file.into(), line: Some(line), column, text: text.into() });
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.listed {
            writeln!(f, "{problem}")?;
        }
        match self.total - self.listed.len() as u64 {
            0 => Ok(()),
            more => writeln!(f, "... and {more} more."),
        }
    }
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Problems(Problems),
    /// The organization is not one that can be loaded into; a sentence.
    #[error("{0}")]
    Organization(String),
    #[error("{0}")]
    File(String),
    #[error(transparent)]
    Database(#[from] db::Error),
}

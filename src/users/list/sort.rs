//! By what the Users list is sorted.

/// `name`, `-name` from the end, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub by: By,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Name,
    Email,
    LastSignIn,
}

impl Sort {
    pub const BY_NAME: Sort = Sort { by: By::Name, descending: false };

    /// By name, if it is no order that there is.
    pub fn parse(text: &str) -> Self {
        let (word, descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
        let by = match word {
            "name" => By::Name,
            "email" => By::Email,
            "last-sign-in" => By::LastSignIn,
            _ => return Sort::BY_NAME,
        };
        Sort { by, descending }
    }

    pub fn as_str(self) -> &'static str {
        match (self.by, self.descending) {
            (By::Name, false) => "name",
            (By::Name, true) => "-name",
            (By::Email, false) => "email",
            (By::Email, true) => "-email",
            (By::LastSignIn, false) => "last-sign-in",
            (By::LastSignIn, true) => "-last-sign-in",
        }
    }

    pub fn in_words(self) -> &'static str {
        match self.by {
            By::Name => "by name",
            By::Email => "by email",
            By::LastSignIn => "by last sign-in",
        }
    }
}

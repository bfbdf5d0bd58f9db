//! What a user may do, and which license that takes.

use crate::db::text_enum;

text_enum! {
    /// What is paid for, a number of seats each (External is free). The order is that of the pages.
    pub enum LicenseType {
        Standard = "standard",
        Light = "light",
        Contributor = "contributor",
        External = "external",
    }
}

text_enum! {
    /// What a user may do. An active user has exactly one.
    pub enum AccessLevel {
        SystemAdministrator = "system_administrator",
        Standard = "standard",
        Light = "light",
        Contributor = "contributor",
        ExternalUser = "external",
    }
}

/// A set of rights. Guards compare sets, never names of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights(u16);

impl Rights {
    pub const NONE: Rights = Rights(0);
    /// See what one is assigned to.
    pub const SEE_ASSIGNED: Rights = Rights(1);
    /// See all projects and what is in them; read and write notes.
    pub const SEE_WORK: Rights = Rights(1 << 1);
    /// Create and assign work items, log hours, upload documents.
    pub const DO_WORK: Rights = Rights(1 << 2);
    /// Open Users, and act on people whose rights are within one's own.
    pub const ADMINISTER_USERS: Rights = Rights(1 << 3);
    /// Open Setup: licenses, settings.
    pub const ADMINISTER_SETUP: Rights = Rights(1 << 4);

    pub const fn and(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// True if every right of `other` is also here.
    pub const fn include(self, other: Rights) -> bool {
        self.0 & other.0 == other.0
    }
}

impl LicenseType {
    pub fn name(self) -> &'static str {
        match self {
            LicenseType::Standard => "Standard",
            LicenseType::Light => "Light",
            LicenseType::Contributor => "Contributor",
            LicenseType::External => "External",
        }
    }
}

impl AccessLevel {
    pub fn name(self) -> &'static str {
        match self {
            AccessLevel::SystemAdministrator => "System Administrator",
            AccessLevel::Standard => "Standard",
            AccessLevel::Light => "Light",
            AccessLevel::Contributor => "Contributor",
            AccessLevel::ExternalUser => "External User",
        }
    }

    /// By its name in files and forms, without regard to case and stray spaces.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        Self::ALL.iter().copied().find(|level| level.name().eq_ignore_ascii_case(&name))
    }

    /// The license that an active user of this level uses a seat of.
    pub fn license_type(self) -> LicenseType {
        match self {
            AccessLevel::SystemAdministrator | AccessLevel::Standard => LicenseType::Standard,
            AccessLevel::Light => LicenseType::Light,
            AccessLevel::Contributor => LicenseType::Contributor,
            AccessLevel::ExternalUser => LicenseType::External,
        }
    }

    pub fn rights(self) -> Rights {
        let sees = Rights::SEE_ASSIGNED.and(Rights::SEE_WORK);
        match self {
            AccessLevel::SystemAdministrator => {
                sees.and(Rights::DO_WORK).and(Rights::ADMINISTER_USERS).and(Rights::ADMINISTER_SETUP)
            }
            AccessLevel::Standard | AccessLevel::Light => sees.and(Rights::DO_WORK),
            AccessLevel::Contributor => sees,
            AccessLevel::ExternalUser => Rights::SEE_ASSIGNED,
        }
    }
}

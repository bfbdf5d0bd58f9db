//! Which people a list shows: what the address says. It is data: read from an address or a form, written back into one.

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value::{Day, InUnit, Value, Zone, cleaned};
use crate::db::{UserId, text_enum};
use crate::licenses::{AccessLevel, LicenseType};
use crate::web::page::percent_encode;

text_enum! {
    /// The states of the filter, in the order of its menu. Nobody sees deleted people there.
    #[derive(Default)]
    pub enum Show {
        #[default]
        Active = "active",
        Deactivated = "deactivated",
        NeverSignedIn = "never-signed-in",
        NoSignInFor90Days = "no-sign-in-90-days",
        All = "all",
    }
}

impl Show {
    pub fn name(self) -> &'static str {
        match self {
            Show::Active => "Active",
            Show::Deactivated => "Deactivated",
            Show::NeverSignedIn => "Never signed in",
            Show::NoSignInFor90Days => "No sign-in for 90 days",
            Show::All => "All",
        }
    }

    /// True if people who are off can be among those shown.
    pub fn has_people_who_are_off(self) -> bool {
        matches!(self, Show::Deactivated | Show::All)
    }
}

/// A word of a filter that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown filter: {0}")]
pub struct Unknown(pub String);

/// One line for each field: its name in Rust, its type, its name in addresses and forms.
macro_rules! filter {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $name:literal,)+) => {
        /// Who is meant: by a list, by "all that match", by a file. All that is said must be true of a person.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Filter {
            $($(#[$doc])* pub $field: $type,)+
        }

        impl Filter {
            /// The names of the fields in addresses and forms. Whoever sends a filter on sends these.
            pub const FIELDS: &'static [&'static str] = &[$($name),+];

            /// Sets one field; an empty text leaves it out. Names that are no field of a filter are passed over.
            pub fn set(&mut self, name: &str, text: &str) -> Result<(), Unknown> {
                match name {
                    $($name => self.$field = Value::read(text).ok_or_else(|| Unknown(format!("{name}={text}")))?,)+
                    _ => {}
                }
                Ok(())
            }

            fn written(&self) -> Vec<(&'static str, String)> {
                vec![$(($name, self.$field.write())),+]
            }
        }
    };
}
filter! {
    show: Show = "filter",
    /// Parts of names or addresses; every word must match.
    q: String = "q",
    level: Option<AccessLevel> = "level",
    /// Only people whose access level takes a seat of this type.
    license: Option<LicenseType> = "license",
    company: Option<InUnit> = "company",
    /// The home team or a further one; so with groups.
    team: Option<InUnit> = "team",
    group: Option<InUnit> = "group",
    job_role: Option<InUnit> = "job_role",
    manager: Option<UserId> = "manager",
    /// Last signed in on this day or later. Who never did is not meant, nor below.
    signed_in_from: Option<Day> = "signed_in_from",
    signed_in_before: Option<Day> = "signed_in_before",
    created_from: Option<Day> = "created_from",
    created_before: Option<Day> = "created_before",
    leaving_before: Option<Day> = "leaving_before",
    /// Deactivated on this day or later, before that one, by this person, for a reason that holds this text.
    off_since: Option<Day> = "off_since",
    off_before: Option<Day> = "off_before",
    off_by: Option<UserId> = "off_by",
    off_why: String = "off_why",
    /// The zone in which the days begin; UTC if it is not said.
    zone: Option<Zone> = "zone",
}

impl Filter {
    /// Out of names and values, as an address or a form has them.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Filter, Unknown> {
        let mut filter = Filter::default();
        for (name, text) in pairs {
            filter.set(name, text)?;
        }
        Ok(filter)
    }

    /// Out of the part of an address behind the question mark.
    pub fn from_query(query: &str) -> Result<Filter, Unknown> {
        let pairs: Vec<(String, String)> = serde_html_form::from_str(query).map_err(|_| Unknown(query.to_owned()))?;
        Filter::from_pairs(pairs.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Every field that says something, by the name it has in addresses and forms. The state is always there.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let has_days = self.has_days();
        let said = self.written().into_iter();
        said.filter(|(name, text)| !text.is_empty() && (has_days || *name != "zone")).collect()
    }

    /// `filter=active&q=bert`, for behind a question mark.
    pub fn query(&self) -> String {
        let pairs = self.fields().into_iter();
        pairs.map(|(name, text)| format!("{name}={}", percent_encode(&text))).collect::<Vec<_>>().join("&")
    }

    /// The same without one field.
    pub fn without(&self, name: &str) -> Filter {
        let mut filter = self.clone();
        let _ = filter.set(name, "");
        filter
    }

    /// True if nothing is said but the state, and perhaps a search.
    pub fn is_plain(&self) -> bool {
        self.fields().iter().all(|(name, _)| matches!(*name, "filter" | "q"))
    }

    /// What was typed, without what cannot be part of a name.
    pub fn searched(&self) -> String {
        cleaned(&self.q)
    }

    /// True if only people who are off can match.
    pub fn is_about_being_off(&self) -> bool {
        let days = [self.off_since, self.off_before];
        days.iter().any(Option::is_some) || self.off_by.is_some() || !self.off_why.is_empty()
    }

    fn has_days(&self) -> bool {
        let days = [
            self.signed_in_from,
            self.signed_in_before,
            self.created_from,
            self.created_before,
            self.leaving_before,
            self.off_since,
            self.off_before,
        ];
        days.iter().any(Option::is_some)
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields())
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Filter;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the fields of a filter")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Filter, A::Error> {
                let mut filter = Filter::default();
                while let Some((name, text)) = map.next_entry::<String, String>()? {
                    filter.set(&name, &text).map_err(A::Error::custom)?;
                }
                Ok(filter)
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

//! The address a person signs in with: what is taken, and what is plainly a slip of the pen.

use super::names::is_invisible;

/// Bytes that an address may have (RFC 5321).
const MAX_LENGTH: usize = 254;

/// What is wrong with an address, in words for the field; `None` if mail could go there. Forgiving: only a message
/// that arrives proves an address.
pub fn problem(email: &str) -> Option<String> {
    let email = email.trim();
    if email.is_empty() {
        return Some("Enter an email address.".into());
    }
    if email.len() > MAX_LENGTH {
        return Some(format!("An email address has at most {MAX_LENGTH} characters."));
    }
    let is_whole = email.rsplit_once('@').is_some_and(|(mailbox, host)| {
        !mailbox.is_empty()
            && !host.is_empty()
            && !mailbox.contains('@')
            && !host.starts_with(['.', '-'])
            && !host.ends_with(['.', '-'])
            && !host.contains("..")
    });
    let has_stray = email
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '<' | '>' | ',' | ';'));
    (!is_whole || has_stray).then(|| "Enter an address like name@example.com.".into())
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn addresses_that_mail_could_reach_are_taken() {
        for email in ["ada@example.com", " ada+x@example.com ", "ada@localhost", "åda.o'neil@exämple.co.uk"] {
            assert_eq!(problem(email), None, "{email}");
        }
    }

    #[test]
    fn slips_of_the_pen_are_found() {
        let long = format!("{}@example.com", "a".repeat(250));
        for email in [
            "",
            "  ",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "a@b@c",
            "a@b..c",
            "a@.b",
            "a@b.",
            "<a@b>",
            "a\u{ad}@b.c",
            "a@b.c\u{200b}",
            "\u{202e}a@b.c",
        ] {
            assert!(problem(email).is_some(), "{email}");
        }
        assert!(problem(&long).is_some());
    }
}

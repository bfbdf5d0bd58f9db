//! Numbers as a spreadsheet shows them: with the zeros of an employee number, and days as days.

use jiff::Span;
use jiff::civil::{Date, date};

/// How a number is shown, as far as it changes what is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// A day, a time, or both.
    Moment,
    /// At least so many digits: `00123`.
    Digits(u8),
}

/// The look of a number format that programs know by its number alone.
pub fn built_in(format: u32) -> Look {
    match format {
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Look::Moment,
        _ => Look::Plain,
    }
}

/// The look of a format that the workbook spells out, such as `yyyy\-mm\-dd`, `00000` or `[$-409]d. mmm`.
pub fn look(format: &str) -> Look {
    // What is in quotes or brackets, or behind a backslash, is no letter of the format; `[h]` counts hours.
    let (mut letters, mut characters) = (String::new(), format.chars());
    while let Some(c) = characters.next() {
        match c {
            '"' => drop(characters.by_ref().find(|c| *c == '"')),
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                if !inside.is_empty() && inside.chars().all(|c| "hHmMsS".contains(c)) {
                    return Look::Moment;
                }
            }
            '\\' | '_' | '*' => drop(characters.next()),
            ';' => break,
            c => letters.push(c.to_ascii_lowercase()),
        }
    }
    let zeros = letters.len();
    if (2..=30).contains(&zeros) && letters.chars().all(|c| c == '0') {
        return Look::Digits(zeros as u8);
    }
    let is_moment = letters != "general" && letters.chars().any(|c| "dmyhs".contains(c));
    if is_moment { Look::Moment } else { Look::Plain }
}

/// A number as text. `from_1904`: the workbook counts its days from that year.
pub fn shown(number: f64, look: Look, from_1904: bool) -> String {
    match look {
        Look::Moment => moment(number, from_1904).unwrap_or_else(|| plain(number)),
        Look::Digits(digits) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => {
            format!("{:0width$}", number as u64, width = usize::from(digits))
        }
        _ => plain(number),
    }
}

/// `42.0` -> `42`; fifteen digits, as the programs keep them: `0.1 + 0.2` -> `0.3`
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{}", number as i64);
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

fn moment(days: f64, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    let (day, seconds) = (days.floor() as i64, (days.fract() * 86_400.0).round() as i64);
    let time = Span::new().try_seconds(seconds).ok()?;
    if day == 0 && seconds > 0 && !from_1904 {
        return Some(date(2000, 1, 1).at(0, 0, 0, 0).checked_add(time).ok()?.strftime("%H:%M:%S").to_string());
    }
    // The programs believe that there was a 29 February in 1900; days before it are one further on.
    let first: Date = if from_1904 {
        date(1904, 1, 1)
    } else if day < 60 {
        date(1899, 12, 31)
    } else {
        date(1899, 12, 30)
    };
    let day = first.checked_add(Span::new().try_days(day).ok()?).ok()?;
    let moment = day.at(0, 0, 0, 0).checked_add(time).ok()?;
    Some(if seconds == 0 { moment.strftime("%Y-%m-%d") } else { moment.strftime("%Y-%m-%d %H:%M:%S") }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_they_look() {
        let cases = [
            (42.0, "General", "42"),
            (-3.5, "0.00", "-3.5"),
            (0.1 + 0.2, "General", "0.3"),
            (123.0, "00000", "00123"),
            (46112.0, "yyyy\\-mm\\-dd", "2026-03-31"),
            (46112.5, "dd/mm/yyyy hh:mm", "2026-03-31 12:00:00"),
            (0.75, "hh:mm", "18:00:00"),
            (46112.0, "[$-409]d\\-mmm", "2026-03-31"),
            (12.0, "\"days\" 0", "12"),
            (1.0e20, "General", "100000000000000000000"),
        ];
        for (number, format, text) in cases {
            assert_eq!(shown(number, look(format), false), text, "{format}");
        }
        assert_eq!(shown(0.0, Look::Moment, true), "1904-01-01");
        assert_eq!(shown(f64::NAN, Look::Moment, false), "NaN");
        assert_eq!(shown(60.0, built_in(14), false), "1900-02-28");
    }
}

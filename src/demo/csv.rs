//! Rows on their way into a kick-start file.

/// A file that is being written.
pub struct File {
    text: String,
    rows: i64,
}

impl File {
    pub fn new(header: &str) -> Self {
        File { text: format!("{header}\n"), rows: 0 }
    }

    /// Adds a row under the next free id, which it returns.
    pub fn numbered(&mut self, values: &[&str]) -> i64 {
        let id = (self.rows + 1).to_string();
        let mut all = vec![id.as_str()];
        all.extend(values);
        self.row(&all);
        self.rows
    }

    pub fn row(&mut self, values: &[&str]) {
        self.rows += 1;
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            if value.contains([',', '"', '\n']) {
                self.text.push('"');
                self.text.push_str(&value.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(value);
            }
        }
        self.text.push('\n');
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

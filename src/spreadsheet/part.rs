//! One part of a package while it is unpacked: never more than it may have, and nothing in it that fills the memory.

use std::io::{self, Read};

/// Bytes between two tags, or of one: a cell has at most 32,767 characters.
const LONGEST_RUN: usize = 512 << 10;

/// Fails with `FileTooLarge` after a number of bytes, whatever the directory said; with `InvalidData` at what no
/// spreadsheet program writes: declarations, comments and sections, in which anything of any length could stand.
pub struct Bounded<R> {
    inner: R,
    left: u64,
    run: usize,
    last: u8,
    at_start: bool,
}

impl<R: Read> Bounded<R> {
    pub fn new(inner: R, limit: u64) -> Self {
        Bounded { inner, left: limit, run: 0, last: 0, at_start: true }
    }

    fn check(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            match byte {
                b'<' | b'>' => self.run = 0,
                _ => self.run += 1,
            }
            let is_foreign = byte == 0 || (self.last == b'<' && (byte == b'!' || (byte == b'?' && !self.at_start)));
            if is_foreign || self.run > LONGEST_RUN {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.at_start &= byte != b'>';
            self.last = byte;
        }
        Ok(())
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        self.check(&buffer[..read])?;
        Ok(read)
    }
}

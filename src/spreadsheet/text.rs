//! A text file while it is read: as UTF-8 with plain line ends, whatever it was written in.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding};

const CHUNK: usize = 64 << 10;
/// Bytes of a line. A line of nothing but separators must not fill the memory.
const LONGEST_LINE: usize = 4 << 20;

/// Ends with a line end, always. Fails with `InvalidData` at what no text file has.
pub struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    line: usize,
    last: u8,
    is_over: bool,
}

impl<R: Read> Decoded<R> {
    pub fn new(inner: R, encoding: &'static Encoding) -> Self {
        Decoded {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            text: Vec::new(),
            given: 0,
            line: 0,
            last: b'\n',
            is_over: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.raw)?;
        self.is_over = read == 0;
        // Three bytes of UTF-8 for each one read, and room for a character that was cut in two.
        let mut decoded = vec![0; read * 3 + 16];
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..read], &mut decoded, self.is_over);
        self.text.clear();
        self.given = 0;
        for &byte in &decoded[..written] {
            let plain = match byte {
                b'\n' if self.last == b'\r' => None,
                b'\r' => Some(b'\n'),
                0 => return Err(io::ErrorKind::InvalidData.into()),
                byte => Some(byte),
            };
            self.text.extend(plain);
            self.line = if matches!(byte, b'\r' | b'\n') { 0 } else { self.line + 1 };
            if self.line > LONGEST_LINE {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.last = byte;
        }
        if self.is_over && !matches!(self.last, b'\r' | b'\n') {
            self.text.push(b'\n');
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.is_over {
            self.fill()?;
        }
        let given = buffer.len().min(self.text.len() - self.given);
        buffer[..given].copy_from_slice(&self.text[self.given..self.given + given]);
        self.given += given;
        Ok(given)
    }
}

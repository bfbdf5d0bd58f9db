//! A person's photo: what may be one, and who may change it.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::edit::{EditRefusal, may_change};
use super::store::photos;
use crate::audit::{Chain, Event};
use crate::db::{Conn, Timestamp, UserId};

/// Bytes that a photo may have.
pub const LIMIT: usize = 1 << 20;
/// Pixels that a side may have: a few bytes can claim to be a picture that no browser can hold.
const LONGEST_SIDE: u32 = 8_000;

/// Where a photo is served; its digest makes the address another one with every change.
pub fn address(user: UserId, digest: &str) -> String {
    format!("/users/{user}/photo?v={digest}")
}

/// A picture of a kind that is taken, whole, and with nothing behind its end.
#[derive(Debug, Clone)]
pub struct Picture {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

#[derive(Serialize)]
struct Changed<'a> {
    digest: &'a str,
    bytes: usize,
}

/// The picture in a file, known by its bytes and never by its name; else what is wrong with it, in words for the field.
pub fn read(bytes: Vec<u8>) -> Result<Picture, String> {
    if bytes.is_empty() {
        return Err("Choose a picture first.".into());
    }
    if bytes.len() > LIMIT {
        return Err("This picture is too large: at most 1 MB.".into());
    }
    let (content_type, size) = match &bytes[..] {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', chunks @ ..] => ("image/png", png(chunks)),
        [0xff, 0xd8, segments @ ..] => ("image/jpeg", jpeg(segments)),
        [b'R', b'I', b'F', b'F', rest @ ..] => ("image/webp", webp(rest)),
        _ => return Err("Only PNG, JPEG and WebP pictures are taken.".into()),
    };
    match size {
        None => Err("This picture is damaged, or more than a picture. Save it anew and try again.".into()),
        Some((width, height)) if width.max(height) > LONGEST_SIDE => {
            Err(format!("This picture is {width} by {height} pixels. At most {LONGEST_SIDE} on a side are taken."))
        }
        Some((width, height)) if width.min(height) == 0 => Err("This picture is empty.".into()),
        Some(_) => Ok(Picture { content_type, bytes }),
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

fn short(bytes: &[u8]) -> Option<u32> {
    Some(u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?).into())
}

/// Width and height, if the chunks begin with the header and end, at the end of the file, with the end.
fn png(mut chunks: &[u8]) -> Option<(u32, u32)> {
    let mut size = None;
    loop {
        let (length, kind) = (number(chunks)? as usize, chunks.get(4..8)?);
        let data = chunks.get(8..8usize.checked_add(length)?)?;
        let rest = chunks.get(12usize.checked_add(length)?..)?; // after the checksum
        match (kind, size) {
            (b"IHDR", None) => size = Some((number(data)?, number(data.get(4..)?)?)),
            (b"IEND", Some(size)) => return rest.is_empty().then_some(size),
            (_, None) => return None,
            _ => {}
        }
        chunks = rest;
    }
}

/// Width and height from the frame's header, if the segments lead there and the file ends with the end.
fn jpeg(segments: &[u8]) -> Option<(u32, u32)> {
    if !segments.ends_with(&[0xff, 0xd9]) {
        return None;
    }
    let (mut rest, mut size) = (segments, None);
    loop {
        let [0xff, marker, after @ ..] = rest else { return None };
        match marker {
            0xff => rest = &rest[1..], // filling
            0xd8 | 0xd9 => return None,
            // The picture itself begins: from here on it is numbers.
            0xda => return size,
            0x01 | 0xd0..=0xd7 => rest = after,
            _ => {
                let length = short(after)? as usize;
                let data = after.get(2..length)?;
                let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
                if is_frame {
                    size = Some((short(data.get(3..)?)?, short(data.get(1..)?)?));
                }
                rest = after.get(length..)?;
            }
        }
    }
}

/// Width and height from the first chunk, if the file is as long as it says.
fn webp(rest: &[u8]) -> Option<(u32, u32)> {
    let little = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?));
    let three = |bytes: &[u8]| match bytes {
        [a, b, c, ..] => Some(u32::from_le_bytes([*a, *b, *c, 0])),
        _ => None,
    };
    let length = little(rest)? as usize;
    if rest.len() - 4 != length || rest.get(4..8)? != b"WEBP" {
        return None;
    }
    let data = rest.get(16..)?;
    match rest.get(8..12)? {
        b"VP8X" => Some((three(data.get(4..)?)? + 1, three(data.get(7..)?)? + 1)),
        b"VP8L" if data.first() == Some(&0x2f) => {
            let bits = little(data.get(1..)?)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " if data.get(3..6)? == [0x9d, 0x01, 0x2a] => {
            let side = |at: usize| Some(u32::from(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?)) & 0x3fff);
            Some((side(6)?, side(8)?))
        }
        _ => None,
    }
}

/// Gives a person this photo in place of the one they had. Administrative lane.
///
/// Errors: a refusal as a sentence; the transaction must then be given up.
pub fn change(
    conn: &mut Conn,
    chain: &Chain,
    actor: UserId,
    user: UserId,
    picture: &Picture,
    now: Timestamp,
) -> Result<(), EditRefusal> {
    let (actor, _) = may_change(conn, actor, user, now)?;
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&picture.bytes)[..16]);
    photos::put(conn, user, &digest, picture.content_type, &picture.bytes, now)?;
    let details = Changed { digest: &digest, bytes: picture.bytes.len() };
    let event = Event::new("user.photo_changed", Some(actor.id)).about(user).with(&details);
    Ok(chain.record(conn, now, &[event])?)
}

/// Takes a person's photo away, if they have one. Administrative lane.
pub fn remove(conn: &mut Conn, chain: &Chain, actor: UserId, user: UserId, now: Timestamp) -> Result<(), EditRefusal> {
    let (actor, _) = may_change(conn, actor, user, now)?;
    if photos::remove(conn, user)? {
        chain.record(conn, now, &[Event::new("user.photo_removed", Some(actor.id)).about(user)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x02\0\0\0....\0\0\0\0IEND....");
        bytes
    }

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(read(png(4, 4)).expect("a picture").content_type, "image/png");
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0\xff\xda\0\x02xx\xff\xd9";
        assert_eq!(read(jpeg.to_vec()).expect("a picture").content_type, "image/jpeg");
        let webp = b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x03\xc0\0\0\0\0\0\0\0";
        assert_eq!(read(webp.to_vec()).expect("a picture").content_type, "image/webp");
    }

    #[test]
    fn what_is_no_picture_or_more_than_one_is_refused() {
        let behind = [png(4, 4), b"<script>alert(1)</script>".to_vec()].concat();
        let cut_off = png(4, 4)[..30].to_vec();
        let claims = png(100_000, 4);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec();
        let gif = b"GIF89a\x01\0\x01\0".to_vec();
        for file in [behind, cut_off, claims, png(0, 0), svg, gif, b"\xff\xd8\xff\xd9".to_vec(), b"RIFF".to_vec()] {
            assert!(read(file.clone()).is_err(), "{:?}", String::from_utf8_lossy(&file));
        }
        assert!(read(vec![0; super::LIMIT + 1]).is_err_and(|why| why.contains("1 MB")));
    }
}

//! The stylesheet, scripts and pictures: inside the binary, named by their content, so that browsers keep them for good.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    content_type: String,
    bytes: web::Bytes,
    gzip: Option<web::Bytes>,
}

struct Assets {
    /// `css/app.css` -> `/static/5f0c9a1b2c3d4e5f/css/app.css`
    addresses: HashMap<String, String>,
    by_address: HashMap<String, Asset>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { addresses: HashMap::new(), by_address: HashMap::new() };
    // The icons' address stands in no stylesheet, so one pass is enough.
    for name in Files::iter().filter(|name| !name.starts_with("css/")) {
        if let Some(file) = Files::get(&name) {
            assets.add(&name, file.data.into_owned());
        }
    }
    assets.add("css/app.css", stylesheet());
    assets
});

/// One stylesheet: the order of the layers, the tokens, then a file per component.
fn stylesheet() -> Vec<u8> {
    let mut names: Vec<_> = Files::iter().filter(|name| name.starts_with("css/")).collect();
    names.sort_by_key(|name| (name != "css/layers.css", name != "css/tokens.css", name.clone()));
    names.iter().filter_map(|name| Files::get(name)).flat_map(|file| file.data.into_owned()).collect()
}

impl Assets {
    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)[..8]);
        let address = format!("/static/{digest}/{name}");
        let mime = mime_guess::from_path(name).first_or_octet_stream();
        let is_text = mime.type_() == "text" || name.ends_with(".svg") || name.ends_with(".js");
        let asset = Asset {
            content_type: if is_text { format!("{mime}; charset=utf-8") } else { mime.to_string() },
            gzip: is_text.then(|| gzip(&bytes)).flatten(),
            bytes: bytes.into(),
        };
        self.by_address.insert(address.clone(), asset);
        self.addresses.insert(name.to_owned(), address);
    }
}

fn gzip(bytes: &[u8]) -> Option<web::Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Into::into)
}

/// The address of a file below `static/`; `css/app.css` is all stylesheets in one.
pub fn address(name: &str) -> &'static str {
    ASSETS.addresses.get(name).map_or("/static/missing", String::as_str)
}

/// `GET /static/{digest}/{name}`
pub async fn show(request: HttpRequest) -> HttpResponse {
    let Some(asset) = ASSETS.by_address.get(request.path()) else {
        return HttpResponse::NotFound().insert_header((header::CACHE_CONTROL, "no-store")).finish();
    };
    let takes_gzip = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, asset.content_type.as_str()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    match &asset.gzip {
        Some(gzip) if takes_gzip => response.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip.clone()),
        // Named, or the compression of pages would do the work again on each request.
        _ => response.insert_header((header::CONTENT_ENCODING, "identity")).body(asset.bytes.clone()),
    }
}

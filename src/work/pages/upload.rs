//! Receiving a document: kept only if it could be entered.

use std::path::PathBuf;

use actix_multipart::Multipart;

use super::beside_field;
use crate::db::Lane;
use crate::licenses::Rights;
use crate::secrets::random_token;
use crate::sign_in::Viewer;
use crate::web::{Error, FieldErrors, Site, upload};
use crate::work::documents::{self, Arrived, Place};

/// Takes the form's file and enters it at `place`.
///
/// The inner error stands beside the field `file`; then nothing is left of the upload.
pub async fn receive(
    viewer: &Viewer,
    site: &Site,
    multipart: Multipart,
    place: Place,
) -> Result<Result<(), FieldErrors>, Error> {
    if !viewer.may(Rights::DO_WORK) {
        return Err(Error::forbidden("People with a Standard or Light license upload documents."));
    }
    let arrived = match upload::receive(&viewer.page, site, multipart, site.upload_limit).await? {
        Ok(arrived) => arrived,
        Err(message) => {
            let mut errors = FieldErrors::default();
            errors.add("file", message);
            return Ok(Err(errors));
        }
    };
    let stored_as = random_token::<20>();
    let path = site.uploads.join(&stored_as);
    upload::keep(arrived.file, path.clone()).await?;
    let arrived = Arrived { name: documents::clean_name(&arrived.name), bytes: arrived.bytes as i64, stored_as };
    enter(viewer, site, place, Kept { path, arrived, entered: false }).await
}

/// A file below the uploads folder that goes away again unless it was entered.
struct Kept {
    path: PathBuf,
    arrived: Arrived,
    entered: bool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.entered
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "a refused upload could not be removed");
        }
    }
}

/// In a task of its own: whoever hangs up now must not take away the file of a document that is being entered.
async fn enter(viewer: &Viewer, site: &Site, place: Place, mut kept: Kept) -> Result<Result<(), FieldErrors>, Error> {
    let (db, user, now) = (site.db.clone(), viewer.id, site.clock.now());
    let entering = actix_web::rt::spawn(async move {
        let kept = &mut kept;
        let arrived = kept.arrived.clone();
        let added = db.write(Lane::Work, move |conn| documents::add(conn, user, place, &arrived, now)).await;
        kept.entered = added.is_ok();
        added
    });
    beside_field(entering.await.map_err(Error::fault)?)
}

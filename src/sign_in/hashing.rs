//! Hashing off the async threads, a few at a time, so that a burst of sign-ins cannot take the memory.

use crate::users::password;
use crate::web::{Error, Site};

/// The hash of a new password.
pub async fn hash(site: &Site, password: String) -> Result<String, Error> {
    let cost = site.hash_cost.clone();
    limited(site, move || password::hash(&password, &cost)).await?.map_err(Error::from)
}

/// Compares with a stored hash; without one, with a hash of nothing, so that both take the same time.
pub async fn is_right(site: &Site, password: String, stored: Option<String>) -> Result<bool, Error> {
    let cost = site.hash_cost.clone();
    limited(site, move || match stored {
        Some(hash) => password::is_right(&password, &hash),
        None => {
            // Takes as long; the answer is no.
            let _ = password::hash(&password, &cost);
            false
        }
    })
    .await
}

async fn limited<T: Send + 'static>(site: &Site, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _permit = site.hashing.acquire().await.map_err(Error::fault)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::fault)
}

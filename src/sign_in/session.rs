//! A session: begun at sign-in, looked up at each request, and once ended never revived.

use std::collections::HashMap;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::web::Data;

use super::store::{self, NewSession};
use crate::db::{self, Lane, UserId};
use crate::secrets::random_token;
use crate::web::Site;

/// Keys of the session's state. The viewer is not stored: each lookup puts the user's state of that moment there.
pub const USER: &str = "user";
/// The hash that the password was compared with at sign-in. Not stored: it goes no further than the session's begin.
pub const COMPARED_WITH: &str = "compared_with";
pub const ADDRESS: &str = "address";
pub const USER_AGENT: &str = "user_agent";
pub const VIEWER: &str = "viewer";
/// Set instead of the viewer if the database could not be asked: every page then is “Back in a moment”.
pub const AWAY: &str = "away";

type State = HashMap<String, String>;

#[derive(Clone)]
pub struct DatabaseSessions(pub Data<Site>);

impl SessionStore for DatabaseSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let (key, now, hours) = (key.as_ref().to_owned(), self.0.clock.now(), self.0.session_hours);
        let found = match self.0.db.read(move |conn| store::find(conn, &key, now, hours)).await {
            Ok(found) => found,
            Err(db::Error::Away(cause)) => return Ok(Some(State::from([(AWAY.into(), cause)]))),
            Err(error) => return Err(LoadError::Other(error.into())),
        };
        let Some((data, signed_in)) = found else { return Ok(None) };
        let mut state: State = serde_json::from_str(&data).map_err(|error| LoadError::Deserialization(error.into()))?;
        let viewer = serde_json::to_string(&signed_in).map_err(|error| LoadError::Other(error.into()))?;
        state.insert(VIEWER.into(), viewer);
        Ok(Some(state))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = random_token::<32>();
        let session_key = SessionKey::try_from(key.clone()).map_err(|error| SaveError::Other(error.into()))?;
        let word = |name: &str| state.get(name).and_then(|json| serde_json::from_str::<String>(json).ok());
        // A session belongs to somebody. Without a user there is nothing to keep.
        let Some(user) = state.get(USER).and_then(|id| serde_json::from_str::<UserId>(id).ok()) else {
            return Ok(session_key);
        };
        let session = NewSession {
            user,
            compared_with: word(COMPARED_WITH),
            data: stored(&state).map_err(|error| SaveError::Serialization(error.into()))?,
            address: word(ADDRESS).unwrap_or_default(),
            user_agent: word(USER_AGENT).unwrap_or_default(),
        };
        let now = self.0.clock.now();
        // The very latest: when it really ends is decided at each request.
        let expires_at = now.plus_seconds(ttl.whole_seconds());
        let insert = move |conn: &mut db::Conn| store::insert(conn, &key, &session, now, expires_at);
        self.0.db.write(Lane::Work, insert).await.map_err(|error| SaveError::Other(error.into()))?;
        Ok(session_key)
    }

    /// Refused without a word if the session is gone: the answer goes out, the next request finds nobody signed in.
    async fn update(&self, key: SessionKey, state: State, _ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let data = stored(&state).map_err(|error| UpdateError::Serialization(error.into()))?;
        let word = key.as_ref().to_owned();
        let update = move |conn: &mut db::Conn| store::update(conn, &word, &data);
        let is_there = self.0.db.write(Lane::Work, update).await.map_err(|error| UpdateError::Other(error.into()))?;
        if !is_there {
            tracing::info!("a session that ended meanwhile was not saved");
        }
        Ok(key)
    }

    /// Sessions last a fixed time from sign-in; nothing is written on a request that only reads.
    async fn update_ttl(&self, _key: &SessionKey, _ttl: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let key = key.as_ref().to_owned();
        self.0.db.write(Lane::Work, move |conn| store::delete(conn, &key)).await?;
        Ok(())
    }
}

fn stored(state: &State) -> serde_json::Result<String> {
    let is_kept = |name: &str| ![VIEWER, AWAY, COMPARED_WITH].contains(&name);
    let kept: HashMap<&String, &String> = state.iter().filter(|(name, _)| is_kept(name)).collect();
    serde_json::to_string(&kept)
}

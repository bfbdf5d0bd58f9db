//! What would come of a file: which column is what, and what happens to whom.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::db;
use crate::imports::{Import, Mapping, Target, store};
use crate::licenses::AccessLevel;
use crate::sign_in::Administrator;
use crate::web::{Answer, Error, Form, Page, Site};

#[derive(Template)]
#[template(path = "imports/show.html")]
struct Show {
    page: Page,
    import: Import,
    /// Why nothing can be checked with this mapping.
    problems: Vec<String>,
}

impl Show {
    fn targets(&self) -> Vec<Target> {
        Target::all().collect()
    }

    fn is_mapped(&self, column: &u16, target: &Target) -> bool {
        self.import.mapping.target(*column) == Some(*target)
    }

    fn levels(&self) -> &'static [AccessLevel] {
        AccessLevel::ALL
    }

    fn is_default(&self, level: &AccessLevel) -> bool {
        self.import.default_level == Some(*level)
    }
}

/// Somebody's own file: nobody else's preview.
async fn of(site: &Site, id: String, viewer: db::UserId) -> Result<Import, Error> {
    let import = site.db.read(move |conn| store::find(conn, &id)).await?;
    if import.created_by == viewer { Ok(import) } else { Err(Error::NotFound) }
}

/// `GET /imports/{id}`
pub async fn show(Administrator(viewer): Administrator, site: Data<Site>, id: Path<String>) -> Answer {
    let import = of(&site, id.into_inner(), viewer.id).await?;
    let show = Show { page: viewer.page, problems: import.mapping.problems(), import };
    show.page.html(&show)
}

/// `POST /imports/{id}`: another mapping.
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<String>,
    form: Form<HashMap<String, String>>,
) -> Answer {
    let mut import = of(&site, id.into_inner(), viewer.id).await?;
    import.mapping = mapping(&import, &form.0)?;
    import.default_level = form.0.get("default_level").and_then(|word| AccessLevel::parse(word));
    let problems = import.mapping.problems();
    if !problems.is_empty() {
        let show = Show { page: viewer.page, import, problems };
        return show.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &show);
    }
    let address = format!("/imports/{}", import.id);
    site.db.write(db::Lane::Work, move |conn| store::set_mapping(conn, &import)).await?;
    viewer.page.go_to(&address)
}

/// The chosen thing of each column: `column-2=email`.
fn mapping(import: &Import, form: &HashMap<String, String>) -> Result<Mapping, Error> {
    let mut pairs = Vec::new();
    for heading in &import.headings.0 {
        match form.get(&format!("column-{}", heading.column)).map_or("", String::as_str) {
            "" => {}
            word => {
                let target = Target::parse(word);
                let target = target.ok_or_else(|| Error::BadRequest("No column can be this.".into()))?;
                pairs.push((heading.column, target));
            }
        }
    }
    Ok(Mapping::of(pairs))
}

//! An image in a registry that anybody may ask (OCI Distribution Specification, "Pulling manifests"; Distribution's
//! "Token Authentication Specification"). Nobody signs in: the token is one for whoever comes.
//!
//! ```text
//! manifest ─► 401 and where tokens are ─► token ─► manifest ─► the image for the processor, or its configuration
//! ```

use http_auth::ChallengeRef;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;

use super::{
    found::{Facts, Found, Pulls},
    manifest::{MANIFESTS, Manifest, Processor},
};
use crate::{
    aws::{NoPage, Page, Web, is_loopback},
    blueprint::{Architecture, HUB, ImageName},
    words::{Text, say},
};

/// What has a meaning of its own in a query.
const QUERY: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'&').add(b'+').add(b'<').add(b'>').add(b'%');

/// A registry while one image is asked for.
struct Asking<'a> {
    web: &'a Web,
    host: &'a str,
    url: String,
    repository: &'a str,
    token: Option<String>,
}

/// The host that answers for Docker Hub.
const HUB_HOST: &str = "registry-1.docker.io";

/// Where a registry's API answers. A registry on this computer speaks plain http, as Docker takes it to.
fn api(host: &str) -> String {
    let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
    match host {
        HUB => format!("https://{HUB_HOST}"),
        _ if is_loopback(bare) => format!("http://{host}"),
        _ => format!("https://{host}"),
    }
}

pub(super) async fn look(web: &Web, host: &str, name: &ImageName, wanted: Architecture) -> Found {
    let url = format!("{}/v2/{}", api(host), name.repository);
    let mut asking = Asking { web, host, url, repository: &name.repository, token: None };
    match asking.image(name, wanted).await {
        Ok(found) => found,
        Err(why) => Found::CannotTell(asking.unheard(why)),
    }
}

impl Asking<'_> {
    async fn image(&mut self, name: &ImageName, wanted: Architecture) -> Result<Found, NoPage> {
        let mut page = self.manifest(name.reference()).await?;
        if page.status == 401 {
            let challenged: Vec<&str> = page.headers("www-authenticate").collect();
            let Some(realm) = realm(&challenged, self.repository, self.host) else {
                return Ok(Found::Hidden);
            };
            let token = self.web.get("GetToken", &realm, &[]).await?;
            match token.status {
                200..300 => self.token = token_of(&token.body),
                429 => return Ok(Found::TooMany),
                // Some say already here that they show nothing.
                400..500 => return Ok(Found::Hidden),
                status => return Ok(Found::CannotTell(self.odd(status))),
            }
            page = self.manifest(name.reference()).await?;
        }
        if let Some(no) = self.no(&page) {
            return Ok(no);
        }
        let Some(manifest) = Manifest::read(&page.body) else {
            return Ok(Found::CannotTell(say("image-odd-manifest", &[("registry", self.host)])));
        };
        let mut facts = Facts {
            digest: page.header("docker-content-digest").map(str::to_owned).or(name.digest.clone()),
            pulls: pulls(&page),
            ..Facts::default()
        };
        match manifest {
            Manifest::Index(entries) => {
                let chosen = entries.iter().find(|entry| entry.processor.suits(wanted));
                if let Some(entry) = chosen {
                    // Only a size is learnt from it: without an answer there is none.
                    let own = self.manifest(&entry.digest).await.ok().filter(|page| page.status == 200);
                    if let Some(Manifest::Single(own)) = own.and_then(|page| Manifest::read(&page.body)) {
                        facts.bytes = Some(own.bytes);
                    }
                }
                facts.processors = Some(entries.into_iter().map(|entry| entry.processor).collect());
            }
            Manifest::Old(processor) => facts.processors = Some(vec![processor]),
            Manifest::Single(single) => {
                facts.bytes = Some(single.bytes);
                match self.get("GetBlob", &format!("{}/blobs/{}", self.url, single.config)).await {
                    Ok(page) if page.status == 200 => facts.processors = processor_of(&page.body),
                    Ok(page) => facts.unread = Some(self.odd(page.status)),
                    Err(why) => facts.unread = Some(self.unheard(why)),
                }
            }
        }
        Ok(Found::There(Box::new(facts)))
    }

    async fn manifest(&self, reference: &str) -> Result<Page, NoPage> {
        self.get("GetManifest", &format!("{}/manifests/{reference}", self.url)).await
    }

    async fn get(&self, action: &'static str, url: &str) -> Result<Page, NoPage> {
        let accepted = MANIFESTS.join(", ");
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("accept", accepted.as_str())];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        self.web.get(action, url, &headers).await
    }

    /// What a registry says that shows no manifest.
    fn no(&self, page: &Page) -> Option<Found> {
        Some(match page.status {
            200 => return None,
            429 => Found::TooMany,
            401 | 403 => Found::Hidden,
            // A repository that is not known to whoever does not sign in may be there for others.
            404 if code(&page.body).as_deref() == Some("NAME_UNKNOWN") => Found::Hidden,
            404 => Found::NotThere,
            status => Found::CannotTell(self.odd(status)),
        })
    }

    fn odd(&self, status: u16) -> Text {
        say("image-odd-answer", &[("registry", self.host), ("status", &status.to_string())])
    }

    fn unheard(&self, why: NoPage) -> Text {
        let registry = [("registry", self.host)];
        match why {
            NoPage::Unreachable => say("image-registry-unreachable", &registry),
            NoPage::NoAnswer => say("image-registry-silent", &registry),
            NoPage::Refused => say("image-registry-refused", &registry),
        }
    }
}

/// Where a token for this repository is had, by what the registry says of itself.
fn realm(challenged: &[&str], repository: &str, host: &str) -> Option<String> {
    let challenges: Vec<ChallengeRef<'_>> =
        challenged.iter().filter_map(|text| http_auth::parse_challenges(text).ok()).flatten().collect();
    let bearer = challenges.iter().find(|challenge| challenge.scheme.eq_ignore_ascii_case("bearer"))?;
    let said = |name: &str| {
        let found = bearer.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_unescaped())
    };
    let realm = said("realm")?;
    let address: http::Uri = realm.parse().ok()?;
    // A registry of the internet has no business on this computer.
    let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
    if is_loopback(address.host()?) && !is_loopback(bare) {
        return None;
    }
    let scope = said("scope").unwrap_or_else(|| format!("repository:{repository}:pull"));
    let encoded = |text: &str| utf8_percent_encode(text, QUERY).to_string();
    let mut query = format!("scope={}", encoded(&scope));
    if let Some(service) = said("service") {
        query = format!("service={}&{query}", encoded(&service));
    }
    let sign = if realm.contains('?') { '&' } else { '?' };
    Some(format!("{realm}{sign}{query}"))
}

fn token_of(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Token {
        token: Option<String>,
        access_token: Option<String>,
    }
    let read: Token = serde_json::from_slice(body).ok()?;
    read.token.or(read.access_token)
}

/// The processor that an image's configuration names (OCI Image Specification, "Image Configuration").
pub(super) fn processor_of(config: &[u8]) -> Option<Vec<Processor>> {
    serde_json::from_slice(config).ok().map(|processor| vec![processor])
}

/// The first error's code in the shape that every registry answers in.
fn code(body: &[u8]) -> Option<String> {
    let read: serde_json::Value = serde_json::from_slice(body).ok()?;
    read["errors"][0]["code"].as_str().map(str::to_owned)
}

/// `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 76;w=21600`: so many pulls in so many seconds.
fn pulls(page: &Page) -> Option<Pulls> {
    let read = |name| {
        let (count, window) = page.header(name)?.split_once(";w=")?;
        Some((count.trim().parse::<u32>().ok()?, window.trim().parse::<u32>().ok()?))
    };
    let ((of, seconds), (left, _)) = (read("ratelimit-limit")?, read("ratelimit-remaining")?);
    Some(Pulls { left, of, hours: (seconds / 3600).max(1) })
}

#[cfg(test)]
mod tests;

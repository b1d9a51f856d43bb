//! Key pairs. The practice account keeps no secrets, so it makes no keys either: what it hands out for one is
//! plainly none.

use super::describe::{one, select};
use super::error::{KEY_PAIR, invalid, missing, required};
use super::state::{Region, region, region_mut};
use super::{tags, vpc};
use crate::account::Account;
use crate::fault::Fault;
use crate::ids::digest_hex;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// A key pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeyPair {
    pub(crate) name: String,
    /// `rsa` or `ed25519`.
    kind: String,
    fingerprint: String,
    public_key: String,
    created: Millis,
}

const NO_KEY: &str = "-----BEGIN PRACTICE ACCOUNT KEY-----\n\
                      This is not a key. The practice account makes none.\n\
                      -----END PRACTICE ACCOUNT KEY-----";

/// Whether there is a key pair of that name.
pub fn key_pair_exists(state: &State, region: &str, name: &str) -> bool {
    state.ec2.regions.get(region).is_some_and(|region| id_of(region, name).is_some())
}

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let kind = params.text("KeyType").unwrap_or("rsa").to_owned();
    if !["rsa", "ed25519"].contains(&kind.as_str()) {
        return Err(invalid(format!("Value ({kind}) for parameter KeyType is invalid.")));
    }
    let prefix = if kind == "rsa" { "ssh-rsa" } else { "ssh-ed25519" };
    let public_key = format!("{prefix} {}", STANDARD.encode("practice account: not a key"));
    let mut answer = make(account, params, kind, public_key)?;
    answer.push(Xml::text("keyMaterial", NO_KEY));
    Ok(answer)
}

pub(super) fn import(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let wrong = || Fault::new("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    let material = STANDARD.decode(required(params, "PublicKeyMaterial")?).map_err(|_| wrong())?;
    let public_key = String::from_utf8(material).map_err(|_| wrong())?.trim().to_owned();
    let kind = match public_key.split_whitespace().next() {
        Some("ssh-rsa") => "rsa",
        Some("ssh-ed25519") => "ed25519",
        _ => return Err(wrong()),
    };
    make(account, params, kind.to_owned(), public_key)
}

fn make(
    account: &mut Account<'_>,
    params: &Params,
    kind: String,
    public_key: String,
) -> Result<Vec<Xml>, Fault> {
    let name = required(params, "KeyName")?.to_owned();
    if name.len() > 255 || !name.is_ascii() {
        return Err(invalid(format!(
            "Value ({name}) for parameter KeyName is invalid. Must be 1-255 characters."
        )));
    }
    let given = tags::given(params, "key-pair")?;
    if region(account).key_pairs.values().any(|pair| pair.name == name) {
        return Err(Fault::new("InvalidKeyPair.Duplicate", format!("The keypair '{name}' already exists.")));
    }
    let id = account.state.ids.ec2("key");
    let digest = digest_hex(account.state.seed(), &format!("{id}/{public_key}"));
    let octets: Vec<&str> = (0..20).filter_map(|at| digest.get(at * 2..at * 2 + 2)).collect();
    let pair = KeyPair { name, kind, fingerprint: octets.join(":"), public_key, created: account.now };
    let region = region_mut(account);
    tags::put(region, &id, given);
    let answer = vec![
        Xml::text("keyName", &pair.name),
        Xml::text("keyFingerprint", &pair.fingerprint),
        Xml::text("keyPairId", &id),
        tags::xml(region, &id),
    ];
    region.key_pairs.insert(id, pair);
    Ok(answer)
}

fn no_such_name(name: &str) -> Fault {
    Fault::new("InvalidKeyPair.NotFound", format!("The key pair '{name}' does not exist"))
}

fn id_of<'r>(region: &'r Region, name: &str) -> Option<&'r String> {
    region.key_pairs.iter().find(|(_, pair)| pair.name == name).map(|(id, _)| id)
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let names = params.texts("KeyName");
    if let Some(absent) = names.iter().find(|name| id_of(region, name).is_none()) {
        return Err(no_such_name(absent));
    }
    let all = region.key_pairs.iter().filter(|(_, p)| names.is_empty() || names.contains(&p.name.as_str()));
    let (found, _) =
        select(region, params, "KeyPairId", KEY_PAIR, all, |_, id, pair, filter| match filter {
            "key-pair-id" => one(id),
            "key-name" => one(&pair.name),
            "fingerprint" => one(&pair.fingerprint),
            _ => None,
        })?;
    let with_key = params.flag("IncludePublicKey") == Some(true);
    let shown = found.into_iter().map(|(id, pair)| {
        let mut fields = vec![
            Xml::text("keyPairId", id),
            Xml::text("keyFingerprint", &pair.fingerprint),
            Xml::text("keyName", &pair.name),
            Xml::text("keyType", &pair.kind),
            Xml::text("createTime", pair.created.iso_millis()),
            tags::xml(region, id),
        ];
        if with_key {
            fields.push(Xml::text("publicKey", &pair.public_key));
        }
        fields
    });
    Ok(vec![Xml::items("keySet", shown)])
}

/// `DeleteKeyPair`. One that is not there is no error.
pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region_mut(account);
    let id = match (params.text("KeyPairId"), params.text("KeyName")) {
        (Some(id), _) => Some(id.to_owned()),
        (None, Some(name)) => id_of(region, name).cloned(),
        (None, None) => return Err(missing("KeyName")),
    };
    let mut answer = vec![Xml::shown("return", true)];
    if let Some(id) = id.filter(|id| region.key_pairs.remove(id).is_some()) {
        vpc::forget_tags(region);
        answer.push(Xml::text("keyPairId", id));
    }
    Ok(answer)
}

//! Launch template data: kept as it was given, whatever it holds, and given back in EC2's other spelling.

use crate::wire::{Params, Xml};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a request gave: a text, a list or a structure. EC2 checks most of it only when a host is launched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Given {
    Text(String),
    List(Vec<Given>),
    Fields(BTreeMap<String, Given>),
}

/// Lists whose name in the answer is not the one in the request with `Set` behind it, by the structure they
/// are in (EC2's service model, RequestLaunchTemplateData and ResponseLaunchTemplateData).
const OTHER_NAMES: [(&str, &str, &str); 3] = [
    ("NetworkInterface", "SecurityGroupId", "groupSet"),
    ("LaunchTemplateData", "LicenseSpecification", "licenseSet"),
    ("SecondaryInterface", "PrivateIpAddress", "privateIpAddressesSet"),
];

impl Default for Given {
    fn default() -> Self {
        Self::Fields(BTreeMap::new())
    }
}

impl Given {
    /// Reads it from form parameters: numbered children are a list.
    pub(super) fn of(params: &Params) -> Self {
        let mut children = params.below().peekable();
        if children.peek().is_none() {
            return Self::Text(params.value().to_owned());
        }
        let (numbers, fields): (Vec<_>, Vec<_>) =
            children.partition(|(name, _)| name.bytes().all(|byte| byte.is_ascii_digit()));
        if fields.is_empty() {
            let mut numbered: Vec<(u64, &Params)> = numbers
                .into_iter()
                .map(|(number, value)| (number.parse().unwrap_or(u64::MAX), value))
                .collect();
            numbered.sort_by_key(|(number, _)| *number);
            return Self::List(numbered.into_iter().map(|(_, value)| Self::of(value)).collect());
        }
        Self::Fields(fields.into_iter().map(|(name, value)| (name.to_owned(), Self::of(value))).collect())
    }

    /// A field of a structure.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Fields(fields) => fields.get(name),
            _ => None,
        }
    }

    /// The text of a field.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        self.items(name)
            .iter()
            .filter_map(|item| if let Self::Text(text) = item { Some(text.as_str()) } else { None })
            .collect()
    }

    /// The elements of a list.
    pub(crate) fn items(&self, name: &str) -> &[Self] {
        match self.field(name) {
            Some(Self::List(items)) => items,
            _ => &[],
        }
    }

    /// This, with what the other has in place of its own.
    pub(super) fn with(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Fields(own), Self::Fields(new)) => {
                let mut both = own.clone();
                both.extend(new.iter().map(|(name, value)| (name.clone(), value.clone())));
                Self::Fields(both)
            }
            _ => other.clone(),
        }
    }

    /// The elements inside `<launchTemplateData>`.
    pub(super) fn xml(&self) -> Vec<Xml> {
        self.children("LaunchTemplateData")
    }

    fn children(&self, within: &str) -> Vec<Xml> {
        match self {
            Self::Fields(fields) => fields.iter().map(|(name, value)| value.element(within, name)).collect(),
            _ => Vec::new(),
        }
    }

    fn element(&self, within: &str, name: &str) -> Xml {
        let mut plain = name.to_owned();
        if let Some(first) = plain.get_mut(0..1) {
            first.make_ascii_lowercase();
        }
        match self {
            Self::Text(text) => Xml::text(&plain, text),
            Self::Fields(_) => Xml::tree(&plain, self.children(name)),
            Self::List(items) => {
                let other = OTHER_NAMES.iter().find(|(place, list, _)| (*place, *list) == (within, name));
                let set = other.map_or_else(|| format!("{plain}Set"), |(_, _, set)| (*set).to_owned());
                Xml::tree(&set, items.iter().map(|item| item.item(name)).collect())
            }
        }
    }

    fn item(&self, list: &str) -> Xml {
        match self {
            Self::Text(text) => Xml::text("item", text),
            other => Xml::tree("item", other.children(list)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: &str) -> String {
        let params = Params::parse(form);
        let data = Given::of(params.structure("D").expect("data"));
        let kept: Given =
            serde_json::from_value(serde_json::to_value(&data).expect("JSON")).expect("the same again");
        assert_eq!(kept, data);
        let mut out = String::new();
        kept.xml().iter().for_each(|element| element.write(&mut out));
        out
    }

    #[test]
    fn what_is_given_comes_back_nested_in_the_answers_spelling() {
        assert_eq!(
            written(
                "D.BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvda&D.BlockDeviceMapping.1.Ebs.VolumeSize=100"
            ),
            "<blockDeviceMappingSet><item><deviceName>/dev/xvda</deviceName><ebs><volumeSize>100</volumeSize>\
             </ebs></item></blockDeviceMappingSet>"
        );
        assert_eq!(
            written("D.NetworkInterface.1.SecurityGroupId.1=sg-1&D.SecurityGroupId.1=sg-2"),
            "<networkInterfaceSet><item><groupSet><item>sg-1</item></groupSet></item></networkInterfaceSet>\
             <securityGroupIdSet><item>sg-2</item></securityGroupIdSet>"
        );
        assert_eq!(
            written("D.MetadataOptions.HttpTokens=required&D.UserData=TUlNRQ=="),
            "<metadataOptions><httpTokens>required</httpTokens></metadataOptions><userData>TUlNRQ==</userData>"
        );
    }

    #[test]
    fn a_later_version_takes_the_place_of_single_fields() {
        let of = |form: &str| Given::of(Params::parse(form).structure("D").expect("data"));
        let both = of("D.KeyName=a&D.ImageId=ami-1").with(&of("D.KeyName=b"));
        assert_eq!((both.text("KeyName"), both.text("ImageId")), (Some("b"), Some("ami-1")));
    }
}

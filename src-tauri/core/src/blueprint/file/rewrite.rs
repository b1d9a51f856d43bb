//! A blueprint's file with what changes in it and nothing else: what a person wrote beside, comments, order and all that
//! is left out, stays as it is.

use toml_edit::{DocumentMut, Item, TableLike};

use super::{read, write};
use crate::{blueprint::Blueprint, error::AppError};

/// The text of a file that holds a blueprint, made to hold another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The new text.
    pub text: String,
    /// Whether it is written anew as a whole, since the old text is of a shape in which the changes find no place.
    pub anew: bool,
}

/// Changes the text of a file to hold this blueprint.
pub fn rewrite(text: &str, new: &Blueprint) -> Result<Rewritten, AppError> {
    let (was, shall) = (write(&read(text)?), write(new));
    let kept = changed(text, &was, &shall).filter(|kept| read(kept).is_ok_and(|found| found == *new));
    let anew = kept.is_none();
    Ok(Rewritten { text: kept.unwrap_or(shall), anew })
}

/// Both as Slipway writes them tell what changes; nothing where one of the three is no TOML.
fn changed(text: &str, was: &str, shall: &str) -> Option<String> {
    let mut theirs: DocumentMut = text.parse().ok()?;
    let (was, shall): (DocumentMut, DocumentMut) = (was.parse().ok()?, shall.parse().ok()?);
    of_tables(theirs.as_table_mut(), was.as_table(), shall.as_table());
    Some(theirs.to_string())
}

fn of_tables(theirs: &mut dyn TableLike, was: &dyn TableLike, shall: &dyn TableLike) {
    for (key, item) in shall.iter() {
        match (theirs.get_mut(key), was.get(key)) {
            (Some(found), Some(before)) => of_items(found, before, item),
            (None, Some(before)) if said(before) == said(item) => {}
            (Some(found), None) => put(found, item),
            (None, _) => drop(theirs.insert(key, placed(item))),
        }
    }
    for (key, _) in was.iter().filter(|(key, _)| !shall.contains_key(key)) {
        theirs.remove(key);
    }
}

fn of_items(theirs: &mut Item, was: &Item, shall: &Item) {
    if said(was) == said(shall) {
        return;
    }
    if let (Some(was), Some(shall)) = (was.as_table_like(), shall.as_table_like())
        && let Some(theirs) = theirs.as_table_like_mut()
    {
        return of_tables(theirs, was, shall);
    }
    if let (Some(was), Some(shall)) = (was.as_array_of_tables(), shall.as_array_of_tables())
        && let Some(theirs) = theirs.as_array_of_tables_mut()
        && theirs.len() == was.len()
        && was.len() == shall.len()
    {
        for ((theirs, was), shall) in theirs.iter_mut().zip(was).zip(shall) {
            of_tables(theirs, was, shall);
        }
        return;
    }
    put(theirs, shall);
}

/// A value in the place of another, with the comment beside it.
fn put(theirs: &mut Item, shall: &Item) {
    let beside = theirs.as_value().map(|value| value.decor().clone());
    *theirs = placed(shall);
    if let (Some(beside), Some(value)) = (beside, theirs.as_value_mut()) {
        *value.decor_mut() = beside;
    }
}

/// Tables know where in their file they stood; here they come after what they belong to.
fn placed(item: &Item) -> Item {
    let mut item = item.clone();
    if let Some(table) = item.as_table_mut() {
        table.set_position(None);
        for (_, inner) in table.iter_mut() {
            *inner = placed(inner);
        }
    } else if let Some(tables) = item.as_array_of_tables_mut() {
        for table in tables.iter_mut() {
            table.set_position(None);
            for (_, inner) in table.iter_mut() {
                *inner = placed(inner);
            }
        }
    }
    item
}

/// What an item says with all that is in it, wherever it stands. By itself an item shows no tables within tables.
fn said(item: &Item) -> String {
    let mut alone = DocumentMut::new();
    alone.insert("it", placed(item));
    alone.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::{Amendment, Network, Preset, WayOut};

    /// As Slipway writes it, and what a person added to each line.
    fn text() -> String {
        let written = write(&Preset::OnDemand.blueprint("imaging"));
        let lines = written.lines().map(|line| match line.split_once(" = ") {
            Some((key, _)) if !line.starts_with('#') => format!("# why {key}\n{line}   # asked by Ada"),
            _ => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n") + "\n# the end\n"
    }

    fn comments(text: &str) -> Vec<String> {
        let found = text.lines().filter_map(|line| line.find('#').map(|at| line[at..].trim().to_owned()));
        let mut found: Vec<_> = found.filter(|one| one.contains("why") || one.contains("Ada")).collect();
        found.sort();
        found
    }

    fn amended(amendment: &Amendment) -> (String, String, Blueprint) {
        let before = text();
        let new = amendment.applied(&read(&before).unwrap());
        let after = rewrite(&before, &new).unwrap();
        assert!(!after.anew, "{amendment:?}\n{}", after.text);
        assert_eq!(read(&after.text).unwrap(), new, "{amendment:?}");
        (before, after.text, new)
    }

    #[test]
    fn a_value_changes_in_its_line_and_no_other_line_does() {
        let vcpus = Amendment::MaxVcpus { environment: "ondemand".to_owned(), vcpus: 3 };
        let memory = Amendment::Memory { job: "job".to_owned(), memory_mib: 777 };
        for amendment in [vcpus, memory, Amendment::Name { name: "imaging-2".to_owned() }] {
            let (before, after, _) = amended(&amendment);
            let differing = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
            let differing: Vec<_> = differing.collect();
            assert_eq!(
                (differing.len(), before.lines().count()),
                (1, after.lines().count()),
                "{differing:?}"
            );
            assert!(differing[0].1.ends_with("   # asked by Ada"), "{differing:?}");
        }
    }

    #[test]
    fn what_comes_and_goes_leaves_all_other_comments() {
        let disk = Amendment::Disk { jobs: vec!["job".to_owned()], gib: 77 };
        let network = Amendment::NewVpc { way_out: WayOut::PublicIps };
        for amendment in [disk, network] {
            let (before, after, _) = amended(&amendment);
            let after = comments(&after);
            let gone: Vec<_> = comments(&before).into_iter().filter(|one| !after.contains(one)).collect();
            assert!(gone.is_empty() && after.len() > 30, "{amendment:?}: {gone:?}");
        }
        let (_, after, new) = amended(&Amendment::NewVpc { way_out: WayOut::NatGateway });
        assert!(matches!(new.network, Network::NewVpc { .. }) && after.ends_with("# the end\n"), "{after}");
    }

    #[test]
    fn a_file_of_another_shape_holds_what_is_wanted_and_is_left_alone_where_nothing_changes() {
        let plain = write(&Preset::Fargate.blueprint("imaging"));
        // The same list in another shape.
        let (head, tail) = plain.split_once("[[job_queues]]").unwrap();
        let rest = tail.find("\n[").map_or("", |at| &tail[at..]);
        let odd = format!(
            "job_queues = [{{ name = \"main\", priority = 1, compute_environments = [\"fargate\"] }}]\n{head}{rest}"
        );
        let mut new = read(&odd).unwrap();
        new.job_queues[0].priority = 7;
        let rewritten = rewrite(&odd, &new).unwrap();
        assert_eq!(read(&rewritten.text).unwrap(), new);
        let same = rewrite(&odd, &read(&odd).unwrap()).unwrap();
        assert_eq!((same.text, same.anew), (odd, false), "nothing changes");
    }
}

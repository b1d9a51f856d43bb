//! What concerns a table as a whole, and how its rows are written: nothing of the article and nothing of the export
//! is left out, and no row holds only because it looks where nothing is.

use std::collections::BTreeSet;

use super::arguments::plain;
use super::exported::{ENCODED, Exported};
use super::table::{NOTHING, Row, Table};

/// Everything that is wrong, in words that begin with what it is.
pub(super) fn complaints(table: &Table, exported: &Exported) -> Vec<String> {
    [resources(table, exported), arguments(table, exported), rows(table), reasons(table)].concat()
}

/// Each resource and data source, of both sides, has a row.
fn resources(table: &Table, exported: &Exported) -> Vec<String> {
    let of = |names: Vec<&str>| -> BTreeSet<String> {
        names.into_iter().filter(|name| *name != NOTHING).map(str::to_owned).collect()
    };
    let theirs = of(table.row.iter().map(|row| row.resource.as_str()).collect());
    let listed = of(table.resources.iter().map(String::as_str).collect());
    let ours = of(table.row.iter().map(|row| row.address.as_str()).collect());
    let there = of(exported.resources().collect());
    let mut complaints = Vec::new();
    complaints.extend(listed.difference(&theirs).map(|name| format!("no row for the article's {name}")));
    complaints.extend(theirs.difference(&listed).map(|name| format!("the article has no {name}")));
    complaints.extend(there.difference(&ours).map(|name| format!("no row for our {name}")));
    complaints.extend(ours.difference(&there).map(|name| format!("the export has no {name}")));
    complaints
}

/// Each argument of ours has a row. What the article has at all is gone through argument by argument; what it has
/// not can be accounted for as one.
fn arguments(table: &Table, exported: &Exported) -> Vec<String> {
    let left_out = exported.resources().flat_map(|address| {
        let rows: Vec<&Row> = table.row.iter().filter(|row| row.address == address).collect();
        let ours_alone = rows.iter().all(|row| row.resource == NOTHING);
        let paths = exported.arguments(address).into_iter();
        let open = paths.filter(move |path| !rows.iter().any(|row| covers(row, path, ours_alone)));
        open.map(move |path| format!("no row for our {address} {path}"))
    });
    left_out.collect()
}

/// A row that shows the whole of something shows its parts; one that only says that it is encoded does not.
fn covers(row: &Row, path: &str, ours_alone: bool) -> bool {
    let (path, row_path) = (plain(path), plain(&row.path));
    let part = path.strip_prefix(&row_path).is_some_and(|rest| rest.starts_with(['.', '[']));
    path == row_path || part && row.ours != ENCODED || row.path == "*" && ours_alone
}

/// Each row says something, says it once, and looks for an argument where the article has it.
fn rows(table: &Table) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let complaints = table.row.iter().flat_map(|row| {
        let what = row.what();
        let theirs_alone = row.address == NOTHING;
        let complaints = [
            (!seen.insert(what.clone()), "twice"),
            (row.article == NOTHING && row.ours == NOTHING, "nothing on either side"),
            (row.article == NOTHING && row.argument != row.path, "the article does not call it so"),
            (theirs_alone && row.path != NOTHING, "a path into nothing"),
            (
                row.ours == NOTHING && !theirs_alone && !row.is_called_the_same(),
                "looked for under another name",
            ),
        ];
        complaints.into_iter().filter(|(wrong, _)| *wrong).map(move |(_, why)| format!("{why}: {what}"))
    });
    complaints.collect()
}

/// Each reason with a short name is used, and each short name is explained.
fn reasons(table: &Table) -> Vec<String> {
    let used: BTreeSet<&str> = table.row.iter().filter_map(|row| row.reason.as_deref()).collect();
    let unused = table.reasons.keys().filter(|name| !used.contains(name.as_str()));
    let unknown = used.iter().filter(|reason| !reason.contains(' ') && !table.reasons.contains_key(**reason));
    let unused = unused.map(|name| format!("no row has the reason {name}"));
    unused.chain(unknown.map(|reason| format!("nothing is called {reason} in [reasons]"))).collect()
}

//! User data: a start-up script in the MIME multi-part that AWS Batch wants, and back.

/// How many lines are empty at the end makes no difference.
pub(super) fn trimmed(script: &str) -> &str {
    script.trim_end_matches('\n')
}

const BOUNDARY: &str = "==SLIPWAY==";

/// A start-up script as MIME multi-part.
pub(super) fn mime(script: &str) -> String {
    let kind = if script.starts_with("#cloud-config") { "text/cloud-config" } else { "text/x-shellscript" };
    let script = trimmed(script);
    format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\n\n--{BOUNDARY}\nContent-Type: \
         {kind}; charset=\"utf-8\"\n\n{script}\n\n--{BOUNDARY}--\n"
    )
}

/// The script in the MIME that [`mime`] makes; what somebody else wrote, whole.
pub(super) fn script_of(mime: &str) -> String {
    let part = mime.split_once("charset=\"utf-8\"\n\n").map(|(_, rest)| rest);
    let script = part.and_then(|rest| rest.split_once(&format!("\n\n--{BOUNDARY}--")));
    script.map_or(mime, |(script, _)| script).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_comes_back_from_its_frame() {
        for script in
            ["#!/bin/bash\necho hello", "#cloud-config\npackages:\n  - jq", "#!/bin/sh\n\n\necho '--'"]
        {
            assert_eq!(script_of(&mime(script)), script);
        }
        assert!(mime("#cloud-config\n").contains("Content-Type: text/cloud-config"));
        assert_eq!(script_of("somebody else's"), "somebody else's");
    }
}

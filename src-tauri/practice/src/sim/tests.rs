use super::*;

fn container<'a>(command: &'a [String], environment: &[(&str, &str)]) -> Container<'a> {
    Container {
        image: "public.ecr.aws/amazonlinux/amazonlinux:2023",
        command,
        environment: environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        hostname: "ip-172-31-0-9.ec2.internal",
        machine: "x86_64",
        processors: 2,
        started: 1_764_000_000_000,
        pace: 1.0,
        max_lines: 100,
    }
}

fn run_with(command: &[&str], environment: &[(&str, &str)]) -> Run {
    let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    run(&container(&command, environment))
}

fn text(run: &Run) -> String {
    run.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn sh(script: &str) -> (String, i32) {
    let run = run_with(&["sh", "-c", script], &[("GREETING", "hello"), ("TWO", "a b")]);
    let End::Exit { code, .. } = run.end else { panic!("{script} does not end: {run:?}") };
    (text(&run), code)
}

fn says(script: &str, wanted: &str) {
    assert_eq!(sh(script), (wanted.to_owned(), 0), "{script}");
}

#[test]
fn words_and_quotes() {
    says("echo hello   world", "hello world");
    says("echo \"$GREETING world\" '$GREETING'", "hello world $GREETING");
    says(
        "echo ${GREETING}s ${MISSING:-none} ${#GREETING} ${GREETING%lo} ${GREETING#he}",
        "hellos none 5 hel llo",
    );
    says("X=1 Y=\"2 3\"; echo $X-$Y \\$X \"\\\"q\\\"\"", "1-2 3 $X \"q\"");
    says("for w in $TWO \"$TWO\"; do echo [$w]; done", "[a]\n[b]\n[a b]");
    says("echo a#b # comment\necho c", "a#b\nc");
    says("echo \"\" end", " end");
}

#[test]
fn lists_and_conditions() {
    says("true && echo yes || echo no; false || echo or", "yes\nor");
    says("if [ \"$GREETING\" = hello ]; then echo same; else echo other; fi", "same");
    says("if [ 3 -gt 5 ]; then echo a; elif test -n x; then echo b; fi", "b");
    says("case $GREETING in h*) echo match;; *) echo no;; esac", "match");
    says("! false && echo inverted", "inverted");
    says("[[ $GREETING == hel* ]] && echo glob", "glob");
    says("(X=inner; echo $X); echo ${X:-outer}", "inner\nouter");
    says("{ echo one; echo two; }", "one\ntwo");
}

#[test]
fn loops_and_sums() {
    says("for i in $(seq 1 3); do echo line $i; done", "line 1\nline 2\nline 3");
    says("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", "1\n2\n3");
    says("for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done", "1\n3");
    says("echo $(( (2 + 3) * 4 % 7 )) $((1<<4)) $((5>3))", "6 16 1");
    let run = run_with(&["bash", "-c", "for i in {1..3}; do echo $i; done"], &[]);
    assert_eq!(text(&run), "1\n2\n3");
}

#[test]
fn exit_codes() {
    assert_eq!(sh("exit 3"), (String::new(), 3));
    assert_eq!(sh("false"), (String::new(), 1));
    assert_eq!(sh("nosuch --flag"), ("sh: 1: nosuch: not found".to_owned(), 127));
    assert_eq!(sh("echo a\nnosuch; echo $?"), ("a\nsh: 2: nosuch: not found\n127".to_owned(), 0));
    assert_eq!(sh("set -e; false; echo never"), (String::new(), 1));
    assert_eq!(sh("set -e; false || echo saved; echo on"), ("saved\non".to_owned(), 0));
    assert_eq!(sh("set -u; echo $NOPE"), ("sh: 1: NOPE: parameter not set".to_owned(), 2));
    assert_eq!(sh("if true; then echo a").1, 2);
    let bash = run_with(&["bash", "-c", "nosuch"], &[]);
    assert_eq!(text(&bash), "bash: line 1: nosuch: command not found");
    assert_eq!(run_with(&["nosuch"], &[]).end, End::NotFound { program: "nosuch".to_owned() });
}

#[test]
fn the_exec_form_has_no_shell() {
    let run = run_with(&["echo", "$GREETING", "&&", "exit 1"], &[("GREETING", "hello")]);
    assert_eq!(text(&run), "$GREETING && exit 1");
    assert!(matches!(run.end, End::Exit { code: 0, .. }));
    assert_eq!(text(&run_with(&["printenv", "GREETING"], &[("GREETING", "hello")])), "hello");
    assert_eq!(text(&run_with(&["/bin/sh", "-c", "echo $0 $1", "me", "you"], &[])), "me you");
}

#[test]
fn time_passes_as_the_command_says() {
    let run = run_with(&["sh", "-c", "echo a; sleep 5; echo b; sleep 1m"], &[]);
    let End::Exit { code: 0, at } = run.end else { panic!("{run:?}") };
    assert!((65_000..66_000).contains(&at), "{at}");
    let gap = run.lines[1].at - run.lines[0].at;
    assert!((5_000..5_100).contains(&gap), "{gap}");
    assert_eq!(run_with(&["sleep", "infinity"], &[]).end, End::Never);
    assert!(
        matches!(run_with(&["timeout", "3", "sleep", "60"], &[]).end, End::Exit { code: 124, at } if at < 4_000)
    );
}

#[test]
fn pipes_files_and_redirections() {
    says("printf 'b\\na\\n' | sort | head -n 1", "a");
    says("seq 1 5 | wc -l", "5");
    says("echo note > /tmp/x; echo more >> /tmp/x; cat /tmp/x", "note\nmore");
    says("echo hidden >/dev/null 2>&1; nosuch 2>/dev/null; echo shown", "shown");
    says("echo to-error >&2", "to-error");
    says("echo hello | tr a-z A-Z | grep HELL", "HELLO");
    says("printf '%s=%d\\n' a 1 b 2", "a=1\nb=2");
    says("x=$(echo deep $(echo deeper)); echo \"$x\"", "deep deeper");
    says("echo `echo back`", "back");
    says("while read l; do echo got; done < /etc/hostname; echo done", "got\ndone");
}

#[test]
fn environments() {
    says("FOO=bar env | grep FOO", "FOO=bar");
    says("FOO=bar; sh -c 'echo [$FOO]'; export FOO; sh -c 'echo [$FOO]'", "[]\n[bar]");
    says("env -u GREETING printenv GREETING || echo gone", "gone");
    says("date -u +%Y", "2025");
    says("uname -m; nproc; hostname", "x86_64\n2\nip-172-31-0-9.ec2.internal");
}

#[test]
fn a_little_python() {
    let py = |script: &str| text(&run_with(&["python3", "-c", script], &[("NAME", "ana")]));
    assert_eq!(py("print('hello', 1 + 2)"), "hello 3");
    assert_eq!(py("import os; print('hi ' + os.environ['NAME'])"), "hi ana");
    assert_eq!(py("import os\nname = os.getenv('NAME')\nprint(f\"hi {name}\")"), "hi ana");
    assert_eq!(py("for i in range(2): print(i)"), "0\n1");
    assert_eq!(py("for i in range(2):\n  print(i)\nprint('end')"), "0\n1\nend");
    let left = run_with(&["python", "-c", "import sys; sys.exit(4)"], &[]);
    assert!(matches!(left.end, End::Exit { code: 4, .. }));
    let raised = run_with(&["python", "-c", "raise ValueError('no')"], &[]);
    assert!(text(&raised).ends_with("ValueError: no"));
    assert!(matches!(raised.end, End::Exit { code: 1, .. }));
}

#[test]
fn a_job_without_a_command_names_its_image() {
    let run = run_with(&[], &[]);
    assert!(text(&run).contains("public.ecr.aws/amazonlinux/amazonlinux:2023"));
    assert!(matches!(run.end, End::Exit { code: 0, .. }));
}

#[test]
fn careless_commands_stay_bounded() {
    let flood = run_with(&["sh", "-c", "while true; do echo x; done"], &[]);
    assert_eq!(flood.end, End::Never);
    assert_eq!(flood.lines.len(), 101);
    assert!(flood.lines[100].text.contains("left out"));
    let doubling = run_with(&["sh", "-c", "x=aaaaaaaa; while :; do x=$x$x; done"], &[]);
    assert_eq!(doubling.end, End::Never);
    for open in ["(", "$(", "if ", "{ ", "!", "`", "\"$(", "${x:-"] {
        let nested = run_with(&["sh", "-c", &open.repeat(20_000)], &[]);
        assert!(matches!(nested.end, End::Exit { .. }), "{open}");
    }
    for script in ["true && ".repeat(5_000) + "true", "if true; then :; el".repeat(2_000), "! ".repeat(9_000)]
    {
        assert!(matches!(run_with(&["sh", "-c", &script], &[]).end, End::Exit { .. }));
    }
    let python = format!("print({}1{})", "str(".repeat(9_000), ")".repeat(9_000));
    assert!(matches!(run_with(&["python", "-c", &python], &[]).end, End::Exit { code: 1, .. }));
    let shells =
        (0..14).fold("true".to_owned(), |inner, _| format!("sh -c \"{}\"", inner.replace('"', "\\\"")));
    assert!(matches!(run_with(&["sh", "-c", &shells], &[]).end, End::Exit { .. }));
    assert!(matches!(
        run_with(&["sh", "-c", "f='sh -c \"$f\"'; export f; sh -c \"$f\""], &[]).end,
        End::Exit { .. }
    ));
}

/// A list of words as long as a job definition may be.
fn ends(words: &[&str], times: usize) -> Run {
    let command: Vec<&str> =
        words.iter().copied().cycle().take(words.len() * times).chain(["true"]).collect();
    let run = run_with(&command, &[]);
    assert!(matches!(run.end, End::Exit { .. }), "{words:?} {:?}", run.end);
    run
}

#[test]
fn programs_that_start_programs_end() {
    ends(&["nohup"], 6_000);
    ends(&["timeout", "1"], 4_000);
    ends(&["env"], 6_000);
}

#[test]
fn conditions_without_end_end() {
    let negated = run_with(&[&["test"][..], &["!"].repeat(6_000), &["x"]].concat(), &[]);
    assert!(matches!(negated.end, End::Exit { code: 0, .. }), "{:?}", negated.end);
    ends(&["test", "a", "-a"], 1);
    let joined = run_with(&[&["test", "a"][..], &["-a", "a"].repeat(3_000)].concat(), &[]);
    assert!(matches!(joined.end, End::Exit { code: 0, .. }), "{:?}", joined.end);
}

#[test]
fn loops_in_loops_end() {
    let python = format!("{}pass", "for a in [1]: ".repeat(1_500));
    assert!(matches!(run_with(&["python", "-c", &python], &[]).end, End::Exit { code: 1, .. }));
    let python = format!("{}print(a)", "for a in range(9999): ".repeat(4));
    assert!(matches!(run_with(&["python", "-c", &python], &[]).end, End::Never));
    let empty = "for a in range(9999):\n for b in range(9999):\n  for c in range(9999):\n";
    assert!(matches!(run_with(&["python", "-c", empty], &[]).end, End::Never));
}

#[test]
fn the_same_command_prints_the_same() {
    let script = "for i in 1 2 3; do echo $RANDOM $(date +%s); sleep 1; done";
    assert_eq!(run_with(&["sh", "-c", script], &[]), run_with(&["sh", "-c", script], &[]));
}

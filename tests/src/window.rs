//! The real window on a screen of its own, used as a person would: by what can be seen, clicked and typed. Elements
//! are named by their `data-testid`. Nothing here sleeps for a fixed time; everything waits for what it needs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::keyring::Keyring;
use crate::places;
use crate::process::{self, Server, free_port, until};
use crate::screen::Screen;
use crate::webdriver::{Element, Refusal, Session};

/// How long a person would wait for something that is not AWS's to take its time over.
const SOON: Duration = Duration::from_secs(20);

/// Keys that have no letter, as WebDriver writes them.
pub mod key {
    /// Enter.
    pub const ENTER: char = '\u{E007}';
    /// Escape.
    pub const ESCAPE: char = '\u{E00C}';
    /// Tab.
    pub const TAB: char = '\u{E004}';
    /// Control.
    pub const CONTROL: char = '\u{E009}';
    /// Shift.
    pub const SHIFT: char = '\u{E008}';
    /// Arrow down.
    pub const DOWN: char = '\u{E015}';
    /// Arrow up.
    pub const UP: char = '\u{E013}';
    /// Backspace.
    pub const BACKSPACE: char = '\u{E003}';
}

/// Light or dark, as the system would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// The default.
    Light,
    /// The dark variant of GTK's own theme.
    Dark,
}

/// How the window is to be opened.
#[derive(Debug)]
pub struct Opening<'a> {
    /// The data directory.
    pub home: &'a Path,
    /// The keyring in whose environment it runs.
    pub keyring: &'a Keyring,
    /// What the system prefers.
    pub scheme: Scheme,
    /// Width and height of the window in pixels.
    pub size: (u32, u32),
    /// Further environment variables.
    pub environment: &'a [(&'a str, &'a str)],
}

impl<'a> Opening<'a> {
    /// Light, 1280 by 800.
    pub fn new(home: &'a Path, keyring: &'a Keyring) -> Self {
        Self { home, keyring, scheme: Scheme::Light, size: (1280, 800), environment: &[] }
    }
}

/// The open window; closed with this value.
#[derive(Debug)]
pub struct Window {
    // Dropped in this order: the session ends while its driver lives, the driver while its screen does.
    session: Session,
    driver: Server,
    _screen: Screen,
}

impl Window {
    /// Opens it.
    pub fn open(opening: &Opening<'_>) -> Self {
        let screen = Screen::start(opening.size.0.max(1280), opening.size.1.max(800));
        let (port, native) = (free_port(), free_port());
        let mut command = Command::new(places::tool("tauri-driver"));
        opening.keyring.enter(&mut command);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .env("DISPLAY", screen.name())
            .env("NO_AT_BRIDGE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("GTK_THEME", if opening.scheme == Scheme::Dark { "Adwaita:dark" } else { "Adwaita" })
            .env("SLIPWAY_HOME", opening.home)
            .envs(opening.environment.iter().copied());
        let mut driver = Server::start(&mut command);
        let application = places::binary("slipway-app");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let capabilities = json!({"tauri:options": {"application": application}});
        until("the driver to answer", Duration::from_secs(30), || {
            assert!(
                !driver.has_ended(),
                "tauri-driver ended at once; SLIPWAY_TEST_VERBOSE=1 shows what it said"
            );
            Session::can_start(address).then_some(())
        });
        let session = Session::new(address, &capabilities)
            .unwrap_or_else(|Refusal(why)| panic!("the window did not open: {why}"));
        let window = Self { session, driver, _screen: screen };
        window.resize(opening.size);
        window
    }

    /// The element of that name, waited for until it can be seen.
    pub fn see(&self, name: &str) -> Element {
        self.see_within(name, SOON)
    }

    /// The same, for what may take longer.
    pub fn see_within(&self, name: &str, limit: Duration) -> Element {
        self.wait(&format!("`{name}` to be seen"), limit, || {
            let element = self.session.find(&selector(name)).ok()?;
            self.session.displayed(&element).ok()?.then_some(element)
        })
    }

    /// Waits until there is no such element to be seen.
    pub fn gone(&self, name: &str) {
        self.wait(&format!("`{name}` to be gone"), SOON, || match self.session.find(&selector(name)) {
            Ok(element) => self.session.displayed(&element).is_ok_and(|shown| !shown).then_some(()),
            Err(_) => Some(()),
        });
    }

    /// Whether it is there at this moment, without waiting.
    pub fn has(&self, name: &str) -> bool {
        self.session.find(&selector(name)).is_ok()
    }

    /// How many elements have this name.
    pub fn count(&self, name: &str) -> usize {
        self.session.find_all(&selector(name)).map_or(0, |all| all.len())
    }

    /// Clicks it as soon as it can be clicked: there, enabled and not covered.
    pub fn click(&self, name: &str) {
        self.wait(&format!("`{name}` to be clicked"), SOON, || {
            let element = self.session.find(&selector(name)).ok()?;
            if !self.session.enabled(&element).ok()? {
                return None;
            }
            match self.session.click(&element) {
                Ok(_) => Some(()),
                // What closes its own window takes the answer along.
                Err(Refusal(why)) if why.starts_with("no such window") => Some(()),
                Err(_) => self.scroll_to(name),
            }
        });
    }

    /// The driver takes what lies behind a page's head or foot for seen; a person would scroll.
    fn scroll_to<T>(&self, name: &str) -> Option<T> {
        let scroll = "document.querySelector(arguments[0])?.scrollIntoView({block: 'center'})";
        let _ = self.session.script(scroll, &[json!(selector(name))]);
        None
    }

    /// Empties a field as soon as that can be done, for what is above it may just have grown or shrunk, and types into
    /// it.
    pub fn type_into(&self, name: &str, text: &str) {
        let element = self.wait(&format!("`{name}` to be typed into"), SOON, || {
            let element = self.session.find(&selector(name)).ok()?;
            match self.session.clear(&element) {
                Ok(_) => Some(element),
                Err(_) => self.scroll_to(name),
            }
        });
        Self::must(self.session.send_keys(&element, text));
    }

    /// Clicks into a field and types over all that it holds, key by key; the field hears of every one of them.
    pub fn type_over(&self, name: &str, text: &str) {
        self.click(name);
        self.press(&[key::CONTROL], "a");
        let nothing = key::BACKSPACE.to_string();
        self.press(&[], if text.is_empty() { &nothing } else { text });
    }

    /// Chooses an option of a native `select` by its value, with a click.
    pub fn choose(&self, name: &str, value: &str) {
        let option = format!("{} option[value={}]", selector(name), json!(value));
        self.wait(&format!("{value:?} of `{name}` to be chosen"), SOON, || {
            let option = self.session.find(&option).ok()?;
            match self.session.click(&option) {
                Ok(_) => Some(()),
                Err(_) => self.scroll_to(name),
            }
        });
    }

    /// The text of an element, as seen.
    pub fn text(&self, name: &str) -> String {
        let element = self.see(name);
        Self::must(self.session.text(&element))
    }

    /// Waits until an element's text holds a word, and returns the text.
    pub fn says(&self, name: &str, word: &str, limit: Duration) -> String {
        let mut last = String::new();
        let said = process::until_or(limit, || {
            let element = self.session.find(&selector(name)).ok()?;
            last = self.session.text(&element).ok()?;
            last.contains(word).then(|| last.clone())
        });
        said.unwrap_or_else(|| self.give_up(&format!("`{name}` to say {word:?}; it said {last:?}"), limit))
    }

    /// Waits until an element has the focus.
    pub fn has_focus(&self, name: &str) {
        let script = "return document.activeElement?.getAttribute('data-testid') ?? ''";
        self.wait(&format!("`{name}` to have the focus"), SOON, || {
            (self.session.script(script, &[]).ok()? == json!(name)).then_some(())
        });
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> String {
        let element = self.see(name);
        Self::must(self.session.property(&element, "value")).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a field is marked as wrong and the note below it holds a word.
    pub fn objects(&self, name: &str, word: &str) {
        let script = "const field = document.querySelector(arguments[0]); \
                      const note = document.getElementById(field.getAttribute('aria-describedby')); \
                      return `${field.getAttribute('aria-invalid')} ${note?.innerText ?? ''}`";
        self.wait(&format!("`{name}` to say {word:?} as what is wrong with it"), SOON, || {
            let said = self.session.script(script, &[json!(selector(name))]).ok()?;
            said.as_str().is_some_and(|said| said.starts_with("true") && said.contains(word)).then_some(())
        });
    }

    /// Waits until a second window is open, does something in it, waits until it is closed, and goes on here.
    pub fn in_other_window(&self, what: &str, act: impl FnOnce()) {
        let here = Self::must(self.session.window());
        let other = self.wait(&format!("the window `{what}` to open"), SOON, || {
            self.session.windows().ok()?.into_iter().find(|window| *window != here)
        });
        Self::must(self.session.switch_to(&other));
        act();
        let closed = process::until_or(SOON, || {
            self.session.windows().is_ok_and(|open| !open.contains(&other)).then_some(())
        });
        if closed.is_none() {
            self.give_up::<()>(&format!("the window `{what}` to close"), SOON);
        }
        Self::must(self.session.switch_to(&here));
    }

    /// Clicks what makes the window's program end.
    pub fn click_and_die(&self, name: &str) {
        let process = self.process();
        self.click(name);
        until("the window's program to end", SOON, || (!process::is_running(process)).then_some(()));
    }

    /// The window's own process, not its driver's.
    pub fn process(&self) -> u32 {
        process::below(self.driver.id(), "slipway-app").expect("the driver has started the window")
    }

    /// Presses keys for whatever has the focus.
    pub fn press(&self, held: &[char], keys: &str) {
        Self::must(self.session.press(held, keys));
    }

    /// Runs JavaScript in the page.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        Self::must(self.session.script(body, arguments))
    }

    /// The size of the window in pixels.
    pub fn resize(&self, (width, height): (u32, u32)) {
        Self::must(self.session.resize(width, height));
    }

    /// Takes a picture and returns its path below `screenshots` in the target directory. With
    /// `SLIPWAY_TEST_PICTURES` set to a folder it is put there as well: that is how the README gets its own.
    pub fn picture(&self, name: &str) -> PathBuf {
        self.at_rest();
        let png = base64::engine::general_purpose::STANDARD
            .decode(Self::must(self.session.screenshot()))
            .expect("a picture comes in base64");
        let folder = places::target().join("screenshots");
        let file = folder.join(format!("{name}.png"));
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&file, &png))
            .expect("there is room for a picture");
        if let Some(elsewhere) = std::env::var_os("SLIPWAY_TEST_PICTURES") {
            let elsewhere = PathBuf::from(elsewhere);
            std::fs::create_dir_all(&elsewhere).expect("the folder for pictures can be made");
            std::fs::write(elsewhere.join(format!("{name}.png")), &png).expect("there is room for a picture");
        }
        file
    }

    /// Waits until what opens, turns or changes its colour has done so; what goes round for ever is not waited for.
    fn at_rest(&self) {
        let script = "return document.getAnimations().every((one) => one.playState !== 'running' \
                      || one.effect.getComputedTiming().endTime === Infinity)";
        let rests = || (self.session.script(script, &[]).ok()? == true).then_some(());
        // A picture of what moves is better than none.
        let _ = process::until_or(Duration::from_secs(2), rests);
    }

    /// The WebDriver session, for what has no word here.
    pub fn session(&self) -> &Session {
        &self.session
    }

    fn wait<T>(&self, what: &str, limit: Duration, ask: impl FnMut() -> Option<T>) -> T {
        process::until_or(limit, ask).unwrap_or_else(|| self.give_up(what, limit))
    }

    /// Fails with a picture and the words on the page: what a person would have seen.
    fn give_up<T>(&self, what: &str, limit: Duration) -> T {
        let picture = self.picture(&format!("gave-up-{}", std::process::id()));
        let page = self.session.script("return document.body.innerText", &[]).unwrap_or(Value::Null);
        panic!(
            "waited {} s in vain for {what}\npicture: {}\npage: {}",
            limit.as_secs(),
            picture.display(),
            page.as_str().unwrap_or("(nothing)")
        );
    }

    fn must<T>(answer: Result<T, Refusal>) -> T {
        answer.unwrap_or_else(|Refusal(why)| panic!("the window refused: {why}"))
    }
}

fn selector(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

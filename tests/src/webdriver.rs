//! The few WebDriver commands that our window suite needs (W3C WebDriver, sections 8 to 17), blocking.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::http::Request;

/// The key under which the standard returns an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session with a driver.
#[derive(Debug)]
pub struct Session {
    driver: SocketAddr,
    path: String,
}

/// What the driver refused, in its words: `no such element: …`.
#[derive(Clone, Debug)]
pub struct Refusal(pub String);

/// An element of the page at the moment when it was found.
#[derive(Clone, Debug)]
pub struct Element(String);

type Answer<T = Value> = Result<T, Refusal>;

impl Session {
    /// Whether the driver, and the browser's own behind it, are there already.
    pub fn can_start(driver: SocketAddr) -> bool {
        call(driver, "GET", "/status", &Value::Null).is_ok()
    }

    /// Asks a driver for a session with these capabilities.
    pub fn new(driver: SocketAddr, capabilities: &Value) -> Answer<Self> {
        let asked = json!({"capabilities": {"alwaysMatch": capabilities, "firstMatch": [{}]}});
        let answer = call(driver, "POST", "/session", &asked)?;
        let id = answer["sessionId"].as_str().ok_or_else(|| Refusal(format!("no session id in {answer}")))?;
        Ok(Self { driver, path: format!("/session/{id}") })
    }

    /// The first element that a CSS selector finds.
    pub fn find(&self, css: &str) -> Answer<Element> {
        let found = self.post("/element", &json!({"using": "css selector", "value": css}))?;
        element(&found)
    }

    /// All of them.
    pub fn find_all(&self, css: &str) -> Answer<Vec<Element>> {
        let found = self.post("/elements", &json!({"using": "css selector", "value": css}))?;
        found.as_array().into_iter().flatten().map(element).collect()
    }

    /// Clicks where a person would; refused when something covers it.
    pub fn click(&self, element: &Element) -> Answer {
        self.post(&format!("/element/{}/click", element.0), &json!({}))
    }

    /// Types, key by key.
    pub fn send_keys(&self, element: &Element, text: &str) -> Answer {
        self.post(&format!("/element/{}/value", element.0), &json!({"text": text}))
    }

    /// Empties a field.
    pub fn clear(&self, element: &Element) -> Answer {
        self.post(&format!("/element/{}/clear", element.0), &json!({}))
    }

    /// Its text as a person sees it.
    pub fn text(&self, element: &Element) -> Answer<String> {
        self.get(&format!("/element/{}/text", element.0))
            .map(|text| text.as_str().unwrap_or_default().to_owned())
    }

    /// Whether a person could see it.
    pub fn displayed(&self, element: &Element) -> Answer<bool> {
        self.get(&format!("/element/{}/displayed", element.0)).map(|shown| shown == true)
    }

    /// Whether it can be used.
    pub fn enabled(&self, element: &Element) -> Answer<bool> {
        self.get(&format!("/element/{}/enabled", element.0)).map(|enabled| enabled == true)
    }

    /// A property of the element, such as `value` or `checked`.
    pub fn property(&self, element: &Element, name: &str) -> Answer {
        self.get(&format!("/element/{}/property/{name}", element.0))
    }

    /// An attribute of the element as it stands in the page.
    pub fn attribute(&self, element: &Element, name: &str) -> Answer<Option<String>> {
        let value = self.get(&format!("/element/{}/attribute/{name}", element.0))?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Runs JavaScript in the page and returns what it returns; `arguments` are its arguments.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Answer {
        self.post("/execute/sync", &json!({"script": body, "args": arguments}))
    }

    /// Keys pressed for whatever has the focus, one after the other; modifiers in `held` stay down meanwhile.
    pub fn press(&self, held: &[char], keys: &str) -> Answer {
        let key = |kind: &str, value: char| json!({"type": kind, "value": value.to_string()});
        let mut actions: Vec<Value> = held.iter().map(|value| key("keyDown", *value)).collect();
        for value in keys.chars() {
            actions.extend([key("keyDown", value), key("keyUp", value)]);
        }
        actions.extend(held.iter().rev().map(|value| key("keyUp", *value)));
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}))
    }

    /// A picture of the page as PNG, in base64.
    pub fn screenshot(&self) -> Answer<String> {
        // WebKitGTK answers with the next frame that it draws, and a page at rest draws none: it would wait for ever.
        // So one pixel changes between two shades that nobody can tell apart while the picture is taken.
        self.script(
            "const pixel = document.createElement('i'); pixel.ariaHidden = 'true'; let frame = 0; \
             pixel.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;pointer-events:none'; \
             document.body.append(pixel); \
             const draw = () => { pixel.style.background = `rgba(0,0,0,${frame % 2 ? 0.004 : 0.008})`; \
             if (frame++ < 240) requestAnimationFrame(draw); else pixel.remove(); }; draw()",
            &[],
        )?;
        self.get("/screenshot").map(|picture| picture.as_str().unwrap_or_default().to_owned())
    }

    /// Sets the size of the whole window in pixels.
    pub fn resize(&self, width: u32, height: u32) -> Answer {
        self.post("/window/rect", &json!({"width": width, "height": height}))
    }

    /// The handles of all windows.
    pub fn windows(&self) -> Answer<Vec<String>> {
        let handles = self.get("/window/handles")?;
        Ok(handles.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The handle of the window that is driven now.
    pub fn window(&self) -> Answer<String> {
        self.get("/window").map(|handle| handle.as_str().unwrap_or_default().to_owned())
    }

    /// Goes on in another window.
    pub fn switch_to(&self, window: &str) -> Answer {
        self.post("/window", &json!({"handle": window}))
    }

    /// Opens an address.
    pub fn open(&self, address: &str) -> Answer {
        self.post("/url", &json!({"url": address}))
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        call(self.driver, "POST", &format!("{}{path}", self.path), body)
    }

    fn get(&self, path: &str) -> Answer {
        call(self.driver, "GET", &format!("{}{path}", self.path), &Value::Null)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = call(self.driver, "DELETE", &self.path, &Value::Null);
    }
}

fn element(found: &Value) -> Answer<Element> {
    let id = found[ELEMENT].as_str().ok_or_else(|| Refusal(format!("no element in {found}")))?;
    Ok(Element(id.to_owned()))
}

/// tauri-driver keeps its connection to WebKitWebDriver open and finds out only when it sends that the other end has
/// closed it; it then answers with nothing. Such a request was not taken, so it is sent again.
fn call(driver: SocketAddr, method: &str, path: &str, body: &Value) -> Answer {
    for _ in 0..3 {
        match call_once(driver, method, path, body) {
            Err(Refusal(why)) if why.contains(NO_ANSWER) => {}
            answer => return answer,
        }
    }
    call_once(driver, method, path, body)
}

const NO_ANSWER: &str = "the driver's answer is no JSON";

fn call_once(driver: SocketAddr, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let headers = vec![
        ("Host".to_owned(), driver.to_string()),
        ("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned()),
    ];
    let request = Request { method: method.to_owned(), target: path.to_owned(), headers, body };
    let answer =
        request.send(driver).map_err(|error| Refusal(format!("the driver did not answer: {error}")))?;
    let start = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    let json: Value = serde_json::from_slice(&answer[start..])
        .map_err(|error| Refusal(format!("{NO_ANSWER} ({error})")))?;
    match json["value"]["error"].as_str() {
        Some(error) => {
            Err(Refusal(format!("{error}: {}", json["value"]["message"].as_str().unwrap_or_default())))
        }
        None => Ok(json["value"].clone()),
    }
}

//! Serves a practice account on loopback: `cargo run -p slipway-practice --example serve -- PORT [FOLDER]`.
//!
//! Without a folder the account is forgotten at the end.

use slipway_practice::Practice;
use std::path::Path;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("which port?")?.parse()?;
    let practice = match arguments.next() {
        Some(folder) => Practice::open(Path::new(&folder))?,
        None => Practice::in_memory(1),
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("practice account {} on http://{}", Practice::ACCOUNT_ID, listener.local_addr()?);
    practice.serve(listener).await?;
    Ok(())
}

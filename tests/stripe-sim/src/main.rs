//! The simulator as a program: `stripe-sim --listen 127.0.0.1:12111 --seed fixture.json`.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::Context;
use clap::Parser;
use stripe_sim::{Endpoint, Options, Seed, Sim};

/// A simulator of the part of Stripe's API that Turnpike uses. For tests and demos.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A feature-store-fixture/1 file; its `stripe` section exists from the start, at its plans' prices.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Keeps the state across restarts.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Appends every exchange as a JSON line.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Sends events to this URL.
    #[arg(long, value_name = "URL", requires = "webhook_secret")]
    webhook: Option<String>,
    /// Signs the events with this secret.
    #[arg(long, value_name = "SECRET", requires = "webhook")]
    webhook_secret: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let arguments = Arguments::parse();
    let seed = match &arguments.seed {
        Some(path) => Some(Seed::from_file(path).with_context(|| format!("cannot use `{}`", path.display()))?),
        None => None,
    };
    let options = Options { listen: Some(arguments.listen), state: arguments.state, seed, record: arguments.record };
    let sim = Sim::start_with(options).await?;
    if let (Some(url), Some(secret)) = (&arguments.webhook, &arguments.webhook_secret) {
        sim.replace_webhook(Endpoint::new(url, secret));
    }
    let mut stdout = io::stdout();
    writeln!(stdout, "stripe-sim listening on {}", sim.url())?;
    stdout.flush()?;
    tokio::signal::ctrl_c().await.context("cannot wait for the interrupt signal")?;
    sim.stop().await;
    Ok(())
}

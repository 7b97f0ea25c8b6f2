//! The proxy as a program: `fault-proxy --before http://127.0.0.1:12111 --script rules.json`.

use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context;
use clap::Parser;
use fault_proxy::{FaultProxy, Options, Random, Rate, Rule, Steering};

/// A proxy that loses, delays, repeats and breaks what passes. For tests only.
#[derive(Debug, Parser)]
struct Arguments {
    /// The server's base address.
    #[arg(long, value_name = "URL")]
    before: String,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where the proxy itself takes orders; port 0 takes a free one. Nowhere unless given.
    #[arg(long, value_name = "ADDRESS")]
    steer: Option<SocketAddr>,
    /// A list of rules: `[{"match": {"method", "path"}, "times": N | "forever", "fault": {"type": …}}]`.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// A list of random faults: `[{"share": 0.05, "fault": {"type": …}}]`.
    #[arg(long, value_name = "FILE")]
    rates: Option<PathBuf>,
    /// The seed of random faults.
    #[arg(long, default_value_t = 1, requires = "rates")]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let arguments = Arguments::parse();
    let proxy = Arc::new(FaultProxy::start(&arguments.before, &Options { listen: Some(arguments.listen) }).await?);
    if let Some(path) = &arguments.script {
        let rules: Vec<Rule> = read(path)?;
        rules.into_iter().for_each(|rule| proxy.plan(rule));
    }
    if let Some(path) = &arguments.rates {
        let rates: Vec<Rate> = read(path)?;
        proxy.random(Random::new(arguments.seed, rates)?);
    }
    let steering = match arguments.steer {
        Some(listen) => Some(Steering::of(Arc::clone(&proxy), listen).await?),
        None => None,
    };
    let mut stdout = io::stdout();
    if let Some(steering) = &steering {
        writeln!(stdout, "fault-proxy takes orders on {}", steering.url())?;
    }
    writeln!(stdout, "fault-proxy listening on {}", proxy.url())?;
    stdout.flush()?;
    tokio::signal::ctrl_c().await.context("cannot wait for the interrupt signal")?;
    writeln!(stdout, "{}", serde_json::to_string_pretty(&proxy.record())?)?;
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(path: &PathBuf) -> anyhow::Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` is not such a list", path.display()))
}

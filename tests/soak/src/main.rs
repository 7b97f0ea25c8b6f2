//! Hosts under load, faults and kills; then the bill is computed once more, by other means.
#![expect(clippy::disallowed_methods, reason = "a run goes by the machine's own clock, as the hosts in it do")]

mod bill;
mod checks;
mod database;
mod host;
mod hosts;
mod load;
mod report;
mod rows;
mod scenery;
mod settings;
mod settle;
mod tally;
mod tokens;
mod watch;
mod weather;

use std::{fs, process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use fault_proxy::FaultProxy;
use stripe_sim::{Options, Sim};
use tokio::{sync::watch as signal, time::sleep};

use crate::{
    database::Database, host::Setup, hosts::Hosts, report::Report, rows::Rows, scenery::Scenery, settings::Settings,
    tally::Tally,
};

#[tokio::main]
async fn main() -> ExitCode {
    let settings = Settings::parse();
    match on_a_database(&settings).await {
        Ok(true) => {
            println!("soak: everything held");
            return ExitCode::SUCCESS;
        }
        Ok(false) => println!("soak: FAILED; the hosts' logs are in `{}`", settings.logs.display()),
        Err(error) => println!("soak: FAILED, and could not go on: {error:#}"),
    }
    ExitCode::FAILURE
}

/// Whether everything held.
async fn on_a_database(settings: &Settings) -> anyhow::Result<bool> {
    fs::create_dir_all(&settings.logs)?;
    let database = Database::create(settings.psql.clone(), settings.postgres.clone()).await?;
    let held = run(settings, &database).await;
    database.drop().await?;
    held
}

async fn run(settings: &Settings, database: &Database) -> anyhow::Result<bool> {
    let scenery = Arc::new(Scenery::new(settings));
    let sim = Sim::start_with(Options { seed: Some(scenery.seed()), ..Options::default() }).await?;
    let proxy = FaultProxy::before(&sim.url()).await?;
    let setup = Setup::new(settings, database, &proxy.url());
    setup.import(&scenery.document()).await?;
    let hosts = Arc::new(Hosts::start(setup, settings.logs.clone(), settings.hosts).await?);
    let tally = Arc::new(Tally::default());

    let duration = settings.duration();
    proxy.random(weather::faults(settings.seed_of(2), duration)?);
    let (stop, stopped) = signal::channel(false);
    // About thirty kills in a run, however long it is.
    let pauses = (duration / 60, (duration / 20).max(Duration::from_millis(500)));
    let timer = async {
        sleep(duration).await;
        stop.send_replace(true);
        Ok(())
    };
    let load = load::run(settings, Arc::clone(&scenery), Arc::clone(&hosts), Arc::clone(&tally), stopped.clone());
    let ((), (), (), declines, watched) = tokio::try_join!(
        timer,
        load,
        hosts.harass(settings.seed_of(3), pauses, stopped.clone()),
        weather::decline(&sim, settings.seed_of(4), stopped.clone()),
        watch::run(database, &sim, &scenery, stopped.clone()),
    )?;

    proxy.calm();
    sim.clear_faults();
    let settled = settle::run(database, &proxy, Duration::from_secs_f64(settings.patience * 60.0)).await?;
    let rows = Rows::read(database).await?;
    let findings = checks::run(database, &hosts, &sim, &scenery, &tally, &settled, &rows).await?;
    let (hosts, record) = (&*hosts, proxy.record());
    let report = Report {
        settings,
        hosts,
        tally: &tally,
        record,
        declines,
        watched: &watched,
        settled: &settled,
        rows: &rows,
        findings: &findings,
        sim: &sim,
    };
    report.print();
    hosts.end().await?;
    Ok(report.is_good())
}

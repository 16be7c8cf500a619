//! Runs the suite `tool` as real platforms launch, and says what each of them does its own way.

use serde::Serialize;

use super::{
    Exit, UsageError,
    arguments::{Format, RunArguments},
    run::watched,
    selection::nearest,
    show,
};
use crate::{
    case::Case,
    runner::{Finished, Stopped, unlaunched},
    variant::{self, Habit, Variant},
    world::World,
};

/// The word that asks for every variant, and for none first.
const ALL: &str = "all";

/// The variants that the arguments ask for; nothing stands for the suite's own launches.
///
/// # Errors
/// When there is no such variant.
pub(super) fn chosen(arguments: &RunArguments) -> Result<Vec<Option<&'static Variant>>, UsageError> {
    let Some(name) = arguments.variant.as_deref() else { return Ok(vec![None]) };
    if name == ALL {
        return Ok(std::iter::once(None).chain(variant::ALL.into_iter().map(Some)).collect());
    }
    let names = variant::names();
    let unknown = || {
        let near = nearest(name, &names);
        UsageError(format!("no variant is called {name}{near}; there is {ALL}, {}", names.join(", ")))
    };
    variant::find(name).map(|found| vec![Some(found)]).ok_or_else(unknown)
}

/// Runs the cases once for each variant. A tool that takes the suite's own launches and not a variant's has failed it, and
/// the report says so in a run of its own.
///
/// # Errors
/// When there is no such variant.
pub(super) async fn run(
    world: &World,
    cases: &[Case],
    arguments: &RunArguments,
    command: &str,
) -> Result<Vec<Result<Finished, Stopped>>, UsageError> {
    let mut runs: Vec<Result<Finished, Stopped>> = Vec::new();
    for variant in chosen(arguments)? {
        let Some(variant) = variant else {
            let plain = watched(&world.dressed(None), cases, arguments, command).await;
            let launched = plain.is_ok();
            runs.push(plain);
            if launched {
                continue;
            }
            // What the tool does with other launches says nothing where it takes none.
            break;
        };
        let dressed = world.dressed(Some(variant));
        let command = format!("{command} --variant {}", variant.name);
        let run = watched(&dressed, cases, arguments, &command).await;
        let alone = runs.is_empty();
        runs.push(match run {
            Err(stopped) if alone => Err(stopped.within(variant.name)),
            Err(Stopped::Config(reason) | Stopped::ControlRefused(reason)) => {
                let stopped = Stopped::ControlRefused(format!("{}: {reason}", variant.name));
                Ok(unlaunched(&dressed, cases, arguments.certification, &command, stopped))
            }
            run => run,
        });
    }
    world.platform.dress_keys(None);
    Ok(runs)
}

/// A variant as it is listed.
#[derive(Debug, Serialize)]
struct Listed {
    name: &'static str,
    system: &'static str,
    habits: Vec<ListedHabit>,
    flaws: &'static [&'static str],
}

#[derive(Debug, Serialize)]
struct ListedHabit {
    what: &'static str,
    source: &'static str,
}

/// Lists the variants: what each does, and where that is written.
///
/// # Errors
/// When the list cannot be written as JSON.
pub(super) fn list(format: Format) -> Result<Exit, UsageError> {
    match format {
        Format::Json => {
            let habit = |habit: &Habit| ListedHabit { what: habit.what, source: habit.source };
            let listed: Vec<Listed> = variant::ALL
                .iter()
                .map(|variant| Listed {
                    name: variant.name,
                    system: variant.system,
                    habits: variant.habits.iter().map(habit).collect(),
                    flaws: variant.refused_by,
                })
                .collect();
            let text = serde_json::to_string_pretty(&listed).map_err(|error| UsageError(error.to_string()))?;
            show(&format!("{text}\n"));
        }
        Format::Text => {
            let all = |text: String, variant: &&Variant| text + &explain(variant) + "\n";
            let all = variant::ALL.iter().fold(String::new(), all);
            show(&format!("{all}lti-conformance tool --config FILE --variant NAME, or --variant {ALL}\n"));
        }
    }
    Ok(Exit::Clean)
}

/// A variant for people.
pub(super) fn explain(variant: &Variant) -> String {
    let mut text = format!("{}\n  system    {}\n", variant.name, variant.system);
    for Habit { what, source } in variant.habits {
        text.push_str("  does      ");
        text.push_str(what);
        text.push_str("\n            ");
        text.push_str(source);
        text.push('\n');
    }
    text.push_str("  proof     ");
    text.push_str(&variant.refused_by.join(", "));
    text.push('\n');
    text
}

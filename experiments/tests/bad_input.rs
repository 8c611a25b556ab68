//! What a user gets wrong: one clear message, an exit code, no panic, nothing lost.

mod common;

use common::{Lab, TINY, stderr};

/// Runs with these arguments and expects one message for each problem that holds all the words.
fn fails(lab: &Lab, arguments: &[&str], words: &[&str]) {
    let output = lab.run(arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
    let errors: Vec<&str> = message.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "{arguments:?}: {message}");
    for word in words {
        assert!(errors[0].contains(word), "{arguments:?}: \"{word}\" not in {message}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

#[test]
fn a_wrong_value_is_named_with_what_was_expected() {
    let lab = Lab::new(TINY);
    for (setting, words) in [
        ("prune.densities=[0.5, 0.0]", &["prune.densities", "density 0", "at most 1"][..]),
        ("prune.densities=[1.5]", &["prune.densities", "1.5", "at most 1"]),
        ("prune.densities=[0.1, 0.5]", &["prune.densities", "falling"]),
        (
            "network.weights=\"none.safetensors\"",
            &["network.weights", "none.safetensors", "No such file"],
        ),
        ("train.length=\"0 iterations\"", &["train.length", "no time", "network.weights"]),
        ("train.compute=\"spars\"", &["train.compute", "did you mean \"sparse\"?"]),
        ("retrain.compute=\"fast\"", &["retrain.compute", "dense, sparse, auto"]),
        ("prune.densities=[]", &["prune.densities", "none"]),
        (
            "prune.densities=\"many\"",
            &["prune.densities", "many", "expected a list such as [0.5, 0.1]"],
        ),
        (
            "prune.methods=[\"magnitud\"]",
            &["prune.methods", "magnitud", "did you mean \"magnitude\"?"],
        ),
        (
            "prune.methods=[{name=\"sipp\", scope=\"globl\"}]",
            &["prune.scope", "did you mean \"global\"?"],
        ),
        ("prune.retraining=[\"rewnd\"]", &["prune.retraining", "did you mean \"rewind\"?"]),
        ("prune.retraining=[\"reinit\"]", &["prune.retraining", "add \"rewind\""]),
        ("prune.schedules=[\"oneshot\"]", &["prune.schedules", "did you mean \"one-shot\"?"]),
        ("prune.rewind_to=\"60 iterations\"", &["prune.rewind_to", "60", "before the end"]),
        (
            "prune.methods=[{name=\"sipp\", reduction=\"median\"}]",
            &["prune.methods.reduction", "median", "expected one of: mean, max"],
        ),
        (
            "prune.methods=[{name=\"magnitude\", constant=3.0}]",
            &["prune.methods", "constant", "does not take it"],
        ),
        (
            "prune.methods=[{name=\"sipp-rand\", failure_probability=2.0}]",
            &["prune.methods", "failure_probability: 2", "below 1"],
        ),
        (
            "prune.methods=[{name=\"grasp\", temperature=0.0}]",
            &["prune.methods", "temperature: 0", "positive"],
        ),
        ("prune.methods=[{name=\"obs\", steps=3}]", &["steps", "3", "damping"]),
        ("prune.methods=[{name=\"synflow\", steps=0}]", &["steps: 0", "at least 1"]),
        (
            "prune.methods=[{name=\"sipp\", same-as=\"magnitud\"}]",
            &["prune.methods.same_as", "did you mean \"magnitude\"?"],
        ),
        (
            "prune.methods=[{name=\"sipp\", same-as=\"magnitude\", scope=\"erk\"}]",
            &["prune.methods.same_as", "beside a scope"],
        ),
        ("prune.methods=[\"movement\"]", &["\"movement\"", "\"prune-at-init\""]),
        ("prune.masks=[\"shufled\"]", &["prune.masks", "did you mean \"shuffled\"?"]),
        ("prune.scope=rates", &["prune.rates", "a rate for each layer"]),
        ("prune.rates={fc9=0.1}", &["prune.rates", "fc9", "there are: fc1, fc2"]),
        ("prune.rates={fc1=0.1}", &["prune.rates", "no rate for layer \"fc2\""]),
        ("prune.leave_out=[\"conv*\"]", &["prune.leave_out", "there are: fc1, fc2"]),
        ("prune.leave_out=[\"last\"]", &["prune.leave_out", "density 0.1", "89", "120"]),
        ("prune.leave_out=[\"*\"]", &["prune.leave_out", "all layers"]),
        ("prune.densities={rounds=0, rate=0.2}", &["prune.densities.rounds", "1 to 1000"]),
        ("prune.densities={rounds=3}", &["prune.densities.rate", "[prune.rates]"]),
        ("prune.schedules=[\"gradual\"]", &["prune.retraining", "gradual", "\"none\""]),
        ("prune.gradual={every=\"0 epochs\"}", &["prune.gradual.every", "at least 1"]),
        ("prune.methods=[\"sipp\", \"sipp\"]", &["prune.methods", "twice"]),
        ("certificate.constant=0.5", &["certificate", "constant: 0.5", "at least 1"]),
        ("prune.delta=0", &["prune.delta"]),
        ("prune.points=0", &["prune.points", "at least 1"]),
        ("seeds=[]", &["seeds", "at least one"]),
        ("seeds=[1, 1]", &["seeds", "twice"]),
        ("seeds=[-1]", &["-1", "u64"]),
        ("backend=flux", &["backend", "did you mean \"flex\"?"]),
        ("backend=aut", &["backend", "did you mean \"auto\"?"]),
        ("device=-1", &["-1", "usize"]),
        ("train.precision=mixed", &["train.precision", "full, mixed-bf16, mixed-f16"]),
        ("network.name=lenet-500", &["network.name", "lenet-500", "did you mean \"lenet-5\"?"]),
        ("network.name=wrn-{depth}-{width}", &["network.name", "unknown name", "wrn-{depth}"]),
        ("network.name=wrn-15-2", &["network", "wrn-15-2", "depth 15", "multiple of 6"]),
        ("network.widths=[0]", &["network", "fc1", "at least 1"]),
        ("network.init=glorot", &["network.init", "did you mean \"glorot-normal\"?"]),
        ("dataset.name=minst", &["dataset.name", "did you mean \"mnist\"?"]),
        (
            "dataset={name=\"image-folder\", path=\"x\", validation=0.2}",
            &["dataset.size", "pixels"],
        ),
        (
            "dataset={name=\"image-folder\", size=9, validation=0.2}",
            &["dataset.path", "--data DIR"],
        ),
        ("dataset.offline=image-folder", &["dataset.offline", "not always there"]),
        ("dataset.size=32", &["dataset.size", "\"digits\" has its own"]),
        (
            "dataset.normalisation={mean=[0.5, 0.5, 0.5], std=[1.0]}",
            &["dataset.normalisation.mean", "one number for the images of \"digits\""],
        ),
        (
            "dataset.normalisation={mean=[0.5], std=[0.0]}",
            &["dataset.normalisation.std", "above 0"],
        ),
        (
            "dataset.augment={pad=4, resized_crop=true}",
            &["dataset.augment", "pad = 4", "one way to crop"],
        ),
        ("dataset.validation=1.0", &["dataset.validation", "1", "share between 0 and 1"]),
        ("dataset.validation=100000", &["100000"]),
        ("train.length=\"5 minutes\"", &["train.length", "5 minutes", "5 epochs"]),
        ("train.learning_rate=-1.0", &["train.learning_rate", "-1"]),
        ("retrain.learning_rate=0.0", &["retrain.learning_rate", "positive"]),
        ("train.learning_rate=fast", &["learning_rate", "fast"]),
        ("train.optimizer=sdg", &["train.optimizer", "did you mean \"sgd\"?"]),
        ("train.batch_size=0", &["train.batch_size"]),
        ("train.lenght=\"5 epochs\"", &["lenght", "did you mean \"length\"?"]),
        ("name=\"../x\"", &["name", "../x"]),
    ] {
        fails(&lab, &["--results", "r", "--set", setting], words);
    }
    assert!(!lab.path("r").exists());
}

#[test]
fn a_wrong_line_is_named_with_its_number() {
    let lab = Lab::new(&TINY.replace("[prune]\nmethods", "[prune]\nmetods"));
    fails(&lab, &[], &["config.toml:23", "metods", "did you mean \"methods\"?"]);
    let lab = Lab::new(&TINY.replace("validation = 0.2", "validation = "));
    fails(&lab, &[], &["config.toml:7"]);
    let lab = Lab::new(&TINY.replace("[network]\nname = \"mlp\"\n", "[network]\n"));
    fails(&lab, &[], &["name"]);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let lab = Lab::new(TINY);
    let output =
        lab.run(&["--set", "seeds=[]", "--set", "prune.delta=2", "--set", "prune.methods=[\"x\"]"]);
    let message = stderr(&output);
    assert_eq!(message.lines().filter(|line| line.starts_with("error: ")).count(), 3, "{message}");
}

#[test]
fn missing_and_broken_files_are_named() {
    let lab = Lab::new(TINY);
    let output = lab.command(&["nowhere.toml"]).output().unwrap();
    assert!(stderr(&output).contains("nowhere.toml") && output.status.code() == Some(1));

    let mnist = ["--set", "dataset.name=mnist", "--results", "r"];
    let with = |more: &[&'static str]| [&mnist[..], more].concat();
    std::fs::create_dir(lab.path("empty")).unwrap();
    fails(&lab, &with(&["--data", "empty"]), &["empty", "train-images-idx3-ubyte"]);
    fails(&lab, &with(&["--data", "not-there"]), &["not-there"]);
    // Nobody listens there; it must not take long to find out.
    let started = std::time::Instant::now();
    fails(
        &lab,
        &with(&["--set", "dataset.url=http://127.0.0.1:9/"]),
        &["--data", "offline = \"digits\""],
    );
    assert!(started.elapsed().as_secs() < 30);
}

#[test]
fn without_mnist_the_run_says_so_and_names_the_digits_everywhere() {
    let lab = Lab::new(TINY);
    let settings = [
        "dataset.name=mnist",
        "dataset.offline=digits",
        "dataset.url=http://127.0.0.1:9/",
        "seeds=[1]",
    ];
    let mut arguments = vec!["--results", "r"];
    settings.iter().for_each(|setting| arguments.extend(["--set", setting]));
    let out = lab.succeed(&arguments);
    assert!(out.contains("WARN") && out.contains("digits"), "{out}");
    let curves = std::fs::read_to_string(lab.path("r/curves.csv")).unwrap();
    assert!(curves.lines().skip(1).all(|line| line.contains(",digits,")), "{curves}");
    let plots = std::fs::read_dir(lab.path("r/plots")).unwrap();
    for path in
        plots.map(|entry| entry.unwrap().path()).filter(|path| path.extension().unwrap() == "svg")
    {
        assert!(std::fs::read_to_string(&path).unwrap().contains("digits"), "{}", path.display());
    }
}

#[test]
fn results_of_another_configuration_are_not_mixed() {
    let lab = Lab::new(TINY);
    let small = ["--results", "r", "--set", "seeds=[1]", "--set", "prune.retraining=[\"none\"]"];
    lab.succeed(&small);
    fails(
        &lab,
        &[&small[..], &["--set", "train.batch_size=32"]].concat(),
        &["r: holds", "--fresh"],
    );
    // More of the same is welcome: what is there already stays.
    let out =
        lab.succeed(&["--results", "r", "--set", "prune.retraining=[\"none\", \"fine-tune\"]"]);
    assert!(!out.contains(" 0 of them finished before"), "{out}");
}

#[test]
fn sparse_steps_want_a_backend_on_the_cpu() {
    let lab = Lab::new(TINY);
    let words = ["train.compute", "\"sparse\"", "backend = \"wgpu\"", "backend = \"flex\""];
    fails(&lab, &["--backend", "wgpu", "--set", "train.compute=sparse"], &words);
}

#[test]
fn a_backend_that_is_not_compiled_in_says_how_to_get_it() {
    let lab = Lab::new(TINY);
    if !cfg!(feature = "cuda") {
        fails(&lab, &["--backend", "cuda"], &["cuda", "--features cuda"]);
    }
    fails(&lab, &["--device", "1"], &["backend \"flex\": no device 1; there is only device 0"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let lab = Lab::new(TINY);
    std::fs::write(lab.path("file"), "").unwrap();
    fails(&lab, &["--results", "file/r"], &["file/r"]);
    fails(&lab, &["--results", "/proc/results"], &["/proc/results"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_it_with_a_message_and_what_was_finished_stays() {
    let lab = Lab::new(TINY);
    lab.succeed(&["--results", "whole"]);
    // No file may grow beyond 8 blocks of 512 bytes, as on a disk that is full.
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec {} config.toml --results r --set network.widths=[2]",
        env!("CARGO_BIN_EXE_experiments")
    );
    let limited = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(lab.folder.path())
        .output();
    let limited = limited.unwrap();
    assert_eq!(limited.status.code(), Some(1), "{}", stderr(&limited));
    assert!(stderr(&limited).contains("finished runs are kept"), "{}", stderr(&limited));
    assert!(lab.path("r/runs.csv").metadata().unwrap().len() > 0);
    let out = lab.succeed(&["--results", "r", "--set", "network.widths=[2]"]);
    assert!(!out.contains(" 0 of them finished before"), "{out}");
    let resumed = common::timeless(&lab.path("r/curves.csv"));
    assert_eq!(resumed.len(), common::timeless(&lab.path("whole/curves.csv")).len());
}

//! What has no end, or no safe beginning, ends with a word: answers, lists, logins, TLS.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::answers::recorded;
use crate::command::Sglens;
use crate::moto::moto;
use crate::stub::{Reply, Stub};

const GRAPH: [&str; 4] = ["graph", "--aws", "-f", "json"];
const KEYS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

#[test]
fn an_answer_without_an_end() {
    let stub = Stub::serve(|request, _| match request.action.as_str() {
        "DescribeSecurityGroups" => Reply::Endless,
        _ => recorded(request),
    });
    let run = Sglens::at(&stub.url).run(&GRAPH);
    run.fails_saying(&["ec2:DescribeSecurityGroups", "more than any answer of EC2", "--endpoint-url"]);
    assert_eq!(stub.count("DescribeSecurityGroups"), 1, "another attempt would not end either");
    // What sglens can do without is told.
    let stub = Stub::serve(|request, _| match request.action.as_str() {
        "DescribeSubnets" => Reply::Endless,
        _ => recorded(request),
    });
    Sglens::at(&stub.url).run(&GRAPH).exits(0).says_once("ec2:DescribeSubnets");
}

#[test]
fn more_regions_than_there_are() {
    let stub = Stub::serve(|request, _| match request.action.as_str() {
        "DescribeRegions" => {
            let item = |number| format!("<item><regionName>eu-west-{number}</regionName></item>");
            let items: String = (0..20_000).map(item).collect();
            Reply::Xml(format!(
                "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
                 <requestId>r-1</requestId><regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
            ))
        }
        _ => recorded(request),
    });
    let run = Sglens::at(&stub.url).run(&["graph", "--aws", "--all-regions"]);
    run.fails_saying(&["20000 regions", "more than AWS has", "--region"]);
    assert_eq!(stub.seen().len(), 1);
}

/// Each page comes in time, and the list goes on for ever.
#[test]
fn calls_that_together_take_too_long() {
    let stub = Stub::serve(|request, before| match request.action.as_str() {
        "DescribeSubnets" => {
            std::thread::sleep(Duration::from_millis(500));
            Reply::Xml(format!(
                "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
                 <requestId>r-1</requestId><subnetSet><item><subnetId>subnet-{before}</subnetId></item>\
                 </subnetSet><nextToken>{before}</nextToken></DescribeSubnetsResponse>"
            ))
        }
        _ => recorded(request),
    });
    let begun = Instant::now();
    let run = Sglens::at(&stub.url).run(&["graph", "--aws", "--timeout", "1"]);
    run.fails_saying(&["not read to its end within 30 s", "--region", "--timeout 5"]);
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

/// Runs `sglens` with a login helper, a line of shell. It has two seconds.
#[cfg(unix)]
fn with_helper(sglens: &Sglens, helper: &str) -> crate::command::Run {
    sglens.write("helper.sh", helper);
    let line = format!("sh {}", sglens.path("helper.sh").display());
    sglens.write(".aws/config", &format!("[profile p]\nregion = eu-west-1\ncredential_process = {line}\n"));
    sglens.run(&["graph", "--aws", "-f", "json", "--profile", "p", "--timeout", "1"])
}

#[cfg(unix)]
#[test]
fn a_login_helper() {
    let stub = Stub::serve(|request, _| recorded(request));
    let sglens = Sglens::at(&stub.url).without(&KEYS);
    let printed =
        r#"{"Version": 1, "AccessKeyId": "AKIAHELPER", "SecretAccessKey": "x", "SessionToken": "t"}"#;
    with_helper(&sglens, &format!("echo '{printed}'")).exits(0);
    let keys: BTreeSet<String> = stub.seen().into_iter().map(|request| request.key).collect();
    assert_eq!(keys, BTreeSet::from(["AKIAHELPER".to_owned()]));
    for (helper, words) in [
        ("while :; do echo s3cret; done", "prints more than 64 KiB"),
        ("echo s3cret >&2; exit 3", "its login helper failed (exit status: 3)"),
        ("echo s3cret", "does not print a JSON object"),
        ("exec >&- 2>&-; sleep 30", "did not end within 2 s"),
    ] {
        let begun = Instant::now();
        let run = with_helper(&sglens, helper);
        assert!(begun.elapsed() < Duration::from_secs(15), "{helper}: {:?}", begun.elapsed());
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
        run.fails_saying(&["no credentials for profile `p`", words, "aws sso login --profile p"]);
    }
}

/// A helper that hangs is ended with all that it started.
#[cfg(unix)]
#[test]
fn a_login_helper_that_hangs_is_ended() {
    let stub = Stub::serve(|request, _| recorded(request));
    let sglens = Sglens::at(&stub.url).without(&KEYS);
    let mark = sglens.path("alive");
    let helper = format!("(while sleep 0.2; do touch {}; done) & wait", mark.display());
    with_helper(&sglens, &helper).fails_saying(&["its login helper did not end within 2 s"]);
    let age = || mark.metadata().unwrap().modified().unwrap();
    let before = age();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(age(), before, "what the helper started goes on");
}

#[test]
fn a_server_without_tls() {
    // What a server without TLS says to whoever begins with it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let https = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
        }
    });
    let begun = Instant::now();
    Sglens::at(&https).run(&GRAPH).fails_saying(&[&https, "does not speak TLS", "`http://`"]);
    assert!(begun.elapsed() < Duration::from_secs(4), "it was tried again: {:?}", begun.elapsed());
}

#[test]
fn certificates_that_are_amiss() {
    let Some(moto) = moto() else { return };
    for (name, days, is_known, words) in [
        ("localhost", "30", false, "SSL_CERT_FILE"),
        ("localhost", "-1", true, "its certificate has expired"),
        ("elsewhere.test", "30", true, "its certificate is for another name"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut python = moto.python("tls.py");
        python.arg(folder.path()).args([name, days]);
        let mut server = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let mut sglens = Sglens::at(&format!("https://localhost:{}", port.trim()));
        if is_known {
            let file = folder.path().join("ca.pem");
            sglens = sglens.with("SSL_CERT_FILE", file.to_str().unwrap());
        }
        let begun = Instant::now();
        let run = sglens.run(&GRAPH);
        assert!(begun.elapsed() < Duration::from_secs(4), "it was tried again: {:?}", begun.elapsed());
        run.fails_saying(&["no secure connection", words]);
        drop(server.stdin.take());
        server.wait().unwrap();
    }
}

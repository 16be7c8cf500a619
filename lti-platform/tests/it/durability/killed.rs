//! The process is killed, two hundred times: between a request and its answer, in the middle of a request, and after so
//! many answers with others under way. After each restart the newest acknowledged score stands.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use lti_platform::gradebook::SqliteGradebook;
use serde_json::Value;

use super::{ISSUER, ITEM, LINE_ITEMS, score, services, token};

/// Tells the child which file it serves.
const FILE: &str = "LTI_PLATFORM_TEST_GRADEBOOK";
/// How often each of the two processes is killed.
const KILLS: u64 = 100;
/// Two write the scores of one user, and two those of another.
const CONNECTIONS: usize = 4;
/// No answer for so long means that something hangs, not that the machine is slow.
const HANGS: Duration = Duration::from_mins(1);

/// The child process, and no test of its own: it serves the file until it is killed.
#[test]
#[ignore = "the child process of a_killed_process_keeps_what_it_acknowledged"]
fn serves_until_killed() {
    let Some(file) = std::env::var_os(FILE) else { panic!("{FILE} is not set: this is run by another test") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let book = SqliteGradebook::open(Path::new(&file)).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening on {}", listener.local_addr().unwrap());
        axum::serve(listener, services(Arc::new(book))).await.unwrap();
    });
}

/// A process that serves the file.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(file: &Path) -> Self {
        let child = "durability::killed::serves_until_killed";
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", child, "--ignored", "--nocapture"])
            .env(FILE, file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut addresses =
            lines.map_while(Result::ok).filter_map(|line| Some(line.split_once("listening on ")?.1.to_owned()));
        let address = addresses.next().unwrap();
        Self { process, address }
    }

    /// Ends it as a power cut would: `SIGKILL` cannot be caught.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One connection, on which answers come in the order of the requests.
struct Connection {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Connection {
    fn open(server: &Server, token: &str) -> Self {
        let stream = TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(HANGS)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), token: token.to_owned() }
    }

    fn request(&self, method: &str, path: &str, body: &str) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
    }

    fn write(&mut self, request: &str) {
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
    }

    /// The next answer; nothing when the process is gone.
    fn answer(&mut self) -> Option<(u16, String)> {
        let mut line = String::new();
        let mut status = None;
        let mut length = 0;
        loop {
            line.clear();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                first if status.is_none() => status = Some(first.split(' ').nth(1)?.parse().ok()?),
                field => {
                    let (name, value) = field.split_once(':')?;
                    if name.eq_ignore_ascii_case("content-length") {
                        length = value.trim().parse().ok()?;
                    }
                }
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        Some((status?, String::from_utf8(body).ok()?))
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = self.request(method, path, body);
        self.write(&request);
        let (status, body) = self.answer().unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What the tool knows.
#[derive(Default)]
struct Known {
    /// The newest score of each user that was acknowledged or shown.
    stands: BTreeMap<String, u64>,
    /// The newest that was sent.
    sent: BTreeMap<String, u64>,
    /// The line items that were made and not deleted.
    items: BTreeSet<String>,
    next: u64,
}

impl Known {
    /// Looks at everything after a restart.
    fn check(&mut self, connection: &mut Connection, item: &str, round: u64) {
        let (status, results) = connection.ask("GET", &format!("{item}/results"), "");
        assert_eq!(status, 200, "round {round}: {results}");
        let shown: BTreeMap<String, u64> = results.as_array().unwrap().iter().map(row).collect();
        for (user, acknowledged) in &self.stands {
            let on_record = shown.get(user).copied();
            let newest_sent = self.sent.get(user).copied();
            assert!(
                on_record >= Some(*acknowledged) && on_record <= newest_sent,
                "round {round}: {acknowledged} of {user} was acknowledged, on record is {on_record:?}, {newest_sent:?} was \
                 sent last"
            );
        }
        // What was shown once counts as acknowledged.
        self.stands.extend(shown);
        let (_, listed) = connection.ask("GET", LINE_ITEMS, "");
        let listed: BTreeSet<String> = listed.as_array().unwrap().iter().map(|item| path(&item["id"])).collect();
        assert!(self.items.is_subset(&listed), "round {round}: a line item is lost");
    }

    fn number(&mut self, user: &str) -> u64 {
        self.next += 1;
        self.sent.insert(user.to_owned(), self.next);
        self.next
    }

    fn answered(&mut self, user: &str, number: u64, status: u16) {
        let stands = self.stands.entry(user.to_owned()).or_default();
        match status {
            204 => *stands = number.max(*stands),
            // Overtaken by the other writer of this user.
            409 => assert!(self.sent.get(user) > Some(&number), "the newest score of {user} was refused"),
            other => panic!("{other}"),
        }
    }
}

fn row(result: &Value) -> (String, u64) {
    (result["userId"].as_str().unwrap().to_owned(), result["resultScore"].as_u64().unwrap())
}

fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned()
}

/// One round: restart, look, write, kill.
fn round(file: &Path, token: &str, item: &mut Option<String>, known: &mut Known, number: u64, random: &mut Numbers) {
    let mut server = Server::start(file);
    let mut connections: Vec<Connection> = (0..CONNECTIONS).map(|_| Connection::open(&server, token)).collect();
    if item.is_none() || random.below(10) == 0 {
        let (status, made) = connections[0].ask("POST", LINE_ITEMS, ITEM);
        assert_eq!(status, 201);
        known.items.insert(path(&made["id"]));
        item.get_or_insert_with(|| path(&made["id"]));
    }
    let item = item.clone().unwrap();
    known.check(&mut connections[1], &item, number);
    let mut under_way: Vec<Vec<(String, u64)>> = vec![Vec::new(); CONNECTIONS];
    // So many answers are awaited; with none, the kill comes between the requests and their answers.
    let mut awaited = random.below(3) * random.below(5);
    loop {
        for (index, connection) in connections.iter_mut().enumerate() {
            let user = format!("user-{}", index % 2);
            let sent = known.number(&user);
            let request = connection.request("POST", &format!("{item}/scores"), &score(&user, sent));
            // Now and then the last request of all is cut in the middle.
            let half = awaited == 0 && index + 1 == CONNECTIONS && random.below(2) == 0;
            connection.write(if half { &request[..request.len() / 2] } else { &request });
            if !half {
                under_way[index].push((user, sent));
            }
        }
        if awaited == 0 {
            break;
        }
        for (connection, waiting) in connections.iter_mut().zip(&mut under_way).take(usize::try_from(awaited).unwrap())
        {
            let (status, _) = connection.answer().unwrap();
            let (user, sent) = waiting.remove(0);
            known.answered(&user, sent, status);
            awaited -= 1;
        }
    }
    server.kill();
    // What it had answered by then is in the pipe, and counts.
    for (connection, waiting) in connections.iter_mut().zip(&mut under_way) {
        for (user, sent) in waiting.drain(..) {
            let Some((status, _)) = connection.answer() else { break };
            known.answered(&user, sent, status);
        }
    }
}

fn lane(seed: u64) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("grades.db");
    let token = token();
    let (mut item, mut known, mut random) = (None, Known::default(), Numbers(seed));
    for number in 0..KILLS {
        round(&file, &token, &mut item, &mut known, number, &mut random);
    }
    let server = Server::start(&file);
    known.check(&mut Connection::open(&server, &token), &item.unwrap(), KILLS);
    assert!(known.next > 4 * KILLS && known.stands.len() == 2, "something was written in each round");
}

#[test]
fn a_killed_process_keeps_what_it_acknowledged() {
    std::thread::scope(|scope| {
        let lanes = [11, 12].map(|seed| scope.spawn(move || lane(seed)));
        for lane in lanes {
            lane.join().unwrap();
        }
    });
}

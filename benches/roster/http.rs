//! Requests per second of the Users list over loopback, beside the same bytes as an answer that is always there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::web::{Bytes, Data, get};
use actix_web::{App, HttpResponse, HttpServer};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use roster::db::{Address, Conn};

use crate::bare;
use crate::measure::{self, Meter};
use crate::organization::{ADMINISTRATOR, Organization, PASSWORD, site};

/// What each kind of answer is asked for.
const SECONDS: u64 = 4;
const CLIENTS: usize = 4;
const WORKERS: usize = 2;

/// A process of its own that serves Roster, so that its processor time can be told from the clients'.
pub fn serve(address: &str, folder: &str) {
    let address: Address = address.parse().expect("an address of a database");
    let site = site(&address, Path::new(folder));
    let listener = listener();
    let run = async move { roster::app::startup::serve(Data::new(site), listener, WORKERS).expect("a server").await };
    actix_web::rt::System::new().block_on(run).expect("it serves");
}

/// The same with an answer that is always there.
pub fn serve_file(file: &str) {
    let body = Bytes::from(std::fs::read(file).expect("the answer"));
    let listener = listener();
    let run = async move {
        let answer = move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body) }
        };
        let app = move || App::new().route("/users", get().to(answer.clone()));
        HttpServer::new(app).workers(WORKERS).tcp_nodelay(true).listen(listener).expect("a server").run().await
    };
    actix_web::rt::System::new().block_on(run).expect("it serves");
}

fn listener() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    println!("{}", listener.local_addr().expect("an address"));
    listener
}

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Of this database.
    pub fn of(database: &Address, folder: &Path) -> Server {
        let address = match database {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        };
        Server::start(&["serve", &address, &folder.to_string_lossy()])
    }

    fn start(arguments: &[&str]) -> Server {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().expect("a server");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its address");
        Server { child, address: line.trim().parse().expect("an address") }
    }

    /// The processor time that it has taken so far, and the processes of its database.
    pub fn cpu(&self, conn: &mut Conn) -> Duration {
        measure::of_process(self.child.id() as i32) + processes_of_the_database(conn)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a kind of answer came to.
struct Served {
    per_second: f64,
    /// Of the server, and of the database's own processes, for one request.
    cpu: Duration,
}

pub fn requests(organization: &Organization, server: Option<&str>, folder: &Path) {
    let database = organization.copy(server);
    let server = Server::of(&database, folder);
    let cookie = sign_in(server.address);
    let head = format!("GET /users HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n", server.address);
    let (plain, compressed) = (format!("{head}\r\n"), format!("{head}Accept-Encoding: gzip\r\n\r\n"));
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    let page = ask(&mut stream, plain.as_bytes());
    if !page.starts_with(b"HTTP/1.1 200") {
        println!("(the Users list answers: {})\n", String::from_utf8_lossy(&page[..page.len().min(30)]));
        return;
    }
    let body = page.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |end| end + 4);
    let file = folder.join("answer.html");
    std::fs::write(&file, &page[body..]).expect("the answer");
    let fixed = Server::start(&["answer", &file.to_string_lossy()]);

    let mut conn = database.connect().expect("a connection");
    let meter = Meter::of(&mut conn);
    let key = session_key(&mut conn);
    let mut bare_once = || {
        let taken = meter.run(|| {
            for _ in 0..500 {
                session(&mut conn, &key);
                bare::first_page(&mut conn);
            }
        });
        taken.cpu / 500
    };
    let mut bare: Vec<Duration> = (0..5).map(|_| bare_once()).collect();
    bare.sort_unstable();
    let bare = bare[2];
    let mut runs = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..3 {
        runs[0].push(load(&fixed, plain.as_bytes(), None));
        runs[1].push(load(&server, plain.as_bytes(), Some(&mut conn)));
        runs[2].push(load(&server, compressed.as_bytes(), Some(&mut conn)));
    }
    let [fixed, plain, compressed] = runs.map(median);
    let ms = |cpu: Duration| format!("{:.3} ms", cpu.as_secs_f64() * 1000.0);
    println!(
        "| {} users, {} bytes | requests per second | processor time each | to the bare queries ({}) |",
        organization.users,
        page.len() - body,
        ms(bare)
    );
    println!("|---|---|---|---|");
    for (what, served) in
        [("the same bytes, always there", fixed), ("Users list", plain), ("Users list, gzip", compressed)]
    {
        let ratio = served.cpu.as_secs_f64() / bare.as_secs_f64();
        println!("| {what} | {:.0} | {} | {ratio:.2} |", served.per_second, ms(served.cpu));
    }
    println!();
}

fn median(mut served: Vec<Served>) -> Served {
    served.sort_by_key(|once| once.cpu);
    served.swap_remove(served.len() / 2)
}

/// Asks over and over, for a few seconds.
fn load(server: &Server, request: &[u8], mut conn: Option<&mut Conn>) -> Served {
    let mut cpu = || match conn.as_mut() {
        Some(conn) => server.cpu(conn),
        None => measure::of_process(server.child.id() as i32),
    };
    for until_warm in 0..20 {
        let _ = until_warm;
        ask(&mut TcpStream::connect(server.address).expect("a connection"), request);
    }
    let (before, began) = (cpu(), Instant::now());
    let address = server.address;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let request = request.to_vec();
            std::thread::spawn(move || {
                let mut stream = TcpStream::connect(address).expect("a connection");
                stream.set_nodelay(true).expect("no delay");
                let (began, mut asked) = (Instant::now(), 0u32);
                while began.elapsed() < Duration::from_secs(SECONDS) {
                    let answer = ask(&mut stream, &request);
                    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
                    asked += 1;
                }
                asked
            })
        })
        .collect();
    let asked: u32 = clients.into_iter().map(|client| client.join().expect("a client")).sum();
    Served { per_second: f64::from(asked) / began.elapsed().as_secs_f64(), cpu: (cpu() - before) / asked.max(1) }
}

fn processes_of_the_database(conn: &mut Conn) -> Duration {
    #[derive(QueryableByName)]
    struct Pid {
        #[diesel(sql_type = Integer)]
        pid: i32,
    }
    let Conn::Postgres(c) = conn else { return Duration::ZERO };
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'";
    let pids: Vec<Pid> = diesel::sql_query(sql).load(c).expect("the database's processes");
    pids.iter().map(|found| measure::of_process(found.pid)).sum()
}

/// One answer, head and body, over a connection that stays open.
pub fn ask(stream: &mut TcpStream, request: &[u8]) -> Vec<u8> {
    stream.write_all(request).expect("a request");
    let mut answer = Vec::with_capacity(1 << 16);
    let mut buffer = [0; 1 << 16];
    loop {
        let n = stream.read(&mut buffer).expect("an answer");
        assert!(n > 0, "the server hung up");
        answer.extend_from_slice(&buffer[..n]);
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let is_whole = match length {
            Some(length) => answer.len() >= end + 4 + length,
            None => answer.ends_with(b"0\r\n\r\n"),
        };
        if is_whole {
            return answer;
        }
    }
}

/// Signs the administrator in as a browser does; the answer is their cookie.
pub fn sign_in(address: SocketAddr) -> String {
    let agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent();
    let url = format!("http://{address}/sign-in");
    let mut form = agent.get(&url).call().expect("the form");
    let visitor = cookie(&form, "roster-").expect("a visitor's cookie");
    let page = form.body_mut().read_to_string().expect("the form");
    let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let answer = agent
        .post(&url)
        .header("Origin", format!("http://{address}"))
        .header("Cookie", visitor)
        .send_form([("csrf", token), ("email", ADMINISTRATOR), ("password", PASSWORD), ("next", "/users")])
        .expect("signed in");
    cookie(&answer, "roster-session=").unwrap_or_else(|| panic!("no session: {}", answer.status()))
}

/// The cookie whose name begins so, as a browser sends it back.
fn cookie(answer: &ureq::http::Response<ureq::Body>, name: &str) -> Option<String> {
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    cookies.filter(|cookie| cookie.starts_with(name)).find_map(|cookie| cookie.split(';').next()).map(str::to_owned)
}

fn session_key(conn: &mut Conn) -> Vec<u8> {
    use roster::db::schema::sessions;
    let newest = sessions::table.filter(sessions::user_id.eq(1i64)).order(sessions::id.desc());
    newest.select(sessions::key_digest).first(conn).expect("the session")
}

/// Who is asking: the one bare statement.
fn session(conn: &mut Conn, key: &[u8]) {
    #[derive(QueryableByName)]
    #[allow(dead_code, reason = "read for the reading's sake")]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::Text)]
        data: String,
        #[diesel(sql_type = BigInt)]
        user_id: i64,
        #[diesel(sql_type = diesel::sql_types::Text)]
        first_name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        last_name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        access_level: String,
    }
    let sql = "SELECT data, sessions.user_id, first_name, last_name, access_level FROM sessions \
        JOIN users ON users.id = sessions.user_id LEFT JOIN passwords ON passwords.user_id = sessions.user_id \
        WHERE key_digest = $1 AND expires_at > $2 AND state = 'active'";
    let query = diesel::sql_query(sql).bind::<diesel::sql_types::Binary, _>(key).bind::<BigInt, _>(0);
    let found: Vec<Found> = query.load(conn).expect("the session");
    assert_eq!(found.len(), 1);
}

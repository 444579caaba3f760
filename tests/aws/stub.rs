//! An endpoint of EC2 and STS that answers what a test wants and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A call: a form, signed for a region with a key.
#[derive(Clone)]
pub struct Request {
    /// What is asked, without its service: `DescribeVpcs`.
    pub action: String,
    /// The region that it is signed for.
    pub region: String,
    /// The access key id that it is signed with.
    pub key: String,
    /// All fields of the form.
    pub fields: BTreeMap<String, String>,
}

/// What the stub does about a call.
pub enum Reply {
    /// It answers.
    Xml(String),
    /// It refuses, with a status and an error code of AWS.
    Error(u16, &'static str),
    /// It does not know the call: what moto says then.
    Html,
    /// It begins to answer and breaks off after so many bytes; nothing tells the length.
    Broken(String, usize),
    /// It answers without an end.
    Endless,
    /// It takes the call and says nothing.
    Silence,
}

/// A server on this machine. It ends with the process.
pub struct Stub {
    /// Where it is.
    pub url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// Starts a server. `answer` gets the call and how many of the same action came before it.
    pub fn serve(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::new((answer, Arc::clone(&seen)));
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || talk(&stream, &shared.0, &shared.1));
            }
        });
        Self { url, seen }
    }

    /// The calls of EC2 so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().iter().filter(|request| request.is_ec2()).cloned().collect()
    }

    /// How many calls there were of an action.
    pub fn count(&self, action: &str) -> usize {
        self.seen().iter().filter(|request| request.action == action).count()
    }
}

/// Answers one call: a connection carries no second.
fn talk(mut stream: &TcpStream, answer: &impl Fn(&Request, usize) -> Reply, seen: &Mutex<Vec<Request>>) {
    let Some(request) = Request::read(&mut BufReader::new(stream)) else { return };
    let before = {
        let mut seen = seen.lock().unwrap();
        let before = seen.iter().filter(|other| other.action == request.action).count();
        seen.push(request.clone());
        before
    };
    let (status, kind, body) = match answer(&request, before) {
        Reply::Xml(body) => (200, "text/xml", body),
        Reply::Error(status, code) => (status, "text/xml", request.error(code)),
        Reply::Html => (500, "text/html", "<!doctype html>\n<title>500 Internal Server Error</title>".into()),
        Reply::Broken(body, end) => {
            let head = "HTTP/1.0 200 -\r\ncontent-type: text/xml\r\n\r\n".as_bytes();
            let _ = stream.write_all(&[head, &body.as_bytes()[..end]].concat());
            return;
        }
        Reply::Endless => {
            let _ = stream
                .write_all(b"HTTP/1.1 200 -\r\ncontent-type: text/xml\r\ntransfer-encoding: chunked\r\n\r\n");
            let chunk = [b"100000\r\n".as_slice(), &vec![b'<'; 1 << 20], b"\r\n"].concat();
            while stream.write_all(&chunk).is_ok() {}
            return;
        }
        Reply::Silence => return thread::sleep(Duration::from_mins(1)),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n");
    // The client may have gone by now.
    let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
}

impl Request {
    fn read(stream: &mut impl BufRead) -> Option<Self> {
        let mut head = BTreeMap::new();
        let mut line = String::new();
        loop {
            line.clear();
            stream.read_line(&mut line).ok().filter(|length| *length > 0)?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) => {
                    head.insert(name.to_lowercase(), value.to_owned());
                }
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = String::new();
        stream.take(head["content-length"].parse().ok()?).read_to_string(&mut body).ok()?;
        let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        let fields: BTreeMap<String, String> =
            pairs.map(|(name, value)| (decode(name), decode(value))).collect();
        // `AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/ec2/aws4_request, …`
        let mut scope = head["authorization"].split_once("Credential=")?.1.split('/');
        Some(Self {
            action: fields["Action"].clone(),
            key: scope.next()?.to_owned(),
            region: scope.nth(1)?.to_owned(),
            fields,
        })
    }

    /// Tells whether it is for EC2, by the version of its interface.
    pub fn is_ec2(&self) -> bool {
        self.fields["Version"] == "2016-11-15"
    }

    /// An error in the words of the service.
    fn error(&self, code: &str) -> String {
        let error = format!("<Error><Code>{code}</Code><Message>As the test wants it.</Message></Error>");
        if self.is_ec2() {
            format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>")
        } else {
            format!("<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>")
        }
    }
}

/// Decodes a name or value of a form.
fn decode(text: &str) -> String {
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(decoded).unwrap()
}

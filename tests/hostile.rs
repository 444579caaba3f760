//! Names are written by anyone who may set a tag. Whatever they say, in every place where a name can
//! stand, every format stays well-formed, nothing becomes executable, and the layout holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use graphviz_rust::dot_structures::{Attribute, Graph, GraphAttributes, Stmt};
use serde_json::{Map as JsonMap, Value, json};
use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Direction, Inventory};
use sglens::layout::{layout_view, measure_view, problems};
use sglens::query::focus;
use sglens::render::{SvgOptions, clean, dot, focus_json, focus_text, graph_json, scene_json, svg};
use sglens::view::{Hubs, View, ViewOptions, focus_view, map_view};

/// What links are made of in these tests.
const LINKS: &str = "https://example.com/";
/// A label has at most 36 characters, so no box is wider.
const WIDEST: f64 = 700.0;
/// Elements that act, or load something.
const ACTIVE: [&str; 12] = [
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "image",
    "use",
    "animate",
    "set",
    "handler",
    "audio",
    "video",
];

#[test]
fn a_name_is_only_a_name() {
    let mut failures = Vec::new();
    for (number, name) in hostile_names().iter().enumerate() {
        let state = state(&resources(name, 0));
        let short: String = name.chars().take(30).collect();
        check_state(&format!("name {number} {short:?}"), name, &state, &mut failures);
    }
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn all_names_in_one_estate() {
    let mut failures = Vec::new();
    let names = hostile_names();
    let all: Vec<Value> =
        names.iter().enumerate().flat_map(|(number, name)| resources(name, number)).collect();
    check_state("all names", "all.tfstate", &state(&all), &mut failures);
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
}

/// Prints all that `graph` and `focus` print of a state, and collects what is wrong with it.
fn check_state(title: &str, file: &str, state: &str, failures: &mut Vec<String>) {
    let inventory = inventory(file, state);
    let index = Connectivity::new(&inventory);
    let map = Map::new(&index);
    let mut faults = Vec::new();
    json_faults("graph", &graph_json(&index, &map), &mut faults);
    let mut views = Vec::new();
    for hubs in [Hubs::Auto, Hubs::AtLeast(1)] {
        let options = ViewOptions { hubs, ..ViewOptions::default() };
        views.push(map_view(&index, &map, &options));
    }
    let groups = index.all_groups().take(1).map(Subject::Group);
    for subject in groups.chain(index.all_endpoints().take(1).map(Subject::Endpoint)) {
        let answer = focus(&index, subject, &[Direction::Egress, Direction::Ingress], 2);
        json_faults("focus", &focus_json(&index, &answer), &mut faults);
        text_faults(&focus_text(&index, &answer), &mut faults);
        views.push(focus_view(&index, &answer, &ViewOptions::default()));
    }
    for view in &views {
        view_faults(view, &mut faults);
    }
    failures.extend(faults.into_iter().map(|fault| format!("{title}: {fault}")));
}

fn inventory(file: &str, state: &str) -> Inventory {
    let mut builder = Builder::new();
    let read = read_document(file, state.as_bytes(), Options::default(), &mut builder);
    assert!(read.is_ok(), "the state of a hostile name can be read");
    builder.finish()
}

/// Every picture of a view.
fn view_faults(view: &View, faults: &mut Vec<String>) {
    let (scene, trouble) = layout_view(view);
    // A busy machine may reach the time limit of the engine; the plain placement is checked then.
    faults.extend(trouble.filter(|reason| !reason.contains("too long")));
    faults.extend(problems(&measure_view(view), &scene));
    if scene.nodes.iter().any(|rect| rect.width > WIDEST) {
        faults.push("a name makes a node as wide as it likes".to_owned());
    }
    json_faults("scene", &scene_json(view, &scene), faults);
    let plain = SvgOptions::default();
    let inline = SvgOptions {
        inline: true,
        id_prefix: Some("p".to_owned()),
        link_template: Some(format!("{LINKS}{{id}}")),
        ..SvgOptions::default()
    };
    for options in [&plain, &inline] {
        let picture = svg(view, &scene, options);
        svg_faults("SVG", &picture, faults);
        if picture.to_ascii_lowercase().contains("<script") || picture.contains("<!") {
            faults.push("SVG: holds a script, a comment or a CDATA section".to_owned());
        }
        if options.inline && (picture.contains("\n\n") || !picture.starts_with("<svg")) {
            faults.push("SVG: inline, but not one block of HTML".to_owned());
        }
    }
    dot_faults(view, &dot(view), faults);
}

fn json_faults(what: &str, text: &str, faults: &mut Vec<String>) {
    if let Err(error) = serde_json::from_str::<Value>(text) {
        faults.push(format!("{what} JSON: {error}"));
    }
}

/// A report holds our own styles, lines, and nothing else that a terminal would act upon.
fn text_faults(text: &str, faults: &mut Vec<String>) {
    let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m"]
        .iter()
        .fold(text.to_owned(), |text, style| text.replace(style, ""));
    for line in plain.split('\n').filter(|line| clean(line) != **line) {
        let start: String = line.chars().take(80).collect();
        faults.push(format!("text: a control character in {start:?}"));
    }
}

/// A picture is well-formed XML in which nothing acts.
fn svg_faults(what: &str, text: &str, faults: &mut Vec<String>) {
    let elements = match xml::parse(text) {
        Ok(elements) => elements,
        Err(error) => {
            faults.push(format!("{what}: {error}"));
            return;
        }
    };
    for element in elements {
        if ACTIVE.contains(&element.name.to_ascii_lowercase().as_str()) {
            faults.push(format!("{what}: holds <{}>", element.name));
        }
        for (name, value) in &element.attributes {
            let name = name.to_ascii_lowercase();
            let bare = value.replace(char::is_whitespace, "").to_ascii_lowercase();
            // Graphviz writes tooltips into `xlink:title`: words, whatever they say.
            let acts =
                name.starts_with("on") || (bare.starts_with("javascript:") && !name.ends_with("title"));
            let leaves = name.ends_with("href") && !value.starts_with(LINKS);
            let loads = name == "style" && bare.contains("url(");
            if acts || leaves || loads {
                faults.push(format!("{what}: <{}> has {name}={value:?}", element.name));
            }
        }
    }
}

/// Two parsers read the DOT: that of `graphviz-rust`, and Graphviz itself where it is installed.
fn dot_faults(view: &View, text: &str, faults: &mut Vec<String>) {
    match graphviz_rust::parse(text) {
        Err(error) => faults.push(format!("DOT: {}", error.lines().take(6).collect::<Vec<_>>().join(" "))),
        Ok(Graph::Graph { .. }) => faults.push("DOT: not directed".to_owned()),
        Ok(Graph::DiGraph { stmts, .. }) => {
            let mut found = DotTally::default();
            found.count(&stmts);
            let wanted = (view.nodes.len(), view.arrows.len());
            if (found.nodes, found.edges) != wanted {
                faults.push(format!(
                    "DOT: {} nodes and {} edges instead of {wanted:?}",
                    found.nodes, found.edges
                ));
            }
            for name in found.attributes {
                let name = name.to_ascii_lowercase();
                if name.contains("url") || name.contains("href") || name.contains("image") {
                    faults.push(format!("DOT: has the attribute {name}"));
                }
            }
        }
    }
    // Two tests run at once.
    let unique = format!("hostile-{}-{:?}.dot", std::process::id(), std::thread::current().id());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
    fs::write(&file, text).expect("a temporary file can be written");
    let run = Command::new("dot").arg("-Tsvg").arg(&file).output();
    fs::remove_file(&file).expect("a temporary file can be removed");
    // Without Graphviz the other parser must do.
    let Ok(run) = run else { return };
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        faults.push(format!("dot: {}", said.chars().take(160).collect::<String>()));
        return;
    }
    svg_faults("SVG of dot", &String::from_utf8_lossy(&run.stdout), faults);
}

#[derive(Default)]
struct DotTally {
    nodes: usize,
    edges: usize,
    attributes: BTreeSet<String>,
}

impl DotTally {
    fn count(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match stmt {
                Stmt::Node(node) => {
                    self.nodes += 1;
                    self.note(&node.attributes);
                }
                Stmt::Edge(edge) => {
                    self.edges += 1;
                    self.note(&edge.attributes);
                }
                Stmt::Subgraph(subgraph) => self.count(&subgraph.stmts),
                Stmt::Attribute(attribute) => self.note(std::slice::from_ref(attribute)),
                Stmt::GAttribute(
                    GraphAttributes::Graph(list) | GraphAttributes::Node(list) | GraphAttributes::Edge(list),
                ) => self.note(list),
            }
        }
    }

    fn note(&mut self, list: &[Attribute]) {
        self.attributes.extend(list.iter().map(|attribute| attribute.0.to_string()));
    }
}

/// A Terraform state, version 4.
fn state(resources: &[Value]) -> String {
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "hostile", "outputs": {},
        "resources": resources,
    })
    .to_string()
}

/// Two VPCs, five groups, three machines, rules of every form, a prefix list: all of one name.
fn resources(name: &str, number: usize) -> Vec<Value> {
    let mut tags = JsonMap::new();
    tags.insert("Name".to_owned(), name.into());
    tags.insert(if name.is_empty() { "key".to_owned() } else { name.to_owned() }, name.into());
    let tags = Value::Object(tags);
    let resource = |kind: &str, attributes: Value| {
        json!({
            "mode": "managed", "type": kind, "name": name, "module": format!("module.{name}"),
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{ "schema_version": 1, "index_key": name, "attributes": attributes }],
        })
    };
    let id = |kind: &str, index: usize| format!("{kind}-{number:04}{index:04}");
    let mut all = Vec::new();
    for vpc in 0..2 {
        let block = format!("10.{vpc}.0.0/16");
        all.push(resource("aws_vpc", json!({ "id": id("vpc", vpc), "cidr_block": block, "tags": tags })));
    }
    all.push(resource(
        "aws_subnet",
        json!({
            "id": id("subnet", 0), "vpc_id": id("vpc", 0), "cidr_block": "10.0.0.0/24", "tags": tags,
        }),
    ));
    all.push(resource(
        "aws_ec2_managed_prefix_list",
        json!({
            "id": id("pl", 0), "name": name, "tags": tags,
            "entry": [{ "cidr": "192.168.0.0/24", "description": name }],
        }),
    ));
    for group in 0..5 {
        let everywhere = json!({
            "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"], "description": name,
        });
        // One group has no way out, one has a block that is none.
        let egress = if group == 2 { json!([]) } else { json!([everywhere]) };
        let blocks = match group {
            0 => json!(["10.0.0.0/8", "0.0.0.0/0"]),
            2 => json!([name]),
            _ => json!([]),
        };
        let next = id("sg", (group + 1) % 4);
        let ingress = json!([{
            "protocol": "tcp", "from_port": 443, "to_port": 443, "security_groups": [next],
            "cidr_blocks": blocks, "self": group == 1, "description": name,
        }]);
        all.push(resource(
            "aws_security_group",
            json!({
                "id": id("sg", group), "name": name, "description": name, "vpc_id": id("vpc", group / 4),
                "tags": tags, "ingress": ingress, "egress": egress,
            }),
        ));
    }
    all.push(resource(
        "aws_security_group_rule",
        json!({
            "id": id("sgrule", 0), "type": "ingress", "protocol": "udp", "from_port": 53, "to_port": 53,
            "security_group_id": id("sg", 3), "source_security_group_id": id("sg", 2), "description": name,
        }),
    ));
    all.push(resource(
        "aws_vpc_security_group_ingress_rule",
        json!({
            "id": id("sgr", 0), "security_group_rule_id": id("sgr", 0), "ip_protocol": "tcp", "from_port": 22,
            "to_port": 22, "security_group_id": id("sg", 3), "prefix_list_id": id("pl", 0),
            "description": name, "tags": tags,
        }),
    ));
    for machine in 0..3 {
        all.push(resource("aws_instance", json!({
            "id": id("i", machine), "private_ip": format!("10.0.0.{}", machine + 4), "subnet_id": id("subnet", 0),
            "vpc_security_group_ids": [id("sg", machine)], "tags": tags,
        })));
    }
    all
}

fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "",
        " ",
        "\"quoted\" 'single'",
        "]]>",
        "<![CDATA[ x ]]>",
        "<!-- x -->",
        "<script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "javascript:alert(1)",
        "x\" onload=\"alert(1)",
        "x\"]; n9 [label=\"pwned\" URL=\"javascript:alert(1)",
        "\\\"]; n9 [URL=\"javascript:alert(1)\"]; //",
        "</style><img src=x onerror=alert(1)>",
        "\u{202e}txt.exe\u{200f}\u{2067}",
        "a\u{0}b\u{7}\u{8}\u{1b}[31mc\u{7f}\u{9b}d",
        "\u{1b}]8;;https://example.org\u{7}link\u{1b}]8;;\u{7}",
        "line\nbreak\r\nand\ttab",
        "\n\n",
        "back\\slash\\",
        "\\N \\G \\l \\n",
        "%%{init: {}}%% %%",
        "\"`",
        "end",
        "#35; &lt; &#60; &amp; &nope; &",
        "graph",
        "node",
        "edge",
        "digraph",
        "subgraph",
        "strict",
        "// comment",
        "*/ /* # x",
        "{id} {0} ${x} {{ x }}",
        "aws_instance.x[\"a\"].module.y",
        "../../../etc/passwd",
        "🔥👨\u{200d}👩\u{200d}👧",
        "e\u{301}\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}",
        "日本語 ελληνικά עברית",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("x".repeat(10_000));
    names.push("長".repeat(10_000));
    names.push("\"\\".repeat(5_000));
    names
}

/// A small and strict reader of XML 1.0: enough to tell what is well-formed from what is not.
mod xml {
    pub struct Element {
        pub name: String,
        pub attributes: Vec<(String, String)>,
    }

    /// All elements in order, or why the text is not well-formed.
    pub fn parse(text: &str) -> Result<Vec<Element>, String> {
        if let Some(c) = text.chars().find(|c| !is_character(*c)) {
            return Err(format!("the character {c:?} is not allowed"));
        }
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<String> = Vec::new();
        let mut rest = text;
        if rest.starts_with("<?xml ") {
            rest = rest.split_once("?>").ok_or("the declaration does not end")?.1;
        }
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("<!--") {
                let (_, end) = after.split_once("--").ok_or("a comment does not end")?;
                rest = end.strip_prefix('>').ok_or("a comment holds two dashes")?;
            } else if let Some(after) = rest.strip_prefix("<!DOCTYPE").filter(|_| elements.is_empty()) {
                rest = after.split_once('>').ok_or("the document type does not end")?.1;
            } else if let Some(after) = rest.strip_prefix("</") {
                let (name, end) = after.split_once('>').ok_or("a closing tag does not end")?;
                if open.pop().as_deref() != Some(name.trim_end()) {
                    return Err(format!("</{name}> closes nothing"));
                }
                rest = end;
            } else if let Some(after) = rest.strip_prefix('<') {
                if open.is_empty() && !elements.is_empty() {
                    return Err("there are two roots".to_owned());
                }
                let (element, is_closed, end) = tag(after)?;
                if !is_closed {
                    open.push(element.name.clone());
                }
                elements.push(element);
                rest = end;
            } else {
                let (words, end) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
                if open.is_empty() && !words.trim().is_empty() {
                    return Err("text outside the root".to_owned());
                }
                if words.contains("]]>") {
                    return Err("text holds ]]>".to_owned());
                }
                decode(words)?;
                rest = end;
            }
        }
        match open.last() {
            Some(name) => Err(format!("<{name}> is not closed")),
            None if elements.is_empty() => Err("there is no root".to_owned()),
            None => Ok(elements),
        }
    }

    /// An opening tag after its `<`: the element, whether it closes itself, and what follows.
    fn tag(text: &str) -> Result<(Element, bool, &str), String> {
        let end = text.find(|c: char| is_space(c) || c == '/' || c == '>').ok_or("a tag does not end")?;
        let name = name(&text[..end])?;
        let mut attributes: Vec<(String, String)> = Vec::new();
        let mut rest = &text[end..];
        loop {
            let next = rest.trim_start_matches(is_space);
            if let Some(after) = next.strip_prefix("/>") {
                return Ok((Element { name, attributes }, true, after));
            }
            if let Some(after) = next.strip_prefix('>') {
                return Ok((Element { name, attributes }, false, after));
            }
            if next.len() == rest.len() {
                return Err(format!("no space before an attribute of <{name}>"));
            }
            let (key, after) = next.split_once('=').ok_or("an attribute has no value")?;
            let key = self::name(key)?;
            let quote =
                after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or("a value has no quotes")?;
            let (value, after) = after[1..].split_once(quote).ok_or("a value does not end")?;
            if value.contains('<') {
                return Err(format!("the value of {key} holds <"));
            }
            if attributes.iter().any(|(known, _)| *known == key) {
                return Err(format!("<{name}> has {key} twice"));
            }
            attributes.push((key, decode(value)?));
            rest = after;
        }
    }

    fn name(text: &str) -> Result<String, String> {
        let is_start = |c: char| c.is_alphabetic() || c == '_' || c == ':';
        let is_part = |c: char| is_start(c) || c.is_ascii_digit() || c == '-' || c == '.';
        if text.starts_with(is_start) && text.chars().all(is_part) {
            Ok(text.to_owned())
        } else {
            Err(format!("{text:?} is no name"))
        }
    }

    /// Text with its references resolved.
    fn decode(text: &str) -> Result<String, String> {
        let mut parts = text.split('&');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (reference, after) = part.split_once(';').ok_or("a bare &")?;
            let number = reference.strip_prefix('#').map(|digits| match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            });
            let c = match (reference, number) {
                ("amp", _) => '&',
                ("lt", _) => '<',
                ("gt", _) => '>',
                ("quot", _) => '"',
                ("apos", _) => '\'',
                (_, Some(Ok(code))) => {
                    char::from_u32(code).filter(|c| is_character(*c)).ok_or("a reference to no character")?
                }
                _ => return Err(format!("&{reference}; is unknown")),
            };
            out.push(c);
            out.push_str(after);
        }
        Ok(out)
    }

    fn is_space(c: char) -> bool {
        matches!(c, ' ' | '\t' | '\r' | '\n')
    }

    /// Production 2 of XML 1.0.
    fn is_character(c: char) -> bool {
        is_space(c) || matches!(c, ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
    }

    #[test]
    fn the_reader_is_strict() {
        let good =
            "<?xml version=\"1.0\"?>\n<!DOCTYPE a>\n<!-- x --><a b='&lt;\"' c=\"&#38;\">x<d/> ]] &gt;</a>\n";
        let elements = parse(good).expect("a good text");
        let attributes = vec![("b".to_owned(), "<\"".to_owned()), ("c".to_owned(), "&".to_owned())];
        assert_eq!(elements[0].attributes, attributes);
        assert_eq!(elements[1].name, "d");
        for bad in [
            "",
            "x",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>x",
            "<a b=c/>",
            "<a b/>",
            "<a b='1' b='2'/>",
            "<a b='1'c='2'/>",
            "<a b='<'/>",
            "<a b='1/>",
            "<a>&</a>",
            "<a>&nbsp;</a>",
            "<a>&#0;</a>",
            "<a>]]></a>",
            "<a>\u{1}</a>",
            "<a>\u{ffff}</a>",
            "<a><!-- -- --></a>",
            "<1/>",
            "<a \"/>",
            "< a/>",
        ] {
            assert!(parse(bad).is_err(), "{bad:?} is not well-formed");
        }
    }
}

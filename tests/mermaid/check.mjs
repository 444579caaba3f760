// Parses flowcharts with Mermaid itself and compares what it understood with what was meant.
//
//   node tests/mermaid/check.mjs PREFIX CASES.json
//
// PREFIX is a folder with `node_modules/mermaid` and `node_modules/jsdom`; CASES.json is written by
// tests/command/mermaid.rs: [{ name, text, title, nodes: [..], arrows: [{ from, to, label }], clusters: [..] }].
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [prefix, casesFile] = process.argv.slice(2);
const require = createRequire(path.resolve(prefix, 'package.json'));
const load = file => import(pathToFileURL(file).href);

// Mermaid and its sanitiser expect a browser.
const { JSDOM } = await load(require.resolve('jsdom'));
const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
globalThis.window = window;
globalThis.document = window.document;
for (const name of ['Element', 'HTMLElement', 'SVGElement', 'Node', 'NodeFilter', 'DocumentFragment',
  'HTMLTemplateElement', 'DOMParser', 'XMLSerializer']) {
  globalThis[name] ??= window[name];
}
const { default: mermaid } = await load(path.resolve(prefix, 'node_modules/mermaid/dist/mermaid.core.mjs'));
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });

// Between parsing and drawing Mermaid writes `#34;` as `ﬂ°°34¶ß`.
const decode = text => (text ?? '')
  .replaceAll(/<br\s*\/?>/g, '\n')
  .replaceAll(/\uFB02\u00B0\u00B0(\d+)\u00B6\u00DF/g, (_, code) => String.fromCodePoint(Number(code)))
  .trim();

let faults = 0;
const cases = JSON.parse(fs.readFileSync(casesFile, 'utf8'));
for (const { name, text, title, nodes, arrows, clusters } of cases) {
  const fault = (...what) => {
    faults += 1;
    console.error(`${JSON.stringify(name).slice(0, 80)}:`, ...what.map(part => String(part).slice(0, 400)));
  };
  const same = (what, got, wanted) => {
    if (got !== wanted.trim()) fault(`${what} is`, JSON.stringify(got), 'instead of', JSON.stringify(wanted));
  };
  try {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const vertices = db.getVertices();
    if (vertices.size !== nodes.length) fault(`${vertices.size} nodes instead of ${nodes.length}`);
    nodes.forEach((label, index) => {
      const vertex = vertices.get(`n${index}`);
      same(`node ${index}`, decode(vertex?.text), label);
      if (vertex?.link || vertex?.haveCallback) fault(`node ${index} is a link`);
    });
    const edges = db.getEdges();
    if (edges.length !== arrows.length) fault(`${edges.length} arrows instead of ${arrows.length}`);
    arrows.forEach(({ from, to, label }, index) => {
      const edge = edges[index] ?? {};
      if (edge.start !== `n${from}` || edge.end !== `n${to}`) fault(`arrow ${index} joins ${edge.start} and ${edge.end}`);
      same(`the label of arrow ${index}`, decode(edge.text), label);
    });
    const boxes = db.getSubGraphs();
    if (boxes.length !== clusters.length) fault(`${boxes.length} boxes instead of ${clusters.length}`);
    const captions = boxes.map(box => decode(box.title)).sort();
    clusters.map(label => label.trim()).sort().forEach((label, index) => same(`a caption`, captions[index], label));
    same('the title', decode(db.getAccTitle()), title);
  } catch (error) {
    fault(error.message);
  }
}
console.log(`${cases.length} diagrams, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);

// Counts how many requests the snippets of postman-code-generators send as Postman's runner sent them.
//
//   node rival.js GOLDEN-FOLDER COLLECTION[,ENVIRONMENT[,GLOBALS]]...
//
// The requests are those of the recordings that were sent, the rules of the comparison those of
// `tests/all/runner.rs`, and the snippets run as ours do: each connection goes to the recorder.
'use strict';

// Before all others: it makes times and nonces the same in each run.
const { CHALLENGES, nameOf, prepare, read, startRecorder, writeFiles } = require('./record.js');

const { execFile, execFileSync, spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const generators = require('postman-code-generators');
const sdk = require('postman-collection');
const { AuthLoader } = require('postman-runtime/lib/authorizer');
const createAuthInterface = require('postman-runtime/lib/authorizer/auth-interface');

const OWN = require('./own_headers.json');
/** How long one snippet may take, in seconds. */
const LIMIT = 5;

/** Columns of the table, by where the collection lies. */
const COLUMNS = [
  ['DrChrono', (file) => nameOf(file) === 'drchrono'],
  ['our fixtures', (file) => file.includes('/fixtures/')],
  ['corpus', (file) => file.includes('/corpus/')],
  ['probes', (file) => file.includes('/probe/')],
];

const LANGUAGES = [
  { title: 'curl', language: 'curl', variant: 'cURL' },
  { title: 'python-requests', language: 'python', variant: 'Requests' },
];

/** As the library is given it, and with the auth that it leaves to its caller. */
const WAYS = ['as it is', 'helped'];
const HELPED = ['apikey', 'basic', 'bearer', 'oauth2'];

// The request, as the runner has it before it signs and sends.

/** The item with the values of all variables, and its auth: what the runner does first (`resolveVariables`). */
function resolved(item, scopes) {
  const url = sdk.Property.replaceSubstitutions(item.request.url.toString(), scopes);
  const options = { ignoreOwnVariables: true };
  const own = new sdk.Item(item.toObjectResolved(null, scopes, options));
  own.request.url = new sdk.Url(url);
  const auth = item.getAuth();
  return { request: own.request, auth: auth && new sdk.RequestAuth(auth.toObjectResolved(null, scopes, options)) };
}

/** Puts inherited auth into the request, and signs by the runner's own means what needs no more than a header. */
async function help(request, auth) {
  request.auth = auth;
  if (!auth || !HELPED.includes(auth.type)) {
    return;
  }
  const handler = AuthLoader.getHandler(auth.type);
  const values = createAuthInterface(auth);
  const ready = await new Promise((done) => handler.pre(values, (error, ready) => done(!error && ready)));
  if (ready) {
    await new Promise((done) => handler.sign(values, request, done));
  }
}

function snippet({ language, variant }, request) {
  return new Promise((resolve, reject) => {
    generators.convert(language, variant, request, {}, (error, text) => (error ? reject(error) : resolve(text)));
  });
}

// Running a snippet.

/** A place where snippets run. What they find as their home is a folder that may be emptied. */
class Stage {
  constructor() {
    this.sent = [];
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rival-'));
    for (const inner of ['home', 'settings', 'snippets', 'work']) {
      fs.mkdirSync(path.join(this.folder, inner));
    }
    this.work = path.join(this.folder, 'work');
  }

  async start() {
    this.server = await startRecorder(() => this.challenge, (request) => this.sent.push(request));
    const settings = `connect-to = "::127.0.0.1:${this.server.port}"\nmax-time = ${LIMIT}\n`;
    fs.writeFileSync(path.join(this.folder, 'settings/.curlrc'), settings);
    this.options = {
      cwd: this.work,
      env: {
        PATH: process.env.PATH,
        HOME: path.join(this.folder, 'home'),
        CURL_HOME: path.join(this.folder, 'settings'),
        LC_ALL: 'C.UTF-8',
        NO_PROXY: '*',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    };
  }

  end() {
    this.python?.kill('SIGKILL');
    this.server.close();
    fs.rmSync(this.folder, { recursive: true });
  }

  /** The last request that a snippet sends, since the one after a challenge counts. */
  async send(language, text, challenge) {
    this.sent = [];
    this.challenge = challenge;
    const file = path.join(this.folder, 'snippets', 'snippet');
    fs.writeFileSync(file, text);
    const said = await (language === 'curl' ? this.bash(file) : this.snippet(file));
    return { request: this.sent.at(-1), said };
  }

  bash(file) {
    return new Promise((resolve) => {
      const options = { ...this.options, timeout: 2 * LIMIT * 1000, killSignal: 'SIGKILL' };
      const child = execFile('bash', [file], options, (error, _, said) => resolve(error ? said.trim() || error.message : ''));
      child.stdin.end();
    });
  }

  async snippet(file) {
    if (!this.python) {
      const script = path.resolve(__dirname, 'run_snippets.py');
      this.python = spawn('python3', [script, `${this.server.port}`], { ...this.options, stdio: ['pipe', 'pipe', 'ignore'] });
      this.answers = readline.createInterface({ input: this.python.stdout })[Symbol.asyncIterator]();
    }
    const { python } = this;
    python.stdin.write(`${JSON.stringify([file, []])}\n`);
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, LIMIT * 1000, { late: true });
    });
    const answer = await Promise.race([this.answers.next(), late]);
    clearTimeout(timer);
    if (answer.late || answer.done) {
      python.kill('SIGKILL');
      this.python = undefined;
      return 'no answer';
    }
    return JSON.parse(answer.value) ?? '';
  }
}

// The comparison: `sent`, `normal` and `differences` of tests/all/runner.rs.

/** Parameters of signatures that are made anew each time. */
const VOLATILE = ['nonce', 'cnonce', 'nc', 'response', 'ts', 'mac', 'hash', 'timestamp', 'signature', 'oauth_nonce',
  'oauth_timestamp', 'oauth_signature', 'oauth_body_hash', 'uri', 'Signature', 'opaque'];

function normal(name, value) {
  if (name === 'x-amz-date') {
    return '~';
  }
  const blank = value.indexOf(' ');
  if (name !== 'authorization' || blank < 0) {
    return value;
  }
  const scheme = value.slice(0, blank).toLowerCase();
  const rest = value.slice(blank + 1);
  if (scheme === 'ntlm') {
    return 'ntlm';
  }
  if (scheme === 'eg1-hmac-sha256') {
    const fixed = (it) => !['timestamp', 'nonce', 'signature'].includes(it.split('=')[0]);
    return `${scheme} ${rest.split(';').filter(fixed).join(';')}`;
  }
  if (!['digest', 'oauth', 'hawk', 'aws4-hmac-sha256'].includes(scheme)) {
    return value;
  }
  const parameters = rest.split(',').map((pair) => {
    const [key, ...parts] = pair.trim().split('=');
    const own = parts.join('=').replace(/^"+|"+$/g, '');
    if (VOLATILE.includes(key)) {
      return `${key}=~`;
    }
    const dated = (it) => (it.length === 8 && it.startsWith('20') ? '~' : it);
    return `${key}=${key === 'Credential' ? own.split('/').map(dated).join('/') : own}`;
  });
  return `${scheme} ${parameters.sort().join(', ')}`;
}

/** Values by name in lower case; those of one name in their order. */
function byName(rows) {
  const headers = new Map();
  for (const [key, value] of rows) {
    const name = key.toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), normal(name, value)]);
  }
  return headers;
}

/** What came over the wire. Of the headers that clients add, only those that the runner sent count. */
function received(request, wanted) {
  let { body } = request;
  const rows = [];
  for (const [key, value] of request.headers) {
    const name = key.toLowerCase();
    if (OWN.framing.includes(name) || (OWN.added.includes(name) && !wanted.has(name))) {
      continue;
    }
    const at = value.indexOf('boundary=');
    if (name === 'content-type' && /^multipart\//i.test(value) && at >= 0) {
      const boundary = value.slice(at + 9).replace(/^"+|"+$/g, '');
      body = Buffer.from(body.toString('latin1').replaceAll(boundary, 'BOUNDARY'), 'latin1');
      rows.push([name, value.replaceAll(boundary, 'BOUNDARY').replaceAll('"', '')]);
    } else {
      rows.push([name, value]);
    }
  }
  const host = request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  return { method: request.method, host, target: request.target, headers: byName(rows), body };
}

function sameBody(golden, body) {
  if (golden.sha256) {
    return body.length === golden.length && crypto.createHash('sha256').update(body).digest('hex') === golden.sha256;
  }
  return body.equals(golden.hex ? Buffer.from(golden.hex, 'hex') : Buffer.from(golden.body ?? '', 'utf8'));
}

/** In what a request differs from the recording: the field, and what it is instead of what. */
function differences(golden, request) {
  const wanted = byName(golden.headers);
  const got = received(request, wanted);
  const found = [];
  for (const field of ['method', 'host', 'target']) {
    if (got[field] !== (golden[field] ?? '')) {
      found.push([field, got[field], golden[field]]);
    }
  }
  for (const name of new Set([...wanted.keys(), ...got.headers.keys()])) {
    const [own, other] = [got.headers.get(name) ?? [], wanted.get(name) ?? []];
    if (own.length !== other.length || own.some((value, at) => value !== other[at])) {
      found.push([name, own, other]);
    }
  }
  if (!sameBody(golden, got.body)) {
    found.push(['body', got.body.toString('utf8').slice(0, 300), golden.body ?? golden.length ?? golden.hex]);
  }
  return found;
}

// The counts.

/** Makes, runs and compares all snippets of a collection; hands each result to `count`. */
async function compare(argument, folder, stage, count) {
  const [file] = argument.split(',');
  const beside = (ending) => path.join(folder, `${nameOf(file)}.${ending}`);
  const json = prepare(read(file));
  // Format v1 is one that the library does not read either.
  if (!fs.existsSync(beside('jsonl')) || !(json.info?.schema || json.item)) {
    return;
  }
  const golden = fs.readFileSync(beside('jsonl'), 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const environment = read(beside('environment.json'));
  const globals = fs.existsSync(beside('globals.json')) ? read(beside('globals.json')) : { values: [] };
  writeFiles(json, environment, stage.work);
  const collection = new sdk.Collection(json);
  const scopes = [new sdk.VariableScope(environment).values, collection.variables, new sdk.VariableScope(globals).values];
  const items = [];
  collection.forEachItem((item) => items.push(item));
  for (const line of golden.filter((it) => !it.error)) {
    const item = items[line.index];
    const place = item.getPath().slice(1).join(' / ') || (item.name ?? '');
    if (place !== line.place) {
      throw new Error(`${file}: request ${line.index} is ${place}, and ${line.place} in the recording`);
    }
    for (const language of LANGUAGES) {
      let before;
      for (const way of WAYS) {
        const outcome = await attempt(item, scopes, language, way, line, stage, before);
        before = outcome;
        count({ file, line, language, way, found: outcome.found });
      }
    }
  }
}

/** Makes one snippet and runs it, unless `before` ran the very same. */
async function attempt(item, scopes, language, way, golden, stage, before) {
  let text;
  try {
    const { request, auth } = resolved(item, scopes);
    if (way === 'helped') {
      await help(request, auth);
    }
    text = await snippet(language, request);
  } catch (error) {
    return { found: [['sent', `no snippet: ${error.message ?? error}`]] };
  }
  if (text === before?.text) {
    return before;
  }
  const { request, said } = await stage.send(language.language, text, CHALLENGES[item.getAuth()?.type]);
  return { text, found: request ? differences(golden, request) : [['sent', `nothing is sent: ${said}`]] };
}

function table(counts) {
  const lines = [`| equal to the runner, byte for byte |${COLUMNS.map(([title]) => ` ${title} |`).join('')}`, '|---|---|---|---|---|'];
  for (const { title } of LANGUAGES) {
    for (const way of WAYS) {
      const cells = COLUMNS.map(([column]) => {
        const { equal, all } = counts.get(`${title} ${way} ${column}`) ?? { equal: 0, all: 0 };
        return ` ${equal} of ${all} |`;
      });
      lines.push(`| ${title}, ${way} |${cells.join('')}`);
    }
  }
  return lines.join('\n');
}

const versionOf = (name) => `${name} ${read(path.join(__dirname, 'node_modules', name, 'package.json')).version}`;

function versions() {
  const first = (program, ...arguments_) => execFileSync(program, arguments_, { encoding: 'utf8' }).split('\n')[0];
  return [
    ...['postman-code-generators', 'postman-collection', 'newman'].map(versionOf),
    first('curl', '--version').split(' ').slice(0, 2).join(' '),
    first('python3', '-c', 'import requests, urllib3; print(f"requests {requests.__version__}, urllib3 {urllib3.__version__}")'),
  ].join(', ');
}

async function main([folder, ...files]) {
  const stage = new Stage();
  await stage.start();
  const counts = new Map();
  const lines = [];
  const count = ({ file, line, language, way, found }) => {
    const [column] = COLUMNS.find(([, has]) => has(file));
    const key = `${language.title} ${way} ${column}`;
    const own = counts.get(key) ?? { equal: 0, all: 0 };
    own.all += 1;
    own.equal += found.length === 0 ? 1 : 0;
    counts.set(key, own);
    if (found.length > 0) {
      lines.push(`${JSON.stringify({ file: nameOf(file), index: line.index, place: line.place, by: `${language.title}, ${way}`, found })}\n`);
    }
  };
  const begin = performance.now();
  for (const file of files) {
    await compare(file, folder, stage, count);
  }
  stage.end();
  if (process.env.DIFFERENCES) {
    fs.writeFileSync(process.env.DIFFERENCES, lines.join(''));
  }
  console.log(`${table(counts)}\n\n${versions()}`);
  console.error(`in ${Math.round((performance.now() - begin) / 1000)} s`);
}

main(process.argv.slice(2));

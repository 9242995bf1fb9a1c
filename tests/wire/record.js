// Records what Postman's runner sends for each request of a collection.
//
//   node record.js GOLDEN-FOLDER COLLECTION[,ENVIRONMENT[,GLOBALS]]...
//
// A variable that has no value gets one here; all values stand in `GOLDEN-FOLDER/x.environment.json`,
// which the other clients are then run with.
'use strict';

const crypto = require('crypto');
// What is made anew for each request is the same in each recording: times, nonces, boundaries. This
// has to stand before the runner is loaded.
const NOW = Date.UTC(2026, 0, 1);
globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length ? parts : [NOW]));
  }

  static now() {
    return NOW;
  }
};
Math.random = () => 0.421875;
crypto.randomBytes = (size, done) => {
  const bytes = Buffer.alloc(size, 0x5a);
  return done ? process.nextTick(done, null, bytes) : bytes;
};
crypto.randomFillSync = (buffer) => buffer.fill(0x5a);
crypto.randomUUID = () => '5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a';

const fs = require('fs');
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');
const newman = require('newman');
const recorder = require('./recorder.js');

const OWN = require('./own_headers.json');
/** Bodies longer than this are held as their SHA-256: they are somebody's data, and large. */
const LONG = 400;

const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
const baseName = (file) => String(file).split(/[\\/]/).pop();

/** Every object in a JSON value, the value itself included. */
function* objects(value) {
  if (value === null || typeof value !== 'object') {
    return;
  }
  yield value;
  for (const inner of Object.values(value)) {
    yield* objects(inner);
  }
}

/**
 * The collection as it is compared: scripts are not run, files are looked for in the folder of the
 * run alone, and addresses are of http, for programs that cannot be told to trust a certificate. `tests/all/runner.rs` does the same.
 */
function prepare(json) {
  const collection = json.collection ?? json;
  for (const object of objects(collection)) {
    delete object.event;
    fillCredentials(object);
    for (const [key, value] of Object.entries(object)) {
      if (value === 'https') {
        object[key] = 'http';
      } else if (typeof value === 'string' && value.startsWith('https://')) {
        object[key] = `http://${value.slice(8)}`;
      }
      if (key === 'src' && typeof value === 'string') {
        object.src = baseName(value);
      } else if (key === 'src' && Array.isArray(value)) {
        object.src = value.map(baseName);
      }
    }
  }
  return collection;
}

/** What is left empty in a block of auth, and what it is given: every client has to be told. */
const CREDENTIALS = {
  apikey: ['value'],
  basic: ['username', 'password'],
  bearer: ['token'],
  digest: ['username', 'password'],
  ntlm: ['username', 'password'],
  oauth2: ['accessToken'],
};

function fillCredentials(block) {
  const keys = (typeof block.type === 'string' && block[block.type] && CREDENTIALS[block.type]) || [];
  const rows = block[block.type];
  for (const key of keys) {
    const own = `v-${key.replace('T', '-t')}`;
    if (!Array.isArray(rows)) {
      rows[key] = rows[key] || own;
      continue;
    }
    const row = rows.filter((it) => it.key === key).at(-1);
    if (!row) {
      rows.push({ key, value: own });
    } else if (!row.value) {
      row.value = own;
    }
  }
}

/** Names of variables that stand in the requests, and those that stand where a host does. */
function used(collection) {
  const names = new Set();
  const origins = new Map();
  const host = (text) => {
    const match = /^\s*(https?:\/\/)?\{\{([^{}]+)\}\}/.exec(text);
    if (match) {
      origins.set(match[2], !match[1]);
    }
  };
  const text = (value) => {
    for (const match of value.matchAll(/\{\{([^{}]*?)\}\}/g)) {
      names.add(match[1]);
    }
  };
  const visit = (value) => {
    if (typeof value === 'string') {
      text(value);
    } else if (value && typeof value === 'object') {
      Object.entries(value).forEach(([key, inner]) => {
        if (key !== 'response') {
          visit(inner);
        }
      });
    }
  };
  visit(collection);
  for (const object of objects(collection)) {
    const url = object.url ?? object.request;
    if (typeof url === 'string') {
      host(url);
    } else if (url && typeof url === 'object') {
      host((url.protocol ? 'http://' : '') + (Array.isArray(url.host) ? url.host.join('.') : url.host ?? url.raw ?? ''));
    }
  }
  return { names, origins };
}

/** An environment in which every variable of the collection has a value. */
function environment(collection, file, globals) {
  const given = file ? read(file).values : [];
  const defined = new Map();
  for (const variable of [...(globals?.values ?? []), ...(collection.variable ?? [])]) {
    if (variable && !variable.disabled && variable.key !== undefined) {
      defined.set(variable.key, variable.value);
    }
  }
  given.forEach((variable) => defined.set(variable.key, variable.value));
  const { names, origins } = used(collection);
  const plain = (name) => name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase() || 'x';
  const made = [];
  for (const name of [...names].sort()) {
    const value = defined.get(name);
    if (value !== undefined && value !== null && value !== '') {
      continue;
    }
    let own = `v-${plain(name)}`;
    if (origins.has(name)) {
      own = `${origins.get(name) ? 'http://' : ''}${plain(name)}.test`;
    } else if (/^\$(guid|randomUUID)$/.test(name)) {
      own = '01234567-89ab-4cde-8f01-23456789abcd';
    } else if (/^\$(timestamp|randomInt)$/.test(name)) {
      own = '1700000000';
    }
    made.push({ key: name, value: own, enabled: true });
  }
  return { name: 'recorded', values: [...given, ...made], _postman_variable_scope: 'environment' };
}

/** A request as it is kept: without what every client adds in its own way. */
function kept(request, own) {
  let body = request.body;
  const headers = [];
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (OWN.framing.includes(lower) || (OWN.added.includes(lower) && own.has(lower))) {
      continue;
    }
    const boundary = lower === 'content-type' && /^multipart\/.*boundary=(?:"([^"]*)"|([^;]*))/i.exec(value);
    if (boundary) {
      const text = boundary[1] ?? boundary[2];
      body = Buffer.from(body.toString('latin1').replaceAll(text, 'BOUNDARY'), 'latin1');
      headers.push([name, value.replace(boundary[0], boundary[0].replace(text, 'BOUNDARY'))]);
    } else {
      headers.push([name, value]);
    }
  }
  const host = request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const line = { method: request.method, host, target: request.target, headers };
  if (body.length > LONG) {
    line.length = body.length;
    line.sha256 = crypto.createHash('sha256').update(body).digest('hex');
  } else if (body.length > 0) {
    const text = body.toString('utf8');
    const whole = Buffer.from(text, 'utf8').equals(body);
    line[whole ? 'body' : 'hex'] = whole ? text : body.toString('hex');
  }
  return line;
}

/** Connects every request to the recorder, whatever its host: nothing leaves this machine. */
class Loopback extends http.Agent {
  constructor(protocol, port) {
    super({ keepAlive: false });
    this.protocol = protocol;
    this.defaultPort = protocol === 'https:' ? 443 : 80;
    this.recorder = port;
  }

  createConnection(options, connected) {
    return net.connect({ host: '127.0.0.1', port: this.recorder }, connected);
  }
}

/** Writes the files that the requests of a collection name. */
function writeFiles(collection, variables, folder) {
  for (const object of objects(collection)) {
    for (const source of [object.src].flat().filter((it) => typeof it === 'string' && it !== '')) {
      const resolved = source.replace(/\{\{([^{}]*)\}\}/g, (token, key) =>
        variables.values.find((it) => it.key === key)?.value ?? token);
      fs.writeFileSync(path.join(folder, baseName(resolved)), `content of ${baseName(resolved)}\r\n\u00fc`);
    }
  }
}

/** What a server asks for before it lets Digest and NTLM in, by the type of auth. */
const CHALLENGES = {
  digest: 'Digest realm="wire", nonce="0123456789abcdef", qop="auth", algorithm=MD5, opaque="5ccc"',
  ntlm: 'NTLM TlRMTVNTUAACAAAAAAAAADgAAAAzAoriASNFZ4mrze8AAAAAAAAAAAAAAAAwAAAAAAAAAAAAAAAAAAAA',
};

/** Starts a recorder that asks for what `challenge()` says, and hands each request to `took`. */
function startRecorder(challenge, took) {
  return recorder.start((request) => {
    const count = took(request);
    const asked = challenge();
    const signed = request.headers.some(([own]) => own.toLowerCase() === 'authorization');
    return asked && !(signed && asked.startsWith('Digest')) && count < 3
      ? [401, [`WWW-Authenticate: ${asked}`]]
      : [200, []];
  });
}

const nameOf = (file) => path.basename(file).replace(/(\.postman_collection)?\.json$/, '');

async function record(argument, folder) {
  const [file, environmentFile, globalsFile] = argument.split(',');
  const name = nameOf(file);
  const collection = prepare(read(file));
  const globals = globalsFile && read(globalsFile);
  const variables = prepare(environment(collection, environmentFile, globals));
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'wire-'));
  writeFiles(collection, variables, work);

  const lines = [];
  let sent = [];
  let challenge;
  const server = await startRecorder(() => challenge, (request) => sent.push(request));
  const run = newman.run({
    collection,
    environment: variables,
    globals,
    requestAgents: { http: new Loopback('http:', server.port), https: new Loopback('https:', server.port) },
    workingDir: work,
    timeoutRequest: 5000,
    ignoreRedirects: true,
    reporters: [],
  });
  const own = new Set();
  run.on('beforeItem', (_, { item }) => {
    const place = item.getPath().slice(1);
    lines.push({ index: lines.length, place: (place.length ? place : [item.name ?? '']).join(' / ') });
    sent = [];
    own.clear();
    challenge = CHALLENGES[item.getAuth()?.type];
  });
  run.on('request', (error, { request }) => {
    if (error) {
      lines.at(-1).error = error.message;
    }
    request?.headers.each((header) => header.system && own.add(header.key.toLowerCase()));
  });
  run.on('item', (error) => {
    const line = lines.at(-1);
    if (error && !line.error) {
      line.error = error.message;
    }
    // A request that was answered with a challenge is sent again, signed: that one counts.
    if (sent.length > 0) {
      delete line.error;
      Object.assign(line, { sent: sent.length }, kept(sent.at(-1), own));
    }
  });
  await new Promise((resolve, reject) => run.on('done', (error) => (error ? reject(error) : resolve())));
  server.close();
  fs.rmSync(work, { recursive: true });
  fs.writeFileSync(path.join(folder, `${name}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  fs.writeFileSync(path.join(folder, `${name}.environment.json`), `${JSON.stringify(variables, null, 1)}\n`);
  if (globals) {
    fs.writeFileSync(path.join(folder, `${name}.globals.json`), `${JSON.stringify(globals, null, 1)}\n`);
  }
  return lines;
}

async function main([folder, ...files]) {
  fs.mkdirSync(folder, { recursive: true });
  let requests = 0;
  for (const file of files) {
    let lines;
    try {
      lines = await record(file, folder);
    } catch (error) {
      console.error(`${file}: ${error.stack}`);
      process.exitCode = 1;
      continue;
    }
    requests += lines.length;
    const failed = lines.filter((line) => line.error);
    console.log(`${path.basename(file)}: ${lines.length} requests, ${failed.length} never sent`);
  }
  console.log(`${requests} requests of ${files.length} collections`);
}

if (require.main === module) {
  main(process.argv.slice(2));
}

module.exports = { CHALLENGES, nameOf, prepare, read, startRecorder, writeFiles };

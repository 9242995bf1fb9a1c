// What converters keep of collections, as a table of Markdown: count.js FOLDER COLLECTION…
//
// FOLDER/<number>/**/openapi.json is our description of the collection of that number, from 0.

'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const ELSEWHERE = ['accept', 'authorization', 'content-type'];
const ROWS = [
  ['operations', 'requests'],
  ['path parameters'],
  ['query parameters'],
  ['of them with a type that is not text'],
  ['header parameters'],
  ['bodies with a schema'],
  ['answers with a schema'],
  ['examples of answers'],
  ['headers of answers'],
  ['nullable fields'],
  ['operations with auth'],
  ['scopes of operations'],
  ['valid'],
];

function* requests(items, inherited) {
  for (const item of items) {
    const auth = item.auth ?? item.request?.auth ?? inherited;
    if (item.item) {
      yield* requests(item.item, auth);
    } else if (item.request) {
      yield { ...item, auth };
    }
  }
}

function scopesOf(auth) {
  const block = auth?.type === 'oauth2' ? auth.oauth2 : [];
  const scope = Array.isArray(block) ? block.find((it) => it.key === 'scope')?.value : block?.scope;
  return typeof scope === 'string' ? scope.split(/\s+/).filter(Boolean) : [];
}

// A URL that may be one text.
function partsOf(url) {
  if (typeof url !== 'string') return url;
  const [address, query = ''] = url.split('?');
  const rows = query.split('&').filter(Boolean).map((it) => ({ key: it.split('=')[0] }));
  return { path: address.replace(/^[a-z]+:\/\//, '').split('/').slice(1), query: rows };
}

// What there is to keep.
function ofCollection(collection) {
  const counts = {};
  const add = (name, count) => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  const routes = new Set();
  for (const { request, response, auth } of requests(collection.item, collection.auth)) {
    const url = partsOf(typeof request === 'string' ? request : request.url);
    const rows = (list) => (Array.isArray(list) ? list : []);
    const names = (list) => new Set(rows(list).map((it) => String(it.key ?? '').toLowerCase()).filter(Boolean));
    const parts = rows(url?.path).map((it) => (typeof it === 'string' ? it : String(it?.value ?? '')));
    add('operations', 1);
    routes.add(`${request.method} ${parts.map((it) => it.replace(/^:.*|{{[^}]*}}/g, ':')).join('/')}`);
    add('path parameters', parts.filter((it) => it.startsWith(':') && it.length > 1).length);
    add('query parameters', new Set(rows(url?.query).map((it) => it.key).filter(Boolean)).size);
    const on = rows(request.header).filter((it) => !it.disabled);
    add('header parameters', [...names(on)].filter((it) => !ELSEWHERE.includes(it)).length);
    const saved = rows(response).filter((it) => {
      try {
        return typeof JSON.parse(it.body) === 'object';
      } catch {
        return false;
      }
    });
    add('examples of answers', saved.length);
    const answered = rows(response).flatMap((it) => [...names(it.header)].map((name) => `${it.code} ${name}`));
    add('headers of answers', new Set(answered.filter((it) => !it.endsWith(' content-type'))).size);
    add('operations with auth', auth && auth.type !== 'noauth' ? 1 : 0);
    add('scopes of operations', scopesOf(auth).length);
  }
  counts.routes = routes.size;
  return counts;
}

// What a description has.
function ofDescription(document) {
  const counts = Object.fromEntries(ROWS.map(([name]) => [name, 0]));
  const resolved = (value) => {
    if (typeof value?.$ref !== 'string') return value;
    return value.$ref.split('/').slice(1).reduce((it, key) => it?.[key], document);
  };
  const says = (schema) => {
    const it = resolved(schema);
    return Boolean(it && (it.properties || it.items || it.anyOf || it.allOf || it.oneOf || it.additionalProperties || it.type));
  };
  for (const item of Object.values(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item)) {
      if (!METHODS.includes(method)) continue;
      ofOperation(counts, document, item, operation, resolved, says);
    }
  }
  const nullable = (value) => {
    if (!value || typeof value !== 'object') return;
    const isNull = (it) => it === 'null' || it?.type === 'null';
    if (value.nullable === true || (Array.isArray(value.type) && value.type.includes('null'))) {
      counts['nullable fields'] += 1;
    } else if ([value.anyOf, value.oneOf].some((it) => Array.isArray(it) && it.some(isNull))) {
      counts['nullable fields'] += 1;
    }
    Object.entries(value).filter(([key]) => !key.startsWith('example')).forEach(([, it]) => nullable(it));
  };
  nullable(document);
  return counts;
}

function ofOperation(counts, document, item, operation, resolved, says) {
  counts.operations += 1;
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
  // Those of one name are one.
  const of = (place) => [
    ...new Map(parameters.filter((it) => it.in === place).map((it) => [it.name.toLowerCase(), it])).values(),
  ];
  counts['path parameters'] += of('path').length;
  counts['query parameters'] += of('query').length;
  const isTyped = (it) => resolved(it.schema)?.type !== undefined && resolved(it.schema).type !== 'string';
  counts['of them with a type that is not text'] += of('query').filter(isTyped).length;
  counts['header parameters'] += of('header').filter((it) => !ELSEWHERE.includes(it.name.toLowerCase())).length;
  const bodies = Object.values(resolved(operation.requestBody)?.content ?? {});
  counts['bodies with a schema'] += bodies.some((it) => says(it.schema)) ? 1 : 0;
  for (const response of Object.values(operation.responses ?? {})) {
    const media = Object.values(resolved(response).content ?? {});
    const headers = Object.keys(resolved(response).headers ?? {}).map((it) => it.toLowerCase());
    counts['headers of answers'] += new Set(headers.filter((it) => it !== 'content-type')).size;
    counts['answers with a schema'] += media.some((it) => says(it.schema)) ? 1 : 0;
    const examples = media.flatMap((it) => [it.example, ...Object.values(it.examples ?? {}).map((one) => one.value)]);
    counts['examples of answers'] += examples.filter((it) => it !== undefined && it !== null && it !== '').length;
  }
  const security = operation.security ?? document.security ?? [];
  counts['operations with auth'] += security.some((it) => Object.keys(it).length > 0) ? 1 : 0;
  counts['scopes of operations'] += security.flatMap((it) => Object.values(it).flat()).length;
}

async function validity(document) {
  // They are those that our own descriptions are validated with.
  const { Validator } = require('../node_modules/@seriousme/openapi-schema-validator');
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  if (valid) return 'yes';
  return `no (${Array.isArray(errors) ? errors.length : 1})`;
}

// postman2openapi refuses `auth: null`; postman-to-openapi stops at a request without a description or headers.
function helped(collection) {
  const copy = structuredClone(collection);
  const mend = (items) => {
    for (const item of items) {
      if (item.item) {
        mend(item.item);
      } else if (item.request && typeof item.request === 'object') {
        item.request.description = String(item.request.description?.content ?? item.request.description ?? '');
        item.request.header = Array.isArray(item.request.header) ? item.request.header : [];
      }
    }
  };
  mend(copy.item);
  return copy;
}

const RIVALS = {
  postman2openapi: async (collection) => {
    const { transpile } = require('postman2openapi');
    return JSON.parse(JSON.stringify(transpile(collection)));
  },
  'postman-to-openapi': async (collection) => {
    const convert = require('postman-to-openapi');
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'rival-')), 'collection.json');
    fs.writeFileSync(file, JSON.stringify(collection));
    const text = await convert(file, null);
    return require('js-yaml').load(text);
  },
};

async function rival(convert, collection) {
  try {
    return { document: await convert(collection), how: '' };
  } catch (first) {
    try {
      return { document: await convert(helped(collection)), how: ' (helped)' };
    } catch {
      return { document: null, how: ` (${String(first.message ?? first).split('\n')[0].slice(0, 60)})` };
    }
  }
}

async function table(collection, ours) {
  const kept = ofCollection(collection);
  const columns = [['the collection', kept], ['Postwright', ofDescription(ours)]];
  columns[1][1].valid = await validity(ours);
  for (const [name, convert] of Object.entries(RIVALS)) {
    const { document, how } = await rival(convert, collection);
    const counts = document ? ofDescription(document) : {};
    if (document) counts.valid = await validity(document);
    columns.push([`${name}${how}`, counts]);
  }
  const lines = [
    `| ${collection.info.name} | ${columns.map(([name]) => name).join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
  ];
  for (const [name] of ROWS) {
    const cells = columns.map(([, counts]) => {
      if (name === 'operations' && counts.routes !== undefined) {
        return `${counts.operations}, of ${counts.routes} methods and paths`;
      }
      return counts[name] ?? '';
    });
    lines.push(`| ${name} | ${cells.join(' | ')} |`.replace(/\|  (?=\|)/g, '| '));
  }
  return lines.join('\n');
}

async function main([folder, ...collections]) {
  const tables = [];
  for (const [index, file] of collections.entries()) {
    const names = fs.readdirSync(path.join(folder, String(index)), { recursive: true });
    const name = names.find((it) => path.basename(it) === 'openapi.json');
    const ours = JSON.parse(fs.readFileSync(path.join(folder, String(index), name), 'utf8'));
    const parsed = JSON.parse(fs.readFileSync(file, 'utf8'));
    tables.push(await table(parsed.collection ?? parsed, ours));
  }
  console.log(tables.join('\n\n'));
}

main(process.argv.slice(2));

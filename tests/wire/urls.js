// Makes the collection of URLs that are compared one by one with what the runner makes of them.
//
//   node urls.js > ../fixtures/urls/urls.postman_collection.json
//
// Each request is one case, with its place as name; the same cases come out each time.
'use strict';

/** All cases by group, and the variables that they use. */
const groups = new Map();
const variables = new Map();

function add(group, url, protocolProfileBehavior) {
  const items = groups.get(group) ?? [];
  groups.set(group, items);
  items.push({ name: `${group} ${items.length + 1}`, request: { method: 'GET', url }, protocolProfileBehavior });
}

const parts = (more) => ({ protocol: 'http', host: ['h', 'test'], ...more });

/** Stands in a text as a variable of this value. */
function variable(value) {
  const known = [...variables].find(([, own]) => own === value);
  const name = known?.[0] ?? `v${variables.size + 1}`;
  variables.set(name, value);
  return `{{${name}}}`;
}

/** Numbers that look random (Numerical Recipes, 7.1), the same in each run. */
let state = 20260101;
function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
const pick = (list) => list[below(list.length)];

const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
const CONTROLS = Array.from({ length: 33 }, (_, at) => String.fromCharCode(at < 32 ? at : 127));
const PERCENT = ['%41', '%', '%%', '%4', '%zz', '%2f', '%2F', '%3f', '%23', '%00', '%C3%BC', '%ff', '100%', '100%25', '%25%32%35', '%u00fc', '% 41', '%ü'];
const UNICODE = ['ü', 'e\u0301', 'ß', '€', '漢字', 'Ж', 'שלום', '😀', '👩‍👩‍👧', '\u00a0', '\u0085', '\u00ad', '\u200b', '\u2028', '\u202e', '\ufeff', '\ufffd', '\u{10ffff}', 'ａ', '½'];
const DOTS = ['.', '..', '...', 'a.', '.a', '..a', '%2e', '%2e%2e', '.%2E', '%2e.'];
const MIXED = ['a b', 'a  b', ' a', 'a ', 'a+b', 'a=b', 'a&b', 'a;b', 'a,b', 'a:b', 'a@b', '{a}', '{{', '}}', '<a>', '"a"', "'a'", '`a`', '[0]', 'a|b', 'a^b', 'a\\b', '\\', '\\\\', '~', '$(a)', '(a)*!', 'a\tb', 'a\r\nb'];
const TEXTS = [...PERCENT, ...UNICODE, ...MIXED];

function hosts() {
  const names = ['example.com', 'EXAMPLE.Com', 'münchen.test', 'MÜNCHEN.test', 'bücher.例え.test', '例え.テスト', 'straße.test', 'faß.TEST', 'İi.test', '💩.test', 'xn--mnchen-3ya.test', 'XN--MNCHEN-3YA.test', 'ＡＢ.test', 'a。b.test', 'e\u0301.test', 'a_b.test', '-a.test', 'a-.test', 'localhost', '127.0.0.1', 'a.b.c.d.e.test', '1.test', 'test.1a', '[::1]', '[FE80::A]', 'H.test.', 'a%41.test', 'a%2eb.test', 'h~!$.test', '127.1', '0x7f.0.0.010', '256.1.1.1', '1.2.3.4.5', '+1.2.3.4', '4294967295', '10.0.0.'];
  for (const name of names) {
    add('host', { protocol: 'http', host: name, path: ['a'] });
    add('host', { protocol: 'http', host: name.split('.'), port: '8080' });
    add('host as text', `http://${name}:80?a`);
    add('host as text', `http://${name}/a`);
  }
  for (const port of ['80', '8080', '65535', '443']) {
    add('port', parts({ port, path: ['a'] }));
    add('port', `http://h.test:${port}/a`);
    add('port', `h.test:${port}`);
    add('port', parts({ port: variable(port), path: ['a'] }));
  }
  for (const protocol of ['http', 'HTTP', 'http://', 'Http', undefined, '']) {
    add('protocol', { protocol, host: ['h', 'test'], path: ['a'] });
    add('protocol', `${protocol ? `${protocol.replace('://', '')}://` : ''}h.test/a`);
  }
}

function paths() {
  for (const c of [...PRINTABLE, ...CONTROLS]) {
    add('path character', parts({ path: ['a', `b${c}c`, 'd'] }));
  }
  for (const text of TEXTS) {
    add('path segment', parts({ path: [text] }));
    add('path of one text', parts({ path: `/a/${text}/b` }));
  }
  for (const text of DOTS) {
    add('dots', parts({ path: [text] }));
    add('dots', parts({ path: ['a', text] }));
    add('dots', parts({ path: ['a', text, 'b'] }));
  }
  const odd = [[], [''], ['', ''], ['', 'a'], ['a', ''], ['a', '', 'b'], ['a', '', '', 'b', ''], ['/a'], ['a/', '/b'], ['a/b', 'c']];
  for (const path of odd) {
    add('slashes', parts({ path }));
    add('slashes', parts({ path: path.join('/') }));
    add('slashes', parts({ path: `/${path.join('/')}`, query: [{ key: 'a', value: 'b' }] }));
  }
  for (const text of ['a?b', 'a#b', '?', '#', 'a?b=c d&e', "a?b='c'", 'a?b?c', 'a#b?c', 'a?b#c', '?#']) {
    add('path with an end', parts({ path: ['x', text, 'y'] }));
    add('path with an end', parts({ path: ['x', text], query: [{ key: 'k', value: 'v' }] }));
  }
}

function pathVariables() {
  const path = ['a', ':id', 'b'];
  for (const c of PRINTABLE) {
    add('path variable character', parts({ path, variable: [{ key: 'id', value: `b${c}c` }] }));
  }
  for (const value of [...TEXTS, ...DOTS, ...CONTROLS.slice(0, 4), 'a/b', '/', 'a?b', 'a#b', ':id', ':other']) {
    add('path variable', parts({ path, variable: [{ key: 'id', value }] }));
  }
  for (const value of [undefined, null, '', 0, 5, true, false]) {
    add('path variable of a type', parts({ path, variable: [{ key: 'id', value }] }));
  }
  for (const segment of [':id.json', ':id.', ':id.a.b', ':id-b', ':id:b', '::id', 'a:id', ':', ':.', ':id%20', ': id', ':id b', ':ID', ':ü']) {
    add('path variable name', parts({ path: [segment], variable: [{ key: 'id', value: '7' }, { key: 'ü', value: '8' }] }));
    add('path variable name', parts({ path: [segment] }));
  }
  add('path variable rows', parts({ path, variable: [{ key: 'id', value: '1' }, { key: 'id', value: '2' }] }));
  add('path variable rows', parts({ path, variable: [{ id: 'id', value: '1' }] }));
  add('path variable rows', parts({ path, variable: [{ key: 'id', value: '1', disabled: true }] }));
  add('path variable rows', parts({ path: [':a', ':b', ':a'], variable: [{ key: 'a', value: ':b' }, { key: 'b', value: '2 ' }] }));
}

function queries() {
  for (const c of [...PRINTABLE, ...CONTROLS]) {
    add('query key character', parts({ query: [{ key: `b${c}c`, value: 'v' }] }));
    add('query value character', parts({ path: ['a'], query: [{ key: 'k', value: `b${c}c` }] }));
  }
  for (const text of TEXTS) {
    add('query', parts({ path: ['a'], query: [{ key: text, value: text }, { key: 'z', value: '' }] }));
  }
  const values = [undefined, null, '', 'v', 0, 5, 1.5, true, false];
  for (const key of [undefined, null, '', 'k', 5, true]) {
    for (const value of values) {
      add('query row of a type', parts({ path: ['a'], query: [{ key, value }] }));
    }
  }
  const rows = [{ key: 'a', value: '1' }, { key: 'a', value: '2' }, { key: 'b', value: null }, { key: '', value: '' }, { key: 'c', value: '3', disabled: true }, { key: '', value: 'v' }, { value: 'w' }];
  for (let count = 0; count < 40; count += 1) {
    const query = Array.from({ length: below(4) }, () => ({ ...pick(rows), ...(below(4) ? {} : { disabled: true }) }));
    add('query rows', parts({ path: ['a'], query }));
  }
}

/** Queries as version 1 of the format has them, and what stands around a URL. */
function oldForms() {
  for (const text of TEXTS) {
    add('query of one text', parts({ path: ['a'], query: `${text}=${text}&z` }));
  }
  for (const query of ['', '?', '&', '&&', 'a&&b', '=', 'a=', 'a==b', '?a=b', 'a=b#c', 'a&b=&=c']) {
    add('query of one text', parts({ path: ['a'], query }));
    add('query of one text', parts({ path: ['a'], query: { a: query, [query]: 'b' } }));
  }
  for (const hash of ['', 'a', 'a b', '?a']) {
    add('fragment', parts({ path: ['a'], hash }));
    add('fragment', parts({ query: [{ key: 'a', value: 'b' }], hash }));
    add('fragment', `http://h.test/a#${hash}`);
  }
  for (const user of ['u:p', 'u', 'u:', ':p', 'u%20v:p%40', 'u@v:p', 'ü:ü']) {
    add('user', `http://${user}@h.test/a?b`);
    add('user', { protocol: 'http', host: `${user}@h.test`, path: ['a'] });
  }
}

function texts() {
  for (const c of PRINTABLE) {
    add('one text character', `http://h.test/a${c}b?c${c}d=e${c}f`);
  }
  for (const text of TEXTS) {
    add('one text', `http://h.test/${text}/b?${text}=${text}`);
  }
  for (const end of ['', '/', '?', '#', '/?', '/#', '?#', '/??', '/a?b', '/a?=', '/a?&', '/a?b&', '/a?&b', '/a?b=&c', '/a?b==c', '/a?b=c=d', '/a#b?c', '/a?b#c', '/a?b/c', '//', '//a', '/a//b', '/./a', '/../a', '/a/..', '\\a', '/a\\b', '?a\\b', '/:a', '/:a?:b=:c', '/a:b', '/a@b', '/a?b@c', '/ ', '/a ', '/a?b ']) {
    add('one text ending', `http://h.test${end}`);
    add('one text ending', `h.test${end}`);
  }
}

/** A `?` or `#` in a value is a difference that the README has. */
function values() {
  const ends = (text) => /[?#]/.test(text);
  for (const c of [...PRINTABLE, ...CONTROLS].filter((it) => !ends(it))) {
    const name = variable(`b${c}c`);
    add('variable in a path', parts({ path: ['a', name, `x${name}y`] }));
    add('variable in a query', parts({ path: ['a'], query: [{ key: 'k', value: name }, { key: 'l', value: `x${name}y` }] }));
  }
  for (const text of [...TEXTS, ...DOTS, 'a/b', '/', '//', ''].filter((it) => !ends(it))) {
    const name = variable(text);
    add('variable', parts({ path: ['a', name, 'b'], query: [{ key: name, value: name }] }));
    add('variable in one text', `http://h.test/a${name}/${name}?k${name}=${name}&${name}`);
    add('variable in a path variable', parts({ path: ['a', ':id'], variable: [{ key: 'id', value: `x${name}` }] }));
  }
}

/** Requests that switch the encoding off. What HTTP cannot hold then is never sent, by nobody. */
function unencoded() {
  const off = { disableUrlEncoding: true };
  for (const c of [...PRINTABLE, ...CONTROLS.slice(8, 14)]) {
    add('unencoded', parts({ path: [`a${c}b`], query: [{ key: `c${c}d`, value: `e${c}f` }] }), off);
  }
  for (const text of TEXTS) {
    add('unencoded', parts({ path: [':id'], variable: [{ key: 'id', value: text }] }), off);
    add('unencoded', `http://h.test/a?${text}=${text}`, off);
  }
}

/** Some of everything at once. */
function mixtures() {
  const safe = TEXTS.filter((it) => !/[?#]/.test(it));
  const text = () => Array.from({ length: 1 + below(3) }, () => (below(5) ? pick(TEXTS) : variable(pick(safe)))).join('');
  for (let count = 0; count < 100; count += 1) {
    const path = Array.from({ length: below(4) }, () => (below(4) ? text() : ':id'));
    const query = Array.from({ length: below(3) }, () => ({ key: text(), value: below(4) ? text() : null }));
    add('mixture', parts({ path, query, variable: [{ key: 'id', value: text() }] }));
  }
}

for (const group of [hosts, paths, pathVariables, queries, oldForms, texts, values, unencoded, mixtures]) {
  group();
}

// One case a line, so that a change of one is a diff of a line.
const lines = (list) => list.map((it) => JSON.stringify(it)).join(',\n');
const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const folders = [...groups].map(([name, items]) => `{"name":${JSON.stringify(name)},"item":[\n${lines(items)}\n]}`);
const rows = lines([...variables].map(([key, value]) => ({ key, value })));
process.stdout.write(`{"info":{"name":"URLs","schema":"${schema}"},"variable":[\n${rows}\n],"item":[\n${folders.join(',\n')}\n]}\n`);
